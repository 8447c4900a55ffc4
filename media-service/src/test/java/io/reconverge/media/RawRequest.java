package io.reconverge.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One HTTP request on a connection of its own, of which as much is sent as a test likes.
public final class RawRequest implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final OutputStream out;
    private final boolean bodiless;

    private RawRequest(Socket socket, boolean bodiless) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.bodiless = bodiless;
    }

    /// What came back.
    ///
    /// @param headers by their names in lower case
    public record Answer(int status, Map<String, String> headers, byte[] body) {

        public @Nullable String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        @Override
        public String toString() {
            return status + " " + headers + " " + new String(body, StandardCharsets.UTF_8);
        }
    }

    /// Sends the head.
    ///
    /// @param headers `Name: value`, besides those that every request has
    public static RawRequest open(
            int port, String method, String path, String token, String... headers)
            throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        var request = new RawRequest(socket, method.equals("HEAD"));
        try {
            request.write(
                    "%s %s HTTP/1.1\r\nHost: media\r\nAuthorization: Bearer %s\r\nConnection: close\r\n%s\r\n"
                            .formatted(
                                    method,
                                    path,
                                    token,
                                    headers.length == 0
                                            ? ""
                                            : String.join("\r\n", headers) + "\r\n"));
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
        return request;
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends some of the body.
    public RawRequest send(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
        return this;
    }

    public RawRequest send(byte[] bytes) throws IOException {
        return send(bytes, 0, bytes.length);
    }

    /// The same of a body with `Transfer-Encoding: chunked`; of no bytes: its end.
    public RawRequest chunk(byte[] bytes, int from, int length) throws IOException {
        write(Integer.toHexString(length) + "\r\n");
        send(bytes, from, length);
        write("\r\n");
        return this;
    }

    /// Waits for the answer.
    ///
    /// @throws IOException when the connection ends without one
    public Answer answer() throws IOException {
        InputStream in = socket.getInputStream();
        String[] head = head(in).split("\r\n");
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < head.length; i++) {
            int colon = head[i].indexOf(':');
            headers.put(
                    head[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    head[i].substring(colon + 1).strip());
        }
        int status = Integer.parseInt(head[0].split(" ")[1]);
        String length = headers.get("content-length");
        byte[] body =
                bodiless || status == 204
                        ? new byte[0]
                        : length == null
                                ? in.readAllBytes()
                                : in.readNBytes(Integer.parseInt(length));
        return new Answer(status, headers, body);
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no answer came");
            }
            head.write(next);
            if (next == '\n' && head.size() > 3) {
                String text = head.toString(StandardCharsets.UTF_8);
                if (text.endsWith("\r\n\r\n")) {
                    return text;
                }
            }
        }
    }

    /// Sends no more, and still listens.
    public void endSending() throws IOException {
        socket.shutdownOutput();
    }

    /// Ends the connection as one that was lost.
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException closed) {
            // it is
        }
    }
}
