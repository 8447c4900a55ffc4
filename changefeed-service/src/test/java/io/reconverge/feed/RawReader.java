package io.reconverge.feed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client that reads when it is told to, and not before. Its kernel holds little for it. It
/// speaks HTTP/1.0, so that a body is what comes up to the end.
public final class RawReader implements AutoCloseable {

    private final Socket socket = new Socket();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    public RawReader(Feed feed, String token, String uri, String accept) {
        try {
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), feed.port()));
            socket.getOutputStream()
                    .write(
                            """
                            GET %s HTTP/1.1\r
                            Host: localhost\r
                            Authorization: Bearer %s\r
                            Accept: %s\r
                            Connection: close\r
                            \r
                            """
                                    .formatted(uri, token, accept)
                                    .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Reads this many bytes.
    public void read(int bytes) {
        try {
            received.writeBytes(socket.getInputStream().readNBytes(bytes));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Reads on to the end, however it ends.
    ///
    /// @return the body, as far as it came
    public String body() {
        try {
            socket.getInputStream().transferTo(received);
        } catch (IOException cutOff) {
            return unchunked(received.toString(StandardCharsets.UTF_8));
        }
        return unchunked(received.toString(StandardCharsets.UTF_8));
    }

    private static String unchunked(String response) {
        var body = new StringBuilder();
        int at = response.indexOf("\r\n\r\n") + 4;
        for (int line = response.indexOf("\r\n", at);
                line > 0;
                line = response.indexOf("\r\n", at)) {
            int length = Integer.parseInt(response.substring(at, line), 16);
            int from = line + 2;
            body.append(response, from, Math.min(from + length, response.length()));
            at = from + length + 2;
            if (at > response.length()) {
                return body.toString();
            }
        }
        return body.toString();
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
