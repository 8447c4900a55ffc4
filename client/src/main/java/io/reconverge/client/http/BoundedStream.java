package io.reconverge.client.http;

import java.io.IOException;
import java.io.InputStream;

/// Fails where more comes than there may be.
final class BoundedStream extends InputStream {

    private final InputStream in;
    private final long max;
    private long read;

    /// @param max bytes
    BoundedStream(InputStream in, long max) {
        this.in = in;
        this.max = max;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int count = in.read(to, offset, length);
        return counted(count, count);
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        return counted(value < 0 ? 0 : 1, value);
    }

    private int counted(int count, int result) throws IOException {
        read += Math.max(0, count);
        if (read > max) {
            throw new IOException("the answer is larger than " + max + " bytes");
        }
        return result;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
