package io.reconverge.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Live streams that stay open. Each event of an entity that [Puts] wrote tells when that was meant
/// to be sent, and so how long it took to come here.
public final class Streams implements AutoCloseable {
    private static final int LONGEST_LINE_BYTES = 1024 * 1024;
    private static final int OPENING_AT_ONCE = 64;
    private static final byte[] MARK = Puts.MARK.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CAUGHT_UP = "event: caught-up".getBytes(StandardCharsets.US_ASCII);

    private final Load load;
    private final Queue<Channel> channels = new ConcurrentLinkedQueue<>();
    private final AtomicInteger caughtUp = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicLong events = new AtomicLong();
    private final Histogram micros = new ConcurrentHistogram(1, 300_000_000, 3);
    private volatile boolean closing;

    public Streams(Load load) {
        this.load = load;
    }

    /// Opens a stream on each user's own space, from the cursor of each, or from the start, and
    /// returns once all have caught up, or after a time.
    ///
    /// @param cursors one for each token, or none at all
    /// @return how many streams are open, in all
    public int open(URI server, List<String> tokens, List<String> cursors, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        int wanted = caughtUp.get();
        for (int i = 0; i < tokens.size(); i++) {
            String path =
                    "/v1/spaces/me/changes"
                            + (cursors.isEmpty() ? "" : "?cursor=" + cursors.get(i));
            byte[] request =
                    Requests.head(
                            "GET",
                            server,
                            path,
                            tokens.get(i),
                            "Accept: text/event-stream\r\n",
                            -1);
            load.connect(server, channel -> attach(channel, request))
                    .addListener(connected -> {
                        if (!connected.isSuccess()) {
                            lost.incrementAndGet();
                        }
                    });
            wanted++;
            while (wanted - caughtUp.get() - lost.get() > OPENING_AT_ONCE
                    && System.nanoTime() < end) {
                pause();
            }
        }
        while (caughtUp.get() + lost.get() < wanted && System.nanoTime() < end) {
            pause();
        }
        return caughtUp.get() - lost.get();
    }

    /// Streams that ended, or never began.
    public int lost() {
        return lost.get();
    }

    /// Entities that came since the last [#reset].
    public long events() {
        return events.get();
    }

    /// From the moment at which a write was meant to be sent to its event here, in microseconds.
    public Histogram micros() {
        return micros.copy();
    }

    /// Returns once no event has come for half a second, or after half a minute.
    public void awaitQuiet() {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        long quietSince = System.nanoTime();
        long seen = events.get();
        while (System.nanoTime() - quietSince < 500_000_000 && System.nanoTime() < end) {
            pause();
            if (events.get() != seen) {
                seen = events.get();
                quietSince = System.nanoTime();
            }
        }
    }

    public void reset() {
        events.set(0);
        micros.reset();
    }

    @Override
    public void close() {
        closing = true;
        channels.forEach(Channel::close);
    }

    private void attach(SocketChannel channel, byte[] request) {
        channels.add(channel);
        channel.pipeline()
                .addLast(new LineBasedFrameDecoder(LONGEST_LINE_BYTES), new Lines(request));
    }

    /// The chunks that the body comes in begin and end with lines of their own, so lines are all
    /// that needs to be told apart.
    private final class Lines extends SimpleChannelInboundHandler<ByteBuf> {
        private final byte[] request;

        Lines(byte[] request) {
            this.request = request;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(Unpooled.wrappedBuffer(request));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
            int start = line.readerIndex();
            if (line.readableBytes() == CAUGHT_UP.length
                    && Bytes.indexOf(line, CAUGHT_UP, start) == start) {
                caughtUp.incrementAndGet();
                return;
            }
            int mark = line.readableBytes() > MARK.length ? Bytes.indexOf(line, MARK, start) : -1;
            if (mark >= 0) {
                long intended = 0;
                for (int i = 0; i < Puts.MARK_DIGITS; i++) {
                    intended = intended * 10 + line.getByte(mark + MARK.length + i) - '0';
                }
                events.incrementAndGet();
                micros.recordValue(
                        Math.clamp((System.nanoTime() - intended) / 1_000, 1, 300_000_000));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            // of one that was never open, its connect tells
            if (!closing) {
                lost.incrementAndGet();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            context.close();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }
}
