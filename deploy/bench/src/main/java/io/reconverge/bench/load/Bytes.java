package io.reconverge.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/// Looking for words in answers without parsing them.
public final class Bytes {
    private Bytes() {}

    /// @return the index, or -1
    public static int indexOf(ByteBuf content, byte[] wanted, int from) {
        ByteBuf slice = content.slice(from, content.writerIndex() - from);
        int found = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(wanted), slice);
        return found < 0 ? -1 : found + from;
    }
}
