package io.reconverge.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Sends requests over plain HTTP/1.1 from one thread, since its own work is at the cost of those
/// it measures: requests are written as bytes that were made before, and nothing is parsed but what
/// says where an answer ends.
public final class Load implements AutoCloseable {
    private static final int CONNECT_MILLIS = 30_000;
    private static final Duration LONGEST = Duration.ofHours(1);

    private final EventLoopGroup group;
    private final Class<? extends Channel> kind;

    public Load() {
        boolean epoll = Epoll.isAvailable();
        this.group =
                new MultiThreadIoEventLoopGroup(
                        1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.kind = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /// Each connection sends its next request as soon as the one before is answered: what the
    /// server can take. Its latencies say what that costs, not what a client of its own pace sees.
    public Outcome saturate(URI server, Traffic traffic, int connections, Duration time) {
        return run(new Drive(server, traffic, connections, time, 0, Long.MAX_VALUE));
    }

    /// As [#saturate], but for so many requests, however long they take.
    public Outcome send(URI server, Traffic traffic, int connections, long requests) {
        return run(new Drive(server, traffic, connections, LONGEST, 0, requests));
    }

    /// Requests are due at a steady rate, whatever the server does.
    public Outcome pace(
            URI server, Traffic traffic, int connections, Duration time, double perSecond) {
        return run(new Drive(server, traffic, connections, time, perSecond, Long.MAX_VALUE));
    }

    private Outcome run(Drive drive) {
        drive.start(this);
        return drive.outcome().join();
    }

    /// A connection, in the making.
    ///
    /// @param initializer of its pipeline
    ChannelFuture connect(URI server, Consumer<SocketChannel> initializer) {
        return new Bootstrap()
                .group(group)
                .channel(kind)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(
                        new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel channel) {
                                initializer.accept(channel);
                            }
                        })
                .connect(server.getHost(), server.getPort());
    }

    EventLoopGroup group() {
        return group;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
