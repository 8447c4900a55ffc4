package io.reconverge.service.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes a connection when its client has, or after some seconds: as long as the client takes to
/// see that it was answered. What it sends meanwhile is thrown away as it comes, undecoded, up to a
/// bound; beyond that nothing is read any more.
///
/// The first in the pipeline, from when on nothing else sees what arrives.
final class LingeringClose extends ChannelInboundHandlerAdapter {

    private static final long SECONDS = 5;

    /// More than is under way between a client and us when we stop listening.
    private static final long THROWN_AWAY_BYTES = 8 * 1024 * 1024;

    private final ChannelPromise closed;
    private long remaining = THROWN_AWAY_BYTES;
    private @Nullable Future<?> end;

    /// @param closed kept when the connection is closed
    LingeringClose(ChannelPromise closed) {
        this.closed = closed;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        end = context.executor().schedule(() -> context.close(), SECONDS, TimeUnit.SECONDS);
        context.channel().config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        remaining -= message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (remaining < 0) {
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // nobody else reads
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (end != null) {
            end.cancel(false);
        }
        closed.trySuccess();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        // a client that leaves by a reset is as good as gone
        context.close();
    }
}
