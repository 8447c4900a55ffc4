package io.reconverge.gateway.entity;

import static io.reconverge.gateway.TestGateway.encoded;
import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.gateway.TestWorker;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Change;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
final class EntityTest {

    private static final MediaType MERGE_PATCH =
            MediaType.parseMediaType("application/merge-patch+json");

    private final TestGateway gateway = TestGateway.shared();
    private final String user = someone();

    @Test
    void a_put_creates_then_replaces_and_a_delete_deletes() {
        put("a", "{\"n\": 1}")
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueEquals(HttpHeaders.ETAG, "\"1\"")
                .expectHeader()
                .exists("Change-Id")
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("applied");
        put("a", "{\"n\": 2}")
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals(HttpHeaders.ETAG, "\"2\"");
        send(HttpMethod.PATCH, "a", MERGE_PATCH, "{\"n\": null}", headers -> {})
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals(HttpHeaders.ETAG, "\"3\"");
        send(HttpMethod.DELETE, "a", null, "", headers -> {})
                .expectStatus()
                .isNoContent()
                .expectHeader()
                .valueEquals(HttpHeaders.ETAG, "\"4\"")
                .expectBody()
                .isEmpty();
    }

    @Test
    void the_headers_say_what_the_change_is() {
        UUID changeId = UUID.randomUUID();
        Change change =
                sent(
                        send(
                                HttpMethod.PATCH,
                                "a",
                                MERGE_PATCH,
                                "{\"n\": 1}",
                                headers -> {
                                    headers.set("Change-Id", changeId.toString());
                                    headers.set("Device-Id", "phone-1");
                                    headers.set("Modified-At", "1767200000000");
                                }));
        assertThat(change.changeId()).isEqualTo(changeId);
        assertThat(change.op()).isEqualTo(Op.PATCH);
        assertThat(change.modifiedAt()).isEqualTo(1767200000000L);
        assertThat(change.baseVersion()).isNull();
        assertThat(change.onConflict()).isNull();
    }

    @Test
    void a_precondition_is_a_base_version_that_must_hold() {
        put("a", "{}").expectStatus().isCreated();
        Change onTop = sent(put("a", "{}", headers -> headers.setIfMatch("\"1\"")));
        assertThat(onTop.baseVersion()).isEqualTo(1);
        assertThat(onTop.onConflict()).isEqualTo(OnConflict.REJECT);
        Change fresh = sent(put("b", "{}", headers -> headers.setIfNoneMatch("*")));
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
        put("a", "{\"n\": 1}").expectStatus().isCreated();
        put("a", "{\"n\": 2}").expectStatus().isOk();
        gateway.feed()
                .answerJson(
                        200,
                        """
                        {"type":"thing","id":"a","version":2,"data":{"n":2},"deleted":false,
                         "createdAt":1,"modifiedAt":1,"updatedBy":"u"}
                        """);
        WebTestClient.ResponseSpec answer =
                put("a", "{\"n\": 3}", headers -> headers.set(header, value))
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
        put("none", "{}", headers -> headers.setIfMatch("*"))
                .expectStatus()
                .isEqualTo(412)
                .expectBody()
                .jsonPath("$.entity")
                .doesNotExist();
        assertThat(gateway.worker().count()).isEqualTo(before);
    }

    @Test
    void two_conditions_at_once_are_malformed() {
        put(
                        "a",
                        "{}",
                        headers -> {
                            headers.setIfMatch("\"1\"");
                            headers.setIfNoneMatch("*");
                        })
                .expectStatus()
                .isBadRequest();
    }

    @ParameterizedTest
    @CsvSource({
        "Change-Id, 1",
        "Change-Id, 0198c7a20d4e7c3a9b1f3f5a1c2b4d6e",
        "Modified-At, yesterday",
        "Modified-At, -1",
        "Modified-At, 9999999999999999"
    })
    void a_header_that_is_none_is_malformed(String header, String value) {
        put("a", "{}", headers -> headers.set(header, value))
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).contains(header));
    }

    @Test
    void a_device_id_too_long_is_malformed() {
        put("a", "{}", headers -> headers.set("Device-Id", "d".repeat(129)))
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void a_write_that_loses_is_a_conflict_that_shows_the_winner() {
        put("a", "{\"n\": 1}", headers -> headers.set("Modified-At", "2000"))
                .expectStatus()
                .isCreated();
        put("a", "{\"n\": 2}", headers -> headers.set("Modified-At", "1000"))
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:conflict")
                .jsonPath("$.entity.data.n")
                .isEqualTo(1);
    }

    @Test
    void what_is_not_decided_in_time_is_202_and_says_where_to_ask() {
        gateway.worker().answer(write -> Optional.empty());
        UUID changeId = UUID.randomUUID();
        put(
                        "a",
                        "{}",
                        headers -> {
                            headers.set("Prefer", "wait=0");
                            headers.set("Change-Id", changeId.toString());
                        })
                .expectStatus()
                .isAccepted()
                .expectHeader()
                .valueEquals("Preference-Applied", "wait=0")
                .expectHeader()
                .location("/v1/spaces/me/receipts?changeId=" + changeId)
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("pending");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "😀", "a\nb", "100%", "a;b", "..", "a b+c", "\\", "?#&"})
    void any_id_is_addressed_by_the_path(String id) {
        assertThat(sent(put(id, "{}")).id()).isEqualTo(id);
    }

    @Test
    void a_key_that_cannot_be_is_malformed() {
        put("i".repeat(257), "{}").expectStatus().isBadRequest();
        gateway.as(user)
                .put()
                .uri("/v1/spaces/me/entities/Thing/a")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:malformed-request");
    }

    @Test
    void a_body_that_is_no_object_or_too_large_or_of_another_kind_is_refused() {
        put("a", "[]").expectStatus().isBadRequest();
        put("a", "{\"a\": \"\\u0000\"}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/a");
        put("a", "{\"a\": \"%s\"}".formatted("a".repeat(256 * 1024))).expectStatus().isEqualTo(413);
        send(HttpMethod.PATCH, "a", MediaType.APPLICATION_JSON, "{}", headers -> {})
                .expectStatus()
                .isEqualTo(415);
        send(HttpMethod.PUT, "a", MERGE_PATCH, "{}", headers -> {}).expectStatus().isEqualTo(415);
    }

    @Test
    void anothers_space_is_403_whatever_is_asked() {
        gateway.as(user)
                .put()
                .uri("/v1/spaces/{space}/entities/thing/a", UUID.randomUUID())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:not-a-member");
    }

    @Test
    void a_restore_writes_what_a_version_was_as_a_new_change() {
        gateway.feed()
                .answerJson(
                        200,
                        """
                        {"version": 7, "op": "patch", "outcome": "applied", "data": {"n": 1.10}, "patch": {}}
                        """);
        Change change = sent(restore("a/b", "{\"version\": 7}"));
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
        put("a", "{}").expectStatus().isCreated();
        restore("a", "{\"version\": 7}").expectStatus().isNoContent();
    }

    @Test
    void a_restore_of_no_version_or_with_no_feed_changes_nothing() {
        int before = gateway.worker().count();
        restore("a", "{\"version\": 7}").expectStatus().isNotFound();
        restore("a", "{\"version\": 0}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/version");
        restore("a", "{\"version\": 1, \"more\": 1}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/more");
        restore("a", "{\"version\": 1e400}").expectStatus().isBadRequest();
        restore("a", "[]").expectStatus().isBadRequest();
        gateway.feed()
                .answer((request, response) -> response.withConnection(each -> each.dispose()));
        restore("a", "{\"version\": 7}").expectStatus().isEqualTo(503);
        assertThat(gateway.worker().count()).isEqualTo(before);
    }

    private Change sent(WebTestClient.ResponseSpec answer) {
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

    private WebTestClient.ResponseSpec restore(String id, String body) {
        return gateway.as(user)
                .post()
                .uri(gateway.uri("/v1/spaces/me/entities/thing/" + encoded(id) + "/restore"))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private WebTestClient.ResponseSpec put(String id, String body) {
        return put(id, body, headers -> {});
    }

    private WebTestClient.ResponseSpec put(String id, String body, Consumer<HttpHeaders> headers) {
        return send(HttpMethod.PUT, id, MediaType.APPLICATION_JSON, body, headers);
    }

    private WebTestClient.ResponseSpec send(
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
