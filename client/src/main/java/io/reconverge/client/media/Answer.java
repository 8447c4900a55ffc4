package io.reconverge.client.media;

import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// What the server said to a request about a file.
final class Answer {

    private final int status;
    private final HttpHeaders headers;
    private final byte[] body;

    private Answer(int status, HttpHeaders headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    static Answer of(HttpResponse<byte[]> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    int status() {
        return status;
    }

    HttpHeaders headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    OptionalLong number(String header) {
        String text = headers.firstValue(header).orElse("");
        return text.matches("[0-9]{1,18}")
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }

    /// 0 where the server names no time, or names a date.
    long retryAfterMillis() {
        return 1000 * Math.min(number("Retry-After").orElse(0), 1_000_000);
    }

    boolean is(ProblemType type) {
        Problem problem = sent();
        return problem != null && problem.type().equals(type.urn());
    }

    boolean hasProblem() {
        return sent() != null;
    }

    Problem problem() {
        Problem problem = sent();
        return problem == null
                ? new Problem(
                        "about:blank",
                        "The server answered " + status + ".",
                        status,
                        "",
                        List.of(),
                        null)
                : problem;
    }

    /// In words for people.
    String said() {
        Problem problem = problem();
        return (status + " " + problem.title() + " " + problem.detail()).strip();
    }

    private @Nullable Problem sent() {
        String type = headers.firstValue("Content-Type").orElse("");
        if (!type.startsWith(Problem.MEDIA_TYPE) || body.length == 0) {
            return null;
        }
        try {
            return WireJson.MAPPER.readValue(body, Problem.class);
        } catch (JacksonException | NullPointerException e) {
            return null;
        }
    }
}
