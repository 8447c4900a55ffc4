package io.reconverge.media.download;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;

/// A 200 or a 206: what is sent, and its header.
///
/// @param part null for the whole
record Representation(Found.Stored stored, Selection.@Nullable Part part) {

    private static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";

    /// What describes the bytes, and would be wrong of a problem.
    private static final List<String> OWN =
            List.of(
                    HttpHeaders.ACCEPT_RANGES,
                    HttpHeaders.CONTENT_DISPOSITION,
                    HttpHeaders.CONTENT_LENGTH,
                    HttpHeaders.CONTENT_RANGE,
                    HttpHeaders.CONTENT_TYPE,
                    HttpHeaders.ETAG,
                    CONTENT_SECURITY_POLICY);

    static Representation whole(Found.Stored stored) {
        return new Representation(stored, null);
    }

    static Representation of(Found.Stored stored, Selection.Part part) {
        return new Representation(stored, part);
    }

    long first() {
        return part == null ? 0 : part.first();
    }

    long last() {
        return part == null ? stored.size() - 1 : part.last();
    }

    /// In bytes.
    long length() {
        return last() - first() + 1;
    }

    void describe(ServerHttpResponse response) {
        HttpHeaders headers = response.getHeaders();
        if (part == null) {
            response.setStatusCode(HttpStatus.OK);
        } else {
            response.setStatusCode(HttpStatus.PARTIAL_CONTENT);
            headers.set(
                    HttpHeaders.CONTENT_RANGE,
                    "bytes %d-%d/%d".formatted(part.first(), part.last(), stored.size()));
        }
        headers.setContentLength(length());
        headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        headers.setETag(stored.tag().formattedTag());
        headers.setContentType(stored.presentation().type());
        headers.set(
                HttpHeaders.CONTENT_DISPOSITION, stored.presentation().disposition().toString());
        headers.set(CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox");
    }

    /// Takes back what [#describe] said.
    static void forget(HttpHeaders headers) {
        OWN.forEach(headers::remove);
    }
}
