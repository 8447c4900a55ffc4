package io.reconverge.bench.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.FullHttpResponse;
import io.reconverge.bench.load.Puts;
import io.reconverge.bench.load.Traffic;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// New notes, each sent as it is.
final class Notes implements Traffic {
    private static final byte[] NOTE = Puts.NOTE.getBytes(StandardCharsets.US_ASCII);

    private final URI server;
    private final String method;
    private final Paths path;
    private final String headers;

    /// Ids that no other load has.
    private long number = ThreadLocalRandom.current().nextLong(1L << 40) << 20;

    /// Where each goes.
    interface Paths {
        /// @param number that no other note has
        String of(int lane, long number);
    }

    Notes(URI server, String method, Paths path, String headers) {
        this.server = server;
        this.method = method;
        this.path = path;
        this.headers = headers;
    }

    @Override
    public ByteBuf next(int lane, long intended) {
        String head =
                "%s %s HTTP/1.1\r\nHost: %s:%d\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                        .formatted(
                                method,
                                path.of(lane, number++),
                                server.getHost(),
                                server.getPort(),
                                headers,
                                NOTE.length);
        return Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), NOTE);
    }

    @Override
    public boolean accepts(int lane, long intended, FullHttpResponse answer) {
        return answer.status().code() == 201;
    }
}
