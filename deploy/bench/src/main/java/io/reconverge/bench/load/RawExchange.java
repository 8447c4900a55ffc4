package io.reconverge.bench.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One request and its answer, with every byte of them counted.
///
/// @param sent bytes of the request
/// @param received bytes of the answer: head, framing and body
/// @param body as text
public record RawExchange(int sent, int received, int status, String body) {

    /// Over a connection of its own.
    public static RawExchange of(URI server, byte[] request) {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream().write(request);
            var in = new Counting(new BufferedInputStream(socket.getInputStream()));
            String status = in.line();
            int length = -1;
            boolean chunked = false;
            for (String line = in.line(); !line.isEmpty(); line = in.line()) {
                String header = line.toLowerCase(Locale.ROOT);
                if (header.startsWith("content-length:")) {
                    length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
                }
                chunked |= header.startsWith("transfer-encoding:") && header.contains("chunked");
            }
            var body = new StringBuilder();
            if (chunked) {
                for (int size = in.chunk(); size > 0; size = in.chunk()) {
                    body.append(in.text(size));
                    in.line();
                }
                in.line();
            } else if (length > 0) {
                body.append(in.text(length));
            }
            return new RawExchange(
                    request.length,
                    in.count,
                    Integer.parseInt(status.split(" ")[1]),
                    body.toString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static final class Counting {
        private final InputStream in;
        private int count;

        Counting(InputStream in) {
            this.in = in;
        }

        String line() throws IOException {
            var line = new StringBuilder();
            for (int read = read(); read != '\n'; read = read()) {
                if (read != '\r') {
                    line.append((char) read);
                }
            }
            return line.toString();
        }

        int chunk() throws IOException {
            return Integer.parseInt(line().strip(), 16);
        }

        String text(int length) throws IOException {
            byte[] bytes = in.readNBytes(length);
            count += bytes.length;
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private int read() throws IOException {
            int read = in.read();
            if (read < 0) {
                throw new EOFException();
            }
            count++;
            return read;
        }
    }
}
