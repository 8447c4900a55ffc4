package io.reconverge.client.cli;

import io.reconverge.client.http.Origin;
import io.reconverge.client.http.SignedOutException;
import io.reconverge.wire.Problem;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// One look at the server with a token: is it there, does it take the token, what time does it
/// have.
///
/// @param status of HTTP
/// @param problem what the server says, null where it took the token
/// @param skewMillis by how much the server's clock is ahead of this one, to the second; null where
///   it does not say
/// @param tookMillis for the round trip
record Probe(int status, @Nullable Problem problem, @Nullable Long skewMillis, long tookMillis) {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    boolean isTaken() {
        return status / 100 == 2;
    }

    /// @throws IOException where the server cannot be reached
    /// @throws SignedOutException where the token is none
    static Probe of(URI server, String token, Surroundings surroundings)
            throws IOException, SignedOutException {
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            Origin origin = new Origin(server, http, () -> token, _ -> true, TIMEOUT);
            long asked = surroundings.clock().millis();
            HttpResponse<String> answer =
                    http.send(
                            origin.request("/v1/spaces/me/status").build(),
                            HttpResponse.BodyHandlers.ofString());
            long answered = surroundings.clock().millis();
            return new Probe(
                    answer.statusCode(),
                    answer.statusCode() / 100 == 2 ? null : problem(answer),
                    skewMillis(answer, (asked + answered) / 2),
                    answered - asked);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Problem problem(HttpResponse<String> answer) {
        try {
            return WireJson.MAPPER.readValue(answer.body(), Problem.class);
        } catch (JacksonException | NullPointerException e) {
            return new Problem(
                    "about:blank",
                    "HTTP " + answer.statusCode(),
                    answer.statusCode(),
                    "this does not look like a Reconverge server.",
                    java.util.List.of(),
                    null);
        }
    }

    /// `Date` has whole seconds: half of one is the best guess.
    private static @Nullable Long skewMillis(HttpResponse<?> answer, long nowMillis) {
        try {
            return answer.headers()
                    .firstValue("Date")
                    .map(date ->
                            ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                                            .toInstant()
                                            .toEpochMilli()
                                    + 500
                                    - nowMillis)
                    .orElse(null);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
