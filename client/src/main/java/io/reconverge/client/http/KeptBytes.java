package io.reconverge.client.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// What is read through it, and the bytes of it from where its reader wants them kept. So a part of
/// a document that is only passed on can be taken as it stands in the document.
///
/// For a reader that tells where it is by the offset from the beginning, and reads ahead.
final class KeptBytes extends InputStream {

    private final InputStream in;

    /// The bytes from `begin` on: the last ones read, and before them those to be kept.
    private byte[] bytes = new byte[8 * 1024];

    private long begin;
    private int size;
    private boolean keeping;

    KeptBytes(InputStream in) {
        this.in = in;
    }

    /// Keeps from here on.
    ///
    /// @param offset within what the last read brought
    void keepFrom(long offset) {
        int drop = (int) (offset - begin);
        if (drop < 0 || drop > size) {
            throw new IllegalArgumentException("offset " + offset + " is not at hand");
        }
        System.arraycopy(bytes, drop, bytes, 0, size - drop);
        begin = offset;
        size -= drop;
        keeping = true;
    }

    /// What was kept up to here; keeps no more.
    byte[] keptTo(long offset) {
        keeping = false;
        return Arrays.copyOf(bytes, (int) (offset - begin));
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int read = in.read(to, offset, length);
        if (read > 0) {
            if (!keeping) {
                begin += size;
                size = 0;
            }
            if (size + read > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + read));
            }
            System.arraycopy(to, offset, bytes, size, read);
            size += read;
        }
        return read;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
