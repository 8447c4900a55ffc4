package io.reconverge.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.FullHttpResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// People with an app each: now and then one edits a note, and twice as often the app asks what is
/// new. Each has a connection of their own.
public final class Humans implements Traffic {
    private static final long LONGEST_MICROS = 300_000_000;
    private static final byte[] CURSOR = "\"cursor\":\"".getBytes(StandardCharsets.US_ASCII);

    private final URI server;
    private final List<String> tokens;
    private final int pushOneIn;
    private final Puts[] puts;
    private final @Nullable String[] cursors;
    private final boolean[] pushing;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Histogram pushes = new Histogram(1, LONGEST_MICROS, 3);
    private final Histogram polls = new Histogram(1, LONGEST_MICROS, 3);

    /// @param tokens one for each connection
    /// @param pushOneIn requests is a push; 0 for none
    public Humans(URI server, List<String> tokens, int pushOneIn) {
        this.server = server;
        this.pushOneIn = pushOneIn;
        this.tokens = tokens;
        this.cursors = new String[tokens.size()];
        this.pushing = new boolean[tokens.size()];
        this.puts =
                tokens.stream()
                        .map(token -> new Puts(server, List.of(token), 1))
                        .toArray(Puts[]::new);
    }

    @Override
    public ByteBuf next(int lane, long intended) {
        pushing[lane] = pushOneIn > 0 && random.nextInt(pushOneIn) == 0;
        if (pushing[lane]) {
            return puts[lane].next(lane, intended);
        }
        String cursor = cursors[lane];
        return Unpooled.wrappedBuffer(
                Requests.get(
                        server,
                        "/v1/spaces/me/changes" + (cursor == null ? "" : "?cursor=" + cursor),
                        tokens.get(lane)));
    }

    @Override
    public boolean accepts(int lane, long intended, FullHttpResponse answer) {
        long micros = Math.clamp((System.nanoTime() - intended) / 1_000, 1, LONGEST_MICROS);
        if (pushing[lane]) {
            pushes.recordValue(micros);
            return puts[lane].accepts(lane, intended, answer);
        }
        polls.recordValue(micros);
        ByteBuf content = answer.content();
        int at = Bytes.indexOf(content, CURSOR, content.readerIndex());
        if (answer.status().code() != 200 || at < 0) {
            return false;
        }
        int from = at + CURSOR.length;
        int end = content.indexOf(from, content.writerIndex(), (byte) '"');
        cursors[lane] = content.toString(from, end - from, StandardCharsets.US_ASCII);
        return true;
    }

    /// Latencies in microseconds.
    public Histogram pushes() {
        return pushes;
    }

    /// Latencies in microseconds.
    public Histogram polls() {
        return polls;
    }
}
