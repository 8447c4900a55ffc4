package io.reconverge.gateway.entity;

import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Change;
import io.reconverge.wire.Op;
import org.junit.jupiter.api.Test;

@OnParts
final class RestoreTest {

    private final TestGateway gateway = TestGateway.shared();
    private final Entities entities = new Entities(gateway, someone());

    @Test
    void a_restore_writes_what_a_version_was_as_a_new_change() {
        gateway.feed()
                .answerJson(
                        200,
                        """
                        {"version": 7, "op": "patch", "outcome": "applied", "data": {"n": 1.10}, "patch": {}}
                        """);
        Change change = entities.sent(entities.restore("a/b", "{\"version\": 7}"));
        assertThat(change.op()).isEqualTo(Op.PUT);
        assertThat(String.valueOf(change.data())).isEqualTo("{\"n\":1.10}");
        assertThat(change.baseVersion()).isNull();
        assertThat(gateway.feed().asked().getFirst().uri())
                .endsWith("/entities/thing/a%2Fb/history/7");
    }

    @Test
    void a_restore_of_a_delete_deletes() {
        gateway.feed()
                .answerJson(200, "{\"version\": 7, \"op\": \"delete\", \"outcome\": \"applied\"}");
        entities.put("a", "{}").expectStatus().isCreated();
        entities.restore("a", "{\"version\": 7}").expectStatus().isNoContent();
    }

    @Test
    void a_restore_of_no_version_or_with_no_feed_changes_nothing() {
        int before = gateway.worker().count();
        entities.restore("a", "{\"version\": 7}").expectStatus().isNotFound();
        entities.restore("a", "{\"version\": 0}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/version");
        entities.restore("a", "{\"version\": 1, \"more\": 1}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/more");
        entities.restore("a", "{\"version\": 1e400}").expectStatus().isBadRequest();
        entities.restore("a", "[]").expectStatus().isBadRequest();
        gateway.feed()
                .answer((request, response) -> response.withConnection(each -> each.dispose()));
        entities.restore("a", "{\"version\": 7}").expectStatus().isEqualTo(503);
        assertThat(gateway.worker().count()).isEqualTo(before);
    }
}
