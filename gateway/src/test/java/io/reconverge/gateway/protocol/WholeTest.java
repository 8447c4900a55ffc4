package io.reconverge.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
final class WholeTest {

    private static final String ENDLESS =
            """
            {"changes": [{"space": "00000000-0000-0001-0000-000000000002", "type": "spaces-item",
              "id": "i", "version": 1, "deleted": false, "createdAt": 1, "modifiedAt": 1,
              "committedAt": 1, "updatedBy": "ann", "data": {"title": "%s"}}],
             "timestamp": 7, "hasMore": true}\
            """
                    .formatted("x".repeat(40_000));

    @Test
    void no_more_is_held_for_an_answer_than_it_may_have() {
        try (TestGateway gateway =
                TestGateway.start("--reconverge.gateway.protocols.whole-max=64KB")) {
            gateway.feed().answerJson(200, ENDLESS);
            WebTestClient client = gateway.as(TestGateway.someone());
            client.get()
                    .uri("/api/sync/initial")
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.data.hasMore")
                    .isEqualTo(true)
                    .jsonPath("$.data.syncTimestamp")
                    .isEqualTo("1970-01-01T00:00:00.007Z");
            assertThat(gateway.feed().asked()).hasSize(2);
            client.get()
                    .uri("/api/sync/pull")
                    .exchange()
                    .expectStatus()
                    .isEqualTo(413)
                    .expectBody()
                    .jsonPath("$.success")
                    .isEqualTo(false);
            assertThat(gateway.feed().asked()).hasSize(4);
        }
    }
}
