package io.reconverge.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import org.jspecify.annotations.Nullable;

/// One connection of a load.
final class Lane extends SimpleChannelInboundHandler<FullHttpResponse> {
    private static final int LARGEST_ANSWER_BYTES = 256 * 1024 * 1024;

    private final int number;
    private final Drive drive;
    private @Nullable Channel channel;
    private long intended;
    private boolean busy;

    Lane(int number, Drive drive) {
        this.number = number;
        this.drive = drive;
    }

    int number() {
        return number;
    }

    void attach(SocketChannel channel) {
        this.channel = channel;
        channel.pipeline()
                .addLast(
                        new HttpResponseDecoder(),
                        new HttpObjectAggregator(LARGEST_ANSWER_BYTES),
                        this);
    }

    boolean isOpen() {
        Channel own = channel;
        return own != null && own.isActive();
    }

    /// @param intended when it was meant to be sent, by [System#nanoTime]
    void send(ByteBuf request, long intended) {
        this.intended = intended;
        busy = true;
        Channel own = channel;
        if (own != null) {
            own.writeAndFlush(request, own.voidPromise());
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
        busy = false;
        drive.answered(this, intended, drive.accepts(this, intended, answer));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (busy) {
            busy = false;
            drive.answered(this, intended, false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        context.close();
    }

    void close() {
        busy = false;
        Channel own = channel;
        if (own != null) {
            own.close();
        }
    }
}
