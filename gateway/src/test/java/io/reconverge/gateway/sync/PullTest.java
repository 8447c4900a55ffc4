package io.reconverge.gateway.sync;

import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.gateway.TestService;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.SpaceId;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
final class PullTest {

    private static final String PAGE =
            """
            {"changes": [{"type":"t","id":"x","version":3,"data":{"n":1.10,"big":1e30},"deleted":false,\
            "createdAt":1,"modifiedAt":1,"updatedBy":"u"}], "cursor": "AQ", "version": 3, "hasMore": true}\
            """;

    private final TestGateway gateway = TestGateway.shared();
    private final String user = someone();

    @Test
    void the_feeds_page_comes_with_the_results_as_it_is() {
        gateway.feed().answerJson(200, PAGE);
        Cursor cursor = new Cursor(77, 2);
        String body =
                sync("""
                {"deviceId": "phone 📱", "changes": [%s], "cursor": "%s", "limit": 7}
                """
                                .formatted(put(), cursor.encode()))
                        .expectStatus()
                        .isOk()
                        .expectHeader()
                        .contentType(MediaType.APPLICATION_JSON)
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody();

        assertThat(body)
                .startsWith("{\"results\":[{\"status\":\"applied\"")
                .contains("\"serverTime\":")
                .endsWith(PAGE.substring(1));
        TestService.Asked asked = gateway.feed().asked().getFirst();
        assertThat(asked.uri())
                .isEqualTo(
                        "/v1/spaces/%s/changes?cursor=%s&limit=7"
                                .formatted(SpaceId.personal(user), cursor.encode()));
        assertThat(asked.headers().get("Authorization")).startsWith("Bearer ");
        assertThat(asked.headers().get("X-Request-Id")).hasSize(36);
        assertThat(
                        new String(
                                asked.headers()
                                        .get("Device-Id")
                                        .getBytes(StandardCharsets.ISO_8859_1),
                                StandardCharsets.UTF_8))
                .isEqualTo("phone 📱");
    }

    @Test
    void a_null_cursor_pulls_from_the_start_also_without_changes() {
        gateway.feed().answerJson(200, PAGE);
        sync("{\"deviceId\": \"d\", \"changes\": [], \"cursor\": null}")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.results")
                .isEmpty()
                .jsonPath("$.changes[0].id")
                .isEqualTo("x")
                .jsonPath("$.version")
                .isEqualTo(3)
                .jsonPath("$.hasMore")
                .isEqualTo(true);
        assertThat(gateway.feed().asked().getFirst().uri())
                .endsWith("cursor=" + Cursor.START.encode() + "&limit=500");
    }

    @Test
    void a_refused_pull_does_not_lose_the_results_of_the_push() {
        gateway.feed()
                .answerJson(
                        410,
                        """
                        {"type": "urn:reconverge:problem:cursor-expired", "title": "t", "status": 410, "detail": "d"}
                        """);
        String cursor = new Cursor(1, 1).encode();
        sync("{\"deviceId\": \"d\", \"changes\": [%s], \"cursor\": \"%s\"}"
                        .formatted(put(), cursor))
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.results[0].status")
                .isEqualTo("applied")
                .jsonPath("$.changes")
                .isEmpty()
                .jsonPath("$.cursor")
                .isEqualTo(cursor)
                .jsonPath("$.hasMore")
                .isEqualTo(true)
                .jsonPath("$.problem.type")
                .isEqualTo("urn:reconverge:problem:cursor-expired");
    }

    @Test
    void with_nothing_pushed_a_refused_pull_is_the_answer() {
        gateway.feed()
                .answerJson(
                        410,
                        """
                        {"type": "urn:reconverge:problem:cursor-expired", "title": "t", "status": 410, "detail": "d"}
                        """);
        sync("{\"deviceId\": \"d\", \"changes\": [], \"cursor\": \"%s\"}"
                        .formatted(new Cursor(1, 1).encode()))
                .expectStatus()
                .isEqualTo(410)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:cursor-expired");
    }

    @Test
    void a_feed_that_breaks_off_leaves_the_results() {
        gateway.feed()
                .answer((request, response) -> response.withConnection(each -> each.dispose()));
        sync("{\"deviceId\": \"d\", \"changes\": [%s], \"cursor\": null}".formatted(put()))
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.results[0].status")
                .isEqualTo("applied")
                .jsonPath("$.cursor")
                .isEqualTo(Cursor.START.encode())
                .jsonPath("$.problem.status")
                .isEqualTo(503);
    }

    private static String put() {
        return """
        {"changeId": "%s", "type": "thing", "id": "a", "op": "put", "data": {}}
        """
                .formatted(UUID.randomUUID());
    }

    private WebTestClient.ResponseSpec sync(String body) {
        return gateway.as(user)
                .post()
                .uri("/v1/spaces/me/sync")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
