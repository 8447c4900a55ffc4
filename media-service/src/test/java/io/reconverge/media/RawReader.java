package io.reconverge.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client that reads when it is told to, and not before. Its kernel holds little for it.
public final class RawReader implements AutoCloseable {

    private final Socket socket = new Socket();
    private final InputStream in;

    /// Asks, and does not read the answer.
    ///
    /// @param headers `Name: value`
    public RawReader(
            MediaServer server, String user, String method, String uri, String... headers) {
        try {
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout((int) Duration.ofSeconds(60).toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            var request = new StringBuilder();
            request.append(method).append(' ').append(uri).append(" HTTP/1.1\r\n");
            request.append("Host: localhost\r\nConnection: close\r\n");
            request.append("Authorization: Bearer ").append(server.token(user)).append("\r\n");
            for (String header : headers) {
                request.append(header).append("\r\n");
            }
            request.append("\r\n");
            socket.getOutputStream()
                    .write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            in = socket.getInputStream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The status line and the header lines, as they came; what follows is the body.
    public String head() {
        try {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) {
                    return head.toString();
                }
                head.append((char) octet);
            }
            return head.toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Reads this many bytes, or as many as there are.
    public byte[] read(int bytes) {
        try {
            return in.readNBytes(bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Reads on to the end, however it ends.
    ///
    /// @return how many bytes came
    public long rest() {
        long count = 0;
        byte[] piece = new byte[64 * 1024];
        try {
            for (int some = in.read(piece); some >= 0; some = in.read(piece)) {
                count += some;
            }
        } catch (IOException cutOff) {
            return count;
        }
        return count;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
