package io.reconverge.gateway.entity;

import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Change;
import io.reconverge.wire.Op;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;

@OnParts
final class EntityTest {

    private final TestGateway gateway = TestGateway.shared();
    private final Entities entities = new Entities(gateway, someone());

    @Test
    void a_put_creates_then_replaces_and_a_delete_deletes() {
        entities.put("a", "{\"n\": 1}")
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueEquals(HttpHeaders.ETAG, "\"1\"")
                .expectHeader()
                .exists("Change-Id")
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("applied");
        entities.put("a", "{\"n\": 2}")
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals(HttpHeaders.ETAG, "\"2\"");
        entities.send(HttpMethod.PATCH, "a", Entities.MERGE_PATCH, "{\"n\": null}", headers -> {})
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals(HttpHeaders.ETAG, "\"3\"");
        entities.send(HttpMethod.DELETE, "a", null, "", headers -> {})
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
                entities.sent(
                        entities.send(
                                HttpMethod.PATCH,
                                "a",
                                Entities.MERGE_PATCH,
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

    @ParameterizedTest
    @CsvSource({
        "Change-Id, 1",
        "Change-Id, 0198c7a20d4e7c3a9b1f3f5a1c2b4d6e",
        "Modified-At, yesterday",
        "Modified-At, -1",
        "Modified-At, 9999999999999999"
    })
    void a_header_that_is_none_is_malformed(String header, String value) {
        entities.put("a", "{}", headers -> headers.set(header, value))
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).contains(header));
    }

    @Test
    void a_device_id_too_long_is_malformed() {
        entities.put("a", "{}", headers -> headers.set("Device-Id", "d".repeat(129)))
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void a_write_that_loses_is_a_conflict_that_shows_the_winner() {
        entities.put("a", "{\"n\": 1}", headers -> headers.set("Modified-At", "2000"))
                .expectStatus()
                .isCreated();
        entities.put("a", "{\"n\": 2}", headers -> headers.set("Modified-At", "1000"))
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
        entities.put(
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
        assertThat(entities.sent(entities.put(id, "{}")).id()).isEqualTo(id);
    }

    @Test
    void a_key_that_cannot_be_is_malformed() {
        entities.put("i".repeat(257), "{}").expectStatus().isBadRequest();
        gateway.as(someone())
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
        entities.put("a", "[]").expectStatus().isBadRequest();
        entities.put("a", "{\"a\": \"\\u0000\"}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/a");
        entities.put("a", "{\"a\": \"%s\"}".formatted("a".repeat(256 * 1024)))
                .expectStatus()
                .isEqualTo(413);
        entities.send(HttpMethod.PATCH, "a", MediaType.APPLICATION_JSON, "{}", headers -> {})
                .expectStatus()
                .isEqualTo(415);
        entities.send(HttpMethod.PUT, "a", Entities.MERGE_PATCH, "{}", headers -> {})
                .expectStatus()
                .isEqualTo(415);
    }

    @Test
    void anothers_space_is_403_whatever_is_asked() {
        gateway.as(someone())
                .put()
                .uri("/v1/spaces/{space}/entities/thing/a", "elsewhere")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:not-a-member");
    }
}
