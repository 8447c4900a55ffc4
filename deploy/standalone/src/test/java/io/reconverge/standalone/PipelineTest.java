package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What a client sees of the whole pipeline.
@OnParts
class PipelineTest {

    private static Pipeline pipeline;

    @BeforeAll
    static void start() {
        pipeline = Pipeline.start("pipeline", Map.of());
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void a_phone_pushes_and_a_laptop_pulls_and_sees_the_next_write_live() {
        JsonNode pushed =
                push("alice", "phone", change("put", "n-1", "{'title':'Tide'}", "")).json();
        assertThat(pushed.at("/results/0/status").asString()).isEqualTo("applied");

        JsonNode pulled = pipeline.get("alice", "/v1/spaces/me/changes").json();
        assertThat(pulled.at("/changes/0/data/title").asString()).isEqualTo("Tide");

        try (var events =
                pipeline.stream(
                                "alice",
                                "/v1/spaces/me/changes?cursor=" + pulled.get("cursor").asString())
                        .body()) {
            Iterator<String> lines = events.iterator();
            assertThat(next(lines, "event:")).isEqualTo("event: caught-up");
            push("alice", "phone", change("patch", "n-1", "{'title':'Ebb'}", ""));
            next(lines, "event: change");
            assertThat(next(lines, "data:")).contains("\"title\":\"Ebb\"");
        }
    }

    @Test
    void a_push_that_pulls_sees_its_own_effects() {
        JsonNode answer =
                pipeline.sync(
                                "bob",
                                "{'deviceId':'phone','changes':[%s],'cursor':null}"
                                        .formatted(change("put", "n-1", "{'a':1.50}", "")))
                        .json();

        assertThat(answer.at("/changes/0/id").asString()).isEqualTo("n-1");
        assertThat(answer.at("/changes/0/data").toString()).isEqualTo("{\"a\":1.50}");
        assertThat(answer.get("version").asLong()).isEqualTo(1);
        assertThat(answer.get("hasMore").asBoolean()).isFalse();
    }

    /// One case of each row of the conflict table. What stands: `{'title':'a','body':'B'}`, whose
    /// body changed at version 2; version 3 is of another entity.
    @ParameterizedTest(name = "{0} on base {1} at {2} under {3}: {4}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    put    | 2 | 50  | reject | applied
                    put    | 3 | 50  | lww    | applied
                    patch  | 2 | 50  | merge  | applied
                    put    |   | 300 | reject | applied
                    put    |   | 50  | reject | superseded
                    put    |   | 300 | lww    | applied
                    put    |   | 50  | lww    | superseded
                    patch  |   | 150 | lww    | merged
                    delete |   | 50  | merge  | superseded
                    put    | 1 | 300 | reject | conflict
                    put    | 1 | 300 | lww    | applied
                    patch  | 1 | 150 | lww    | merged
                    patch  | 1 | 150 | merge  | merged
                    delete | 1 | 300 | merge  | conflict
                    put    | 9 | 300 | reject | rejected
                    patch  | 9 | 300 | lww    | rejected
                    delete | 9 | 300 | merge  | rejected
                    """)
    void each_row_of_the_conflict_table_holds_over_http(
            String op, String base, long at, String policy, String expected) {
        String user = "table-" + UUID.randomUUID();
        push(user, "desk", change("put", "e", "{'title':'a','body':'b'}", ",'modifiedAt':100"));
        push(user, "desk", change("patch", "e", "{'body':'B'}", ",'modifiedAt':200"));
        push(user, "desk", change("put", "other", "{}", ""));

        JsonNode answer =
                push(
                                user,
                                "phone",
                                change(
                                        op,
                                        "e",
                                        op.equals("delete") ? "" : "{'title':'x','body':'y'}",
                                        ",'modifiedAt':%d,'onConflict':'%s'%s"
                                                .formatted(
                                                        at,
                                                        policy,
                                                        base == null
                                                                ? ""
                                                                : ",'baseVersion':" + base)))
                        .json();

        assertThat(answer.at("/results/0/status").asString()).isEqualTo(expected);
    }

    @Test
    void an_entity_is_created_read_changed_and_deleted_by_its_own_address() {
        String path = "/v1/spaces/me/entities/note/" + "a%2Fb%20%F0%9F%8C%8A";
        var created = put("carol", path, "{\"title\":\"one\"}", "If-None-Match", "*");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.headers().firstValue("ETag")).hasValue("\"1\"");

        assertThat(put("carol", path, "{\"title\":\"two\"}", "If-Match", "\"1\"").status())
                .isEqualTo(200);
        assertThat(put("carol", path, "{\"title\":\"late\"}", "If-Match", "\"1\"").status())
                .isEqualTo(412);

        JsonNode read = pipeline.get("carol", path).json();
        assertThat(read.get("id").asString()).isEqualTo("a/b \uD83C\uDF0A");
        assertThat(read.at("/data/title").asString()).isEqualTo("two");

        assertThat(pipeline.post("carol", path + "/restore", "{\"version\":1}").status())
                .isEqualTo(200);
        assertThat(pipeline.get("carol", path).json().at("/data/title").asString())
                .isEqualTo("one");
        assertThat(pipeline.get("carol", path + "/history").json().get("entries").size())
                .isEqualTo(3);

        var deleted = pipeline.send(pipeline.request("carol", path).DELETE().build());
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(pipeline.get("carol", path).status()).isEqualTo(410);
    }

    @Test
    void a_request_that_is_decided_later_leaves_receipts() {
        String id = UUID.randomUUID().toString();
        var answer =
                pipeline.send(
                        pipeline.request("dave", "/v1/spaces/me/sync")
                                .header("Content-Type", "application/json")
                                .header("Prefer", "respond-async")
                                .POST(
                                        java.net.http.HttpRequest.BodyPublishers.ofString(
                                                body("phone", change(id, "put", "e", "{}", ""))))
                                .build());
        assertThat(answer.status()).isEqualTo(202);

        Pipeline.until(
                "a receipt",
                () ->
                        pipeline.get("dave", "/v1/spaces/me/receipts?changeId=" + id)
                                .json()
                                .at("/results/0/status")
                                .asString()
                                .equals("applied"));
    }

    @Test
    void nobody_without_a_token_gets_in_and_nobody_into_anothers_space() {
        assertThat(
                        pipeline.send(pipeline.request(null, "/v1/spaces/me/changes").GET().build())
                                .status())
                .isEqualTo(401);
        push("erin", "phone", change("put", "secret", "{}", ""));
        String erins = pipeline.get("erin", "/v1/spaces").json().at("/spaces/0/id").asString();

        var theirs = pipeline.get("mallory", "/v1/spaces/%s/changes".formatted(erins));
        var nobodys = pipeline.get("mallory", "/v1/spaces/%s/changes".formatted(UUID.randomUUID()));
        var write =
                pipeline.post(
                        "mallory",
                        "/v1/spaces/%s/sync".formatted(erins),
                        body("d", change("put", "x", "{}", "")));

        assertThat(theirs.status()).isEqualTo(403);
        assertThat(theirs.body()).isEqualTo(nobodys.body());
        assertThat(write.status()).isEqualTo(403);
        assertThat(pipeline.get("mallory", "/v1/spaces/me/changes").json().get("changes"))
                .isEmpty();
    }

    private static Pipeline.Answer put(
            String user, String path, String json, String header, String value) {
        return pipeline.send(
                pipeline.request(user, path)
                        .header("Content-Type", "application/json")
                        .header(header, value)
                        .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    private static Pipeline.Answer push(String user, String device, String changes) {
        Pipeline.Answer answer = pipeline.post(user, "/v1/spaces/me/sync", body(device, changes));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static String body(String device, String changes) {
        return "{'deviceId':'%s','changes':[%s]}".formatted(device, changes).replace('\'', '"');
    }

    private static String change(String op, String id, String data, String more) {
        return change(UUID.randomUUID().toString(), op, id, data, more);
    }

    private static String change(String changeId, String op, String id, String data, String more) {
        return "{'changeId':'%s','type':'thing','id':'%s','op':'%s'%s%s}"
                .formatted(changeId, id, op, data.isEmpty() ? "" : ",'data':" + data, more);
    }

    private static String next(Iterator<String> lines, String begin) {
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith(begin)) {
                return line;
            }
        }
        throw new AssertionError("the stream ended without " + begin);
    }
}
