package io.reconverge.gateway.sync;

import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/// Whatever a client sends is answered with what is wrong with it and where, and reaches no topic.
@OnParts
final class MalformedBodyTest {

    private static final String ID = "0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e";

    private final TestGateway gateway = TestGateway.shared();

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("nothing", "", ""),
                Arguments.of("no JSON", "{", ""),
                Arguments.of("two documents", "{} {}", ""),
                Arguments.of("a list", "[]", ""),
                Arguments.of("no deviceId", "{\"changes\": []}", ""),
                Arguments.of("no changes", "{\"deviceId\": \"d\"}", ""),
                Arguments.of(
                        "a deviceId of 10,000 characters",
                        "{\"deviceId\": \"%s\", \"changes\": []}".formatted("d".repeat(10_000)),
                        "/deviceId"),
                Arguments.of(
                        "an unknown member",
                        "{\"deviceId\": \"d\", \"changes\": [], \"more\": 1}",
                        "/more"),
                Arguments.of(
                        "a member twice",
                        "{\"deviceId\": \"d\", \"deviceId\": \"d\"}",
                        "/deviceId"),
                Arguments.of("5,001 changes", changes(5_001), "/changes"),
                Arguments.of("a limit of 0", request("\"cursor\": null, \"limit\": 0"), "/limit"),
                Arguments.of(
                        "a limit of 5,001", request("\"cursor\": null, \"limit\": 5001"), "/limit"),
                Arguments.of("a cursor that is a number", request("\"cursor\": 7"), "/cursor"),
                Arguments.of("no changeId", change("\"changeId\": null"), "/changes/0/changeId"),
                Arguments.of(
                        "a changeId that is none",
                        change("\"changeId\": \"1\""),
                        "/changes/0/changeId"),
                Arguments.of("an unknown op", change("\"op\": \"upsert\""), "/changes/0/op"),
                Arguments.of("a type in capitals", change("\"type\": \"Note\""), "/changes/0/type"),
                Arguments.of("an empty id", change("\"id\": \"\""), "/changes/0/id"),
                Arguments.of(
                        "an id of 257 characters",
                        change("\"id\": \"%s\"".formatted("i".repeat(257))),
                        "/changes/0/id"),
                Arguments.of("data that is a list", change("\"data\": []"), "/changes/0/data"),
                Arguments.of("a put without data", change("\"data\": null"), "/changes/0/data"),
                Arguments.of(
                        "a negative base", change("\"baseVersion\": -1"), "/changes/0/baseVersion"),
                Arguments.of(
                        "a time before 1970",
                        change("\"modifiedAt\": -1"),
                        "/changes/0/modifiedAt"),
                Arguments.of(
                        "an unknown policy",
                        change("\"onConflict\": \"win\""),
                        "/changes/0/onConflict"),
                Arguments.of(
                        "data beyond 256 KiB",
                        data("\"a\": \"%s\"".formatted("a".repeat(256 * 1024))),
                        "/changes/0/data"),
                Arguments.of("U+0000", data("\"a\": \"\\u0000\""), "/changes/0/data/a"),
                Arguments.of("U+0000 in a name", data("\"\\u0000\": 1"), "/changes/0/data"),
                Arguments.of("U+0000 in an id", change("\"id\": \"\\u0000\""), "/changes/0/id"),
                Arguments.of(
                        "half a surrogate pair", data("\"a\": \"\\ud83d\""), "/changes/0/data/a"),
                Arguments.of("1e400000", data("\"a\": 1e400000"), "/changes/0/data/a"),
                Arguments.of("1E-400000", data("\"a\": 1E-400000"), "/changes/0/data/a"),
                Arguments.of("NaN", data("\"a\": NaN"), "/changes/0/data/a"),
                Arguments.of(
                        "a depth of 10,000",
                        data("\"a\": %s%s".formatted("[".repeat(10_000), "]".repeat(10_000))),
                        null),
                Arguments.of(
                        "a name twice in data", data("\"a\": 1, \"a\": 2"), "/changes/0/data/a"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void what_is_malformed_is_told_with_its_place(String what, String body, String pointer) {
        int before = gateway.worker().count();
        byte[] problem =
                post(body.getBytes(StandardCharsets.UTF_8))
                        .expectStatus()
                        .isBadRequest()
                        .expectHeader()
                        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                        .expectBody()
                        .jsonPath("$.type")
                        .isEqualTo("urn:reconverge:problem:malformed-request")
                        .jsonPath("$.errors[0].message")
                        .isNotEmpty()
                        .returnResult()
                        .getResponseBody();
        if (pointer != null) {
            assertThat(Pointers.of(problem)).contains(pointer);
        }
        assertThat(gateway.worker().count()).isEqualTo(before);
    }

    @Test
    void bytes_that_are_not_utf8_are_malformed() {
        byte[] latin1 = data("\"a\": \"ä\"").getBytes(StandardCharsets.ISO_8859_1);
        post(latin1).expectStatus().isBadRequest();
    }

    @Test
    void a_cursor_that_is_none_is_told_before_anything_is_appended() {
        int before = gateway.worker().count();
        byte[] problem =
                post(request("\"cursor\": \"no-cursor\"").getBytes(StandardCharsets.UTF_8))
                        .expectStatus()
                        .isBadRequest()
                        .expectBody()
                        .jsonPath("$.type")
                        .isEqualTo("urn:reconverge:problem:invalid-cursor")
                        .returnResult()
                        .getResponseBody();
        assertThat(Pointers.of(problem)).containsExactly("/cursor");
        assertThat(gateway.worker().count()).isEqualTo(before);
    }

    @Test
    void numbers_that_postgres_holds_and_ids_of_any_character_go_through() {
        String body =
                """
                {"deviceId": "📱", "changes": [
                  {"changeId": "%s", "type": "thing", "id": "a/😀\\n", "op": "put",
                   "data": {"large": 1e400, "small": 1E-400, "digits": 1.10}, "modifiedAt": 9000000000000000}]}
                """
                        .formatted(UUID.randomUUID());
        byte[] utf8 = body.getBytes(StandardCharsets.UTF_8);
        String requestId =
                post(utf8)
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .jsonPath("$.results[0].status")
                        .isEqualTo("applied")
                        .returnResult()
                        .getResponseHeaders()
                        .getFirst("X-Request-Id");
        var change =
                gateway.worker()
                        .seen(UUID.fromString(String.valueOf(requestId)))
                        .orElseThrow()
                        .write()
                        .changes()
                        .getFirst();
        assertThat(change.id()).isEqualTo("a/😀\n");
        assertThat(String.valueOf(change.data())).contains("1.10");
    }

    @Test
    void a_body_of_another_kind_is_415() {
        gateway.as(someone())
                .post()
                .uri("/v1/spaces/me/sync")
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isEqualTo(415)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:unsupported-media-type");
        gateway.as(someone())
                .post()
                .uri("/v1/spaces/me/sync")
                .header("Content-Type", "json/")
                .exchange()
                .expectStatus()
                .isEqualTo(415);
    }

    private static String changes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        "{\"changeId\": \"%s\", \"type\": \"t\", \"id\": \"i\", \"op\": \"delete\"}"
                                .formatted(UUID.randomUUID()))
                .collect(Collectors.joining(",", "{\"deviceId\": \"d\", \"changes\": [", "]}"));
    }

    private static String request(String members) {
        return "{\"deviceId\": \"d\", \"changes\": [], %s}".formatted(members);
    }

    private static String data(String members) {
        return change("\"data\": {%s}".formatted(members));
    }

    /// One sound change, but for the member given.
    private static String change(String member) {
        String name = member.substring(0, member.indexOf(':'));
        String sound =
                Stream.of(
                                "\"changeId\": \"" + ID + "\"",
                                "\"type\": \"thing\"",
                                "\"id\": \"a\"",
                                "\"op\": \"put\"",
                                "\"data\": {}")
                        .filter(other -> !other.startsWith(name))
                        .collect(Collectors.joining(", "));
        return "{\"deviceId\": \"d\", \"changes\": [{%s, %s}]}".formatted(sound, member);
    }

    private WebTestClient.ResponseSpec post(byte[] body) {
        return gateway.as(someone())
                .post()
                .uri("/v1/spaces/me/sync")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
