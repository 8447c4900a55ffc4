package io.reconverge.standalone.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A request before it is bytes. Mutable while it is being spoiled.
final class Message {

    String method;
    String target;
    final Map<String, String> headers = new LinkedHashMap<>();
    final List<String> strayLines = new ArrayList<>();
    byte[] body;

    Message(String method, String target, byte[] body) {
        this.method = method;
        this.target = target;
        this.body = body;
    }

    /// As it goes over the wire; its length is told right unless a header says otherwise.
    byte[] bytes() {
        var out = new ByteArrayOutputStream(body.length + 512);
        line(out, method + " " + target + " HTTP/1.1");
        headers.forEach((name, value) -> line(out, name + ": " + value));
        strayLines.forEach(stray -> line(out, stray));
        if (!headers.containsKey("Content-Length") && body.length > 0) {
            line(out, "Content-Length: " + body.length);
        }
        line(out, "Connection: close");
        line(out, "");
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static void line(ByteArrayOutputStream out, String line) {
        out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        out.write('\r');
        out.write('\n');
    }

    @Override
    public String toString() {
        return method
                + " "
                + shown(target, 300)
                + " "
                + headers.entrySet().stream()
                        .map(header -> header.getKey() + ": " + shown(header.getValue(), 40))
                        .toList()
                + strayLines
                + " "
                + shown(new String(body, StandardCharsets.UTF_8), 600);
    }

    private static String shown(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max) + "… (" + text.length() + ")";
    }
}
