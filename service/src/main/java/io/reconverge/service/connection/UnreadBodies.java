package io.reconverge.service.connection;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/// Ends a connection with an answer that comes while the body is still arriving, instead of reading
/// the rest: it may be gigabytes. Where little is left, it is read and the connection kept.
///
/// Reactor Netty itself keeps the connection and reads on, or else closes it at once, which can
/// destroy the answer: what arrives at a closed socket makes the system reset the connection, and
/// the client finds that before it finds the answer. So the answer is given time.
///
/// One for each connection, next to the application.
public final class UnreadBodies extends ChannelDuplexHandler {

    /// So little is read to its end in less time than a new connection takes.
    private static final long READ_ANYWAY_BYTES = 64 * 1024;

    private boolean whole = true;
    private long remaining;
    private boolean cutShort;
    private boolean lingering;

    private UnreadBodies() {}

    /// The same server, with this handler on each of its connections.
    public static HttpServer endConnections(HttpServer server) {
        return server.doOnChannelInit((observer, channel, address) ->
                channel.pipeline()
                        .addBefore(
                                NettyPipeline.ReactiveBridge,
                                UnreadBodies.class.getName(),
                                new UnreadBodies()));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            remaining =
                    HttpUtil.isTransferEncodingChunked(request)
                            ? Long.MAX_VALUE
                            : HttpUtil.getContentLength(request, 0L);
            whole = false;
            cutShort = false;
        }
        if (message instanceof HttpContent content) {
            remaining -= content.content().readableBytes();
        }
        if (message instanceof LastHttpContent) {
            whole = true;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL
                && !whole
                && remaining > READ_ANYWAY_BYTES) {
            HttpUtil.setKeepAlive(response, false);
            cutShort = true;
        }
        context.write(message, promise);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (cutShort && !whole && !lingering && context.channel().isActive()) {
            lingering = true;
            context.pipeline().addFirst(new LingeringClose(promise));
        } else if (!lingering) {
            context.close(promise);
        }
    }
}
