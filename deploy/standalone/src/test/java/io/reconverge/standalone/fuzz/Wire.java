package io.reconverge.standalone.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Sends bytes as they are, each request on a connection of its own.
final class Wire {

    private static final int PATIENCE_MILLIS = 60_000;

    private final InetSocketAddress address;

    Wire(URI origin) {
        this.address = new InetSocketAddress(origin.getHost(), origin.getPort());
    }

    /// @param status 0 when nothing was answered
    /// @param head in lower case
    record Answer(int status, String head, String body) {}

    Answer send(byte[] request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
            } catch (SocketException answeredAlready) {
                // what was answered early can still be read
            }
            return read(socket.getInputStream());
        }
    }

    private static Answer read(InputStream in) throws IOException {
        var all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (SocketException cutOff) {
            // what came before counts
        }
        String text = all.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.startsWith("HTTP/1.1 ")) {
            return new Answer(0, "", text);
        }
        String head = text.substring(0, end).toLowerCase(Locale.ROOT);
        String body = text.substring(end + 4);
        return new Answer(
                Integer.parseInt(text.substring(9, 12)),
                head,
                new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
}
