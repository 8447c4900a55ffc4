package io.reconverge.bench.load;

import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Requests as bytes.
public final class Requests {
    private Requests() {}

    /// Everything before the body.
    ///
    /// @param length of the body, in bytes; below 0 for none
    public static byte[] head(
            String method, URI server, String path, String token, String more, int length) {
        return ("%s %s HTTP/1.1\r\nHost: %s:%d\r\nAuthorization: Bearer %s\r\n%s%s\r\n"
                        .formatted(
                                method,
                                path,
                                server.getHost(),
                                server.getPort(),
                                token,
                                more,
                                length < 0 ? "" : "Content-Length: " + length + "\r\n"))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /// With no token: what it may do stands in its path.
    public static byte[] unsigned(String method, URI server, String path, int length) {
        return ("%s %s HTTP/1.1\r\nHost: %s:%d\r\n%s\r\n"
                        .formatted(
                                method,
                                path,
                                server.getHost(),
                                server.getPort(),
                                length < 0 ? "" : "Content-Length: " + length + "\r\n"))
                .getBytes(StandardCharsets.US_ASCII);
    }

    public static byte[] get(URI server, String path, String token) {
        return head("GET", server, path, token, "Accept: application/json\r\n", -1);
    }
}
