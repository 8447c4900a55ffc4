package io.reconverge.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.FullHttpResponse;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/// Files of one size, no two alike.
public final class Uploads implements Traffic {
    private static final int MEBIBYTE = 1024 * 1024;

    private final int mebibytes;
    private final IntFunction<byte[]> head;
    private final byte[] content;
    private final SplittableRandom random = new SplittableRandom();

    /// @param head of the next request, for a body of so many bytes
    public Uploads(int mebibytes, IntFunction<byte[]> head) {
        this.mebibytes = mebibytes;
        this.head = head;
        this.content = new byte[mebibytes * MEBIBYTE];
        random.nextBytes(content);
    }

    @Override
    public ByteBuf next(int lane, long intended) {
        byte[] unlike = ByteBuffer.allocate(Long.BYTES).putLong(random.nextLong()).array();
        ByteBuf rest = Unpooled.wrappedBuffer(content, Long.BYTES, content.length - Long.BYTES);
        return Unpooled.wrappedBuffer(
                Unpooled.wrappedBuffer(head.apply(content.length)),
                Unpooled.wrappedBuffer(unlike),
                rest);
    }

    @Override
    public boolean accepts(int lane, long intended, FullHttpResponse answer) {
        return answer.status().code() / 100 == 2;
    }

    @Override
    public int worth() {
        return mebibytes;
    }
}
