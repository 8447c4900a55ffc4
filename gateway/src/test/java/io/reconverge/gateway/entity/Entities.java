package io.reconverge.gateway.entity;

import static io.reconverge.gateway.TestGateway.encoded;

import io.reconverge.gateway.TestGateway;
import io.reconverge.gateway.TestWorker;
import io.reconverge.wire.Change;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/// Asks for entities of type `thing` in a user's own space.
record Entities(TestGateway gateway, String user) {

    static final MediaType MERGE_PATCH = MediaType.parseMediaType("application/merge-patch+json");

    /// What became of a request on the writes topic.
    Change sent(WebTestClient.ResponseSpec answer) {
        String requestId =
                answer.expectStatus()
                        .is2xxSuccessful()
                        .expectBody()
                        .returnResult()
                        .getResponseHeaders()
                        .getFirst("X-Request-Id");
        TestWorker.Seen seen =
                gateway.worker().seen(UUID.fromString(String.valueOf(requestId))).orElseThrow();
        return seen.write().changes().getFirst();
    }

    WebTestClient.ResponseSpec restore(String id, String body) {
        return gateway.as(user)
                .post()
                .uri(gateway.uri("/v1/spaces/me/entities/thing/" + encoded(id) + "/restore"))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    WebTestClient.ResponseSpec put(String id, String body) {
        return put(id, body, headers -> {});
    }

    WebTestClient.ResponseSpec put(String id, String body, Consumer<HttpHeaders> headers) {
        return send(HttpMethod.PUT, id, MediaType.APPLICATION_JSON, body, headers);
    }

    WebTestClient.ResponseSpec send(
            HttpMethod method,
            String id,
            @Nullable MediaType type,
            String body,
            Consumer<HttpHeaders> headers) {
        WebTestClient.RequestBodySpec request =
                gateway.as(user)
                        .method(method)
                        .uri(gateway.uri("/v1/spaces/me/entities/thing/" + encoded(id)))
                        .headers(headers);
        return type == null
                ? request.exchange()
                : request.contentType(type).bodyValue(body).exchange();
    }
}
