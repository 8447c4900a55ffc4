package io.reconverge.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.Parts;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.time.Duration;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/// A media service that runs somewhere, as its clients see it.
public interface MediaServer extends AutoCloseable {

    int port();

    /// Where it runs.
    Corner corner();

    @Override
    void close();

    /// A client with a good token of this user.
    default WebTestClient as(String user) {
        return with(token(user));
    }

    default WebTestClient with(String token) {
        return anyone().mutate()
                .defaultHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                .build();
    }

    default WebTestClient anyone() {
        return WebTestClient.bindToServer()
                .baseUrl(url())
                .responseTimeout(Duration.ofSeconds(60))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(128 * 1024 * 1024))
                .build();
    }

    /// For clients other than [#as]: a good token of this user.
    default String token(String user) {
        return Parts.shared().tokens().of(user);
    }

    /// With no slash at its end.
    default String url() {
        return "http://127.0.0.1:" + port();
    }

    /// The problem that a request is answered with, checked to be of this kind.
    default Problem problem(ProblemType type, WebTestClient.RequestHeadersSpec<?> request) {
        return problem(type, request.exchange());
    }

    /// The same of an answer that is there.
    default Problem problem(ProblemType type, WebTestClient.ResponseSpec answer) {
        byte[] body =
                answer.expectStatus()
                        .isEqualTo(type.status())
                        .expectHeader()
                        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                        .expectHeader()
                        .valueEquals(HttpHeaders.CACHE_CONTROL, "no-store")
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        Problem problem = WireJson.MAPPER.readValue(Objects.requireNonNull(body), Problem.class);
        assertThat(problem.type()).isEqualTo(type.urn());
        assertThat(problem.status()).isEqualTo(type.status());
        return problem;
    }

    /// Whether a part of it is up.
    ///
    /// @param path `readiness`, `storage` …
    default boolean healthy(String path) {
        return anyone().get()
                .uri("/actuator/health/" + path)
                .exchange()
                .returnResult(Void.class)
                .getStatus()
                .is2xxSuccessful();
    }
}
