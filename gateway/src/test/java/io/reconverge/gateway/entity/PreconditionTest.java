package io.reconverge.gateway.entity;

import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Change;
import io.reconverge.wire.OnConflict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
final class PreconditionTest {

    private final TestGateway gateway = TestGateway.shared();
    private final Entities entities = new Entities(gateway, someone());

    @Test
    void a_precondition_is_a_base_version_that_must_hold() {
        entities.put("a", "{}").expectStatus().isCreated();
        Change onTop =
                entities.sent(entities.put("a", "{}", headers -> headers.setIfMatch("\"1\"")));
        assertThat(onTop.baseVersion()).isEqualTo(1);
        assertThat(onTop.onConflict()).isEqualTo(OnConflict.REJECT);
        Change fresh =
                entities.sent(entities.put("b", "{}", headers -> headers.setIfNoneMatch("*")));
        assertThat(fresh.baseVersion()).isEqualTo(0);
        assertThat(fresh.onConflict()).isEqualTo(OnConflict.REJECT);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    If-Match      | "2"     | 200
                    If-Match      | "1"     | 412
                    If-Match      | "99"    | 412
                    If-Match      | "0"     | 412
                    If-Match      | "-1"    | 412
                    If-Match      | "abc"   | 412
                    If-Match      | ""      | 412
                    If-Match      | "99999999999999999999" | 412
                    If-Match      | W/"2"   | 412
                    If-Match      | *       | 200
                    If-Match      | 2       | 400
                    If-Match      | "2      | 400
                    If-Match      | "2","3" | 400
                    If-None-Match | *       | 412
                    If-None-Match | "2"     | 400
                    """)
    void preconditions_hold_or_fail(String header, String value, int status) {
        entities.put("a", "{\"n\": 1}").expectStatus().isCreated();
        entities.put("a", "{\"n\": 2}").expectStatus().isOk();
        gateway.feed()
                .answerJson(
                        200,
                        """
                        {"type":"thing","id":"a","version":2,"data":{"n":2},"deleted":false,
                         "createdAt":1,"modifiedAt":1,"updatedBy":"u"}
                        """);
        WebTestClient.ResponseSpec answer =
                entities.put("a", "{\"n\": 3}", headers -> headers.set(header, value))
                        .expectStatus()
                        .isEqualTo(status);
        if (status == 412) {
            answer.expectBody()
                    .jsonPath("$.type")
                    .isEqualTo("urn:reconverge:problem:version-mismatch")
                    .jsonPath("$.entity.version")
                    .isEqualTo(2)
                    .jsonPath("$.entity.data.n")
                    .isEqualTo(2);
        }
    }

    @Test
    void a_condition_that_something_be_there_fails_where_nothing_is() {
        int before = gateway.worker().count();
        entities.put("none", "{}", headers -> headers.setIfMatch("*"))
                .expectStatus()
                .isEqualTo(412)
                .expectBody()
                .jsonPath("$.entity")
                .doesNotExist();
        assertThat(gateway.worker().count()).isEqualTo(before);
    }

    @Test
    void two_conditions_at_once_are_malformed() {
        entities.put(
                        "a",
                        "{}",
                        headers -> {
                            headers.setIfMatch("\"1\"");
                            headers.setIfNoneMatch("*");
                        })
                .expectStatus()
                .isBadRequest();
    }
}
