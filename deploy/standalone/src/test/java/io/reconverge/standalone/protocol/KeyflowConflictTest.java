package io.reconverge.standalone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.standalone.Pipeline;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How KeyFlow's conflicts are told and resolved, by each of its strategies.
@OnParts
@Protocol("KeyFlow")
class KeyflowConflictTest {

    private static final String SYNC = "/api/sync";

    private final Person person = Person.of(SYNC);
    private final Pipeline pipeline = person.pipeline();
    private final String user = person.user();

    @Test
    @Behaviour("conflict")
    void the_documents_conflict_is_told_resolved_and_logged() {
        sync(array(Server.example("keyflow/standing-session.json")));
        JsonNode answer = sync(Server.example("keyflow/sessions-request.json"));
        JsonNode expected = Server.json(Server.example("keyflow/conflict-response.json"));
        assertThat(answer.get("synced")).isEqualTo(expected.get("synced"));
        assertThat(answer.get("merged")).isEqualTo(expected.get("merged"));
        assertThat(answer.get("conflicts")).hasSize(1);
        JsonNode conflict = answer.at("/conflicts/0");
        for (String member : List.of("sessionId", "local", "remote", "conflictFields")) {
            assertThat(conflict.get(member))
                    .as(member)
                    .isEqualTo(expected.at("/conflicts/0/" + member));
        }
        assertThat(conflict.get("localTimestamp").asLong()).isEqualTo(1704067260000L);
        assertThat(conflict.get("remoteTimestamp").asLong()).isEqualTo(1704067255000L);

        // and the other way round: the sender's is the older, and is in the log all the same
        JsonNode late = sync(array(Server.example("keyflow/standing-session.json")));
        assertThat(late.get("synced")).isEmpty();
        assertThat(late.at("/merged/uuid-2/wpm").asInt()).isEqualTo(78);
        assertThat(late.at("/conflicts/0/local/wpm").asInt()).isEqualTo(91);
        JsonNode logged = history("uuid-2");
        assertThat(logged.at("/0/outcome").asString()).isEqualTo("superseded");
        assertThat(logged.at("/0/data/wpm").asInt()).isEqualTo(91);
    }

    @ParameterizedTest
    @CsvSource({"local, 70", "remote, 80", "merge, 80"})
    void a_user_overrides_and_both_sides_are_in_the_log(String override, int wpm) {
        sync(
                array(
                        "{\"id\": \"x\", \"wpm\": 80, \"wpmModified\": 1000, \"text\": \"a\", \"lastModified\": 1000}"));
        JsonNode answer =
                sync(
                        """
                        {"strategy": "user-override", "override": "%s", "sessions":
                         [{"id": "x", "wpm": 70, "wpmModified": 900, "text": "b", "lastModified": 2000}]}\
                        """
                                .formatted(override));
        assertThat(answer.at("/merged/x/wpm").asInt()).isEqualTo(wpm);
        assertThat(answer.at("/merged/x/text").asString())
                .isEqualTo(override.equals("remote") ? "a" : "b");
        assertThat(answer.get("conflicts")).hasSize(1);
        assertThat(person.entity("keyflow-session", "x").get("data"))
                .isEqualTo(withoutId(answer.at("/merged/x")));
        List<Integer> logged = new ArrayList<>();
        history("x").forEach(row -> logged.add(row.at("/data/wpm").asInt()));
        assertThat(logged).contains(70, 80);
        assertThat(person.version()).isEqualTo(override.equals("local") ? 2 : 3);
    }

    @Test
    void fields_are_merged_each_by_its_own_time() {
        sync(
                array(
                        "{\"id\": \"x\", \"wpm\": 80, \"wpmModified\": 3000, \"text\": \"a\", \"accuracy\": 90, \"lastModified\": 3000}"));
        JsonNode answer =
                sync(
                        """
                        {"strategy": "field-level", "sessions": [{"id": "x", "wpm": 70, "wpmModified": 1000,
                         "text": "b", "textModified": 4000, "accuracy": 91, "lastModified": 2000}]}\
                        """);
        JsonNode merged = answer.at("/merged/x");
        assertThat(merged.get("wpm").asInt()).isEqualTo(80);
        assertThat(merged.get("text").asString()).isEqualTo("b");
        assertThat(merged.get("accuracy").asInt()).isEqualTo(90);
        assertThat(merged.get("lastModified").asLong()).isEqualTo(3000);
        // settled: what was merged conflicts with nothing
        assertThat(
                        sync("{\"strategy\": \"field-level\", \"sessions\": [" + merged + "]}")
                                .get("conflicts"))
                .isEmpty();
    }

    @Test
    void what_a_person_chose_stands_unless_something_new_came_meanwhile() {
        sync(array(session("x", 3000, 80)));
        assertThat(sync(array(session("x", 2000, 70))).get("conflicts")).hasSize(1);
        JsonNode chosen =
                person.ok(
                        "/resolve",
                        """
                        {"sessionId": "x", "resolved": {"wpm": 75, "lastModified": 2500}, "remoteTimestamp": 3000}\
                        """);
        assertThat(chosen.get("synced")).hasToString("[\"x\"]");
        assertThat(chosen.at("/merged/x/wpm").asInt()).isEqualTo(75);
        sync(array(session("x", 4000, 99)));
        JsonNode late =
                person.ok(
                        "/resolve",
                        """
                        {"id": "x", "wpm": 76, "lastModified": 2600, "remoteTimestamp": 2500}\
                        """);
        assertThat(late.get("conflicts")).hasSize(1);
        assertThat(late.at("/merged/x/wpm").asInt()).isEqualTo(99);
        // without it a person's word is the last
        JsonNode last =
                person.ok(
                        "/resolve",
                        "{\"id\": \"x\", \"data\": {\"wpm\": 77, \"lastModified\": 2700}}");
        assertThat(last.get("conflicts")).isEmpty();
        assertThat(changes(0).at("/sessions/0/data/wpm").asInt()).isEqualTo(77);
    }

    @Test
    void times_that_are_equal_are_no_conflict_and_what_stands_stays() {
        sync(array(session("x", 1000, 80)));
        JsonNode tie = sync(array(session("x", 1000, 90)));
        assertThat(tie.get("conflicts")).isEmpty();
        assertThat(tie.get("synced")).hasToString("[\"x\"]");
        assertThat(tie.at("/merged/x/wpm").asInt()).isEqualTo(80);
        assertThat(history("x").at("/0/outcome").asString()).isEqualTo("superseded");
    }

    @Test
    void
            of_devices_that_write_the_same_session_at_once_the_latest_stands_and_no_conflict_is_missed() {
        List<CompletableFuture<JsonNode>> answers =
                IntStream.range(0, 4)
                        .mapToObj(i ->
                                CompletableFuture.supplyAsync(() ->
                                        syncAs("d-" + i, array(session("x", 1000 + i, 60 + i)))))
                        .toList();
        long conflicts =
                answers.stream().filter(one -> !one.join().get("conflicts").isEmpty()).count();
        assertThat(conflicts).isEqualTo(3);
        assertThat(changes(0).at("/sessions/0/data/wpm").asInt()).isEqualTo(63);
        assertThat(person.version()).isEqualTo(4);
    }

    private JsonNode sync(String body) {
        return person.ok("/sessions", body);
    }

    private JsonNode syncAs(String device, String body) {
        return Person.ok(
                pipeline.send(
                        pipeline.request(user, SYNC + "/sessions")
                                .header("Device-Id", device)
                                .POST(BodyPublishers.ofString(body))
                                .build()));
    }

    private JsonNode changes(long since) {
        return person.got("/changes?since=" + since);
    }

    /// Newest first.
    private JsonNode history(String id) {
        return pipeline.get(user, "/v1/spaces/me/entities/keyflow-session/" + id + "/history")
                .json()
                .get("entries");
    }

    private static String session(String id, long lastModified, int wpm) {
        return "{\"id\": \"%s\", \"text\": \"The quick brown fox...\", \"wpm\": %d, \"timestamp\": 1, \"lastModified\": %d}"
                .formatted(id, wpm, lastModified);
    }

    private static String array(String session) {
        return "[" + session + "]";
    }

    private static JsonNode withoutId(JsonNode row) {
        ObjectNode data = ((ObjectNode) row).deepCopy();
        data.remove("id");
        return data;
    }
}
