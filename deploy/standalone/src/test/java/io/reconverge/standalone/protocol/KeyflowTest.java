package io.reconverge.standalone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.standalone.Pipeline;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// KeyFlow's sessions, progress and settings, as its documents have its client write and read them.
@OnParts
@Protocol("KeyFlow")
class KeyflowTest {

    private static final String SYNC = "/api/sync";

    private final Person person = Person.of(SYNC);
    private final Pipeline pipeline = person.pipeline();
    private final String user = person.user();

    @Test
    @Behaviour({"create", "duplicate"})
    void the_documents_batch_is_synced_and_sent_again_it_changes_nothing() {
        String request = Server.example("keyflow/sessions-request.json");
        JsonNode expected = timeless(Server.json(Server.example("keyflow/sessions-response.json")));
        assertThat(timeless(sync(request))).isEqualTo(expected);
        long version = person.version();
        assertThat(timeless(sync(request))).isEqualTo(expected);
        // another time of sending is no other edit
        assertThat(timeless(sync(request.replace("1704067300000", "1704067399999"))))
                .isEqualTo(expected);
        assertThat(person.version()).isEqualTo(version).isEqualTo(2);
    }

    @Test
    @Behaviour("update")
    void the_scenario_of_two_devices_ends_with_the_later_and_the_other_pulls_it() {
        syncAs("device-a", array(session("x", 1000, 80)));
        long cursor = changes(0).get("serverTimestamp").asLong();
        // a device that goes on from its own has no conflict
        JsonNode own = syncAs("device-a", array(session("x", 1500, 81)));
        assertThat(own.get("synced")).hasSize(1);
        JsonNode answer = syncAs("device-b", array(session("x", 2000, 90)));
        assertThat(answer.at("/conflicts/0/conflictFields"))
                .hasToString("[\"wpm\",\"lastModified\"]");
        assertThat(answer.at("/merged/x/wpm").asInt()).isEqualTo(90);
        assertThat(changes(cursor).at("/sessions/0/data/wpm").asInt()).isEqualTo(90);
        // nor one that says what it began with, whatever its clock says
        JsonNode based =
                sync(array(session("x", 1900, 95).replace("{", "{\"baseLastModified\": 2000, ")));
        assertThat(based.get("conflicts")).isEmpty();
        assertThat(based.at("/merged/x/wpm").asInt()).isEqualTo(95);
    }

    @Test
    @Behaviour("since-cursor")
    void the_documents_pull_has_what_is_new_and_progress_as_it_stands() {
        sync(Server.example("keyflow/sessions-request.json"));
        long cursor = changes(0).get("serverTimestamp").asLong();
        JsonNode expected = timeless(Server.json(Server.example("keyflow/changes-response.json")));
        sync("{\"sessions\": [" + expected.at("/sessions/0") + "]}");
        person.ok("/progress", expected.get("progress").toString());
        JsonNode pulled = changes(cursor);
        for (String member : List.of("sessions", "progress")) {
            assertThat(pulled.get(member)).as(member).isEqualTo(expected.get(member));
        }
        assertThat(pulled.get("settings").isNull()).isTrue();
        JsonNode nothing = changes(pulled.get("serverTimestamp").asLong());
        assertThat(nothing.get("sessions")).isEmpty();
        assertThat(nothing.get("progress")).isEqualTo(expected.get("progress"));
        assertThat(nothing.get("serverTimestamp")).isEqualTo(pulled.get("serverTimestamp"));
        assertThat(changes(0).get("sessions")).hasSize(3);
    }

    @Test
    void every_form_of_a_push_that_the_documents_have_is_taken() {
        String nested = Server.example("keyflow/nested-session.json");
        assertThat(sync(nested).at("/merged/uuid-123/wpm").asInt()).isEqualTo(85);
        // flat or nested is no difference
        ObjectNode flat = (ObjectNode) Server.json(nested);
        flat.setAll((ObjectNode) flat.remove("data"));
        assertThat(sync("{\"sessions\": [" + flat + "], \"timestamp\": 5}").get("conflicts"))
                .isEmpty();
        assertThat(
                        sync("[" + session("s-1", 1, 50) + "," + session("s-2", 2, 51) + "]")
                                .get("synced"))
                .hasSize(2);
        JsonNode queue = sync(Server.example("keyflow/queue.json"));
        assertThat(queue.get("synced")).hasToString("[\"uuid-9\",\"progress\"]");
        assertThat(queue.at("/merged/uuid-9/lastModified").asLong()).isEqualTo(1704067200000L);
        assertThat(changes(0).at("/progress/stats/bestWPM").asInt()).isEqualTo(102);
        // the engine sends the data of what is queued, and nothing round it
        JsonNode mixed =
                sync(
                        "{\"operations\": ["
                                + session("s-3", 3, 52)
                                + ", {\"stats\": {\"bestWPM\": 110}}],"
                                + " \"timestamp\": 1704067500000}");
        assertThat(mixed.get("synced")).hasToString("[\"s-3\",\"progress\"]");
        assertThat(changes(0).at("/progress/stats/bestWPM").asInt()).isEqualTo(110);
        assertThat(changes(0).get("sessions")).hasSize(5);
    }

    @Test
    @Behaviour("partial update")
    void settings_of_two_devices_come_together_member_by_member() {
        assertThat(person.got("/settings").get("settings").isNull()).isTrue();
        person.ok(
                "/settings",
                "{\"theme\": \"dark\", \"sound\": true, \"lastModified\": 1000, \"deviceId\": \"a\"}");
        person.ok(
                "/settings",
                "{\"settings\": {\"sound\": false, \"lastModified\": 3000}, \"deviceId\": \"b\"}");
        JsonNode late =
                person.ok(
                        "/settings",
                        "{\"theme\": \"light\", \"sound\": true, \"font\": \"mono\", \"lastModified\": 2000, \"deviceId\": \"a\"}");
        assertThat(late.at("/conflicts/0/conflictFields")).hasToString("[\"sound\"]");
        JsonNode settings = person.got("/settings");
        assertThat(settings.get("settings"))
                .isEqualTo(
                        Server.json(
                                "{\"theme\": \"light\", \"sound\": false, \"font\": \"mono\", \"lastModified\": 3000}"));
        assertThat(settings.get("lastModified").asLong()).isEqualTo(3000);
        assertThat(person.ok("/settings", "{\"font\": null}").at("/settings/font").isMissingNode())
                .isTrue();
        assertThat(
                        person.ok("/progress", "{\"averageWPM\": 80, \"lastModified\": 5}")
                                .get("synced"))
                .hasToString("[\"progress\"]");
        assertThat(
                        person.ok(
                                        "/progress",
                                        "{\"data\": {\"totalSessions\": 3}, \"timestamp\": 6}")
                                .at("/progress/averageWPM")
                                .asInt())
                .isEqualTo(80);
    }

    @Test
    @Behaviour({"delete", "tombstone"})
    void a_session_is_deleted_by_saying_so_and_is_told_as_deleted() {
        sync(array(session("x", 1000, 80)));
        long cursor = changes(0).get("serverTimestamp").asLong();
        assertThat(
                        sync(array("{\"id\": \"x\", \"deleted\": true, \"lastModified\": 900}"))
                                .get("conflicts"))
                .hasSize(1);
        JsonNode deleted =
                sync(array("{\"id\": \"x\", \"deleted\": true, \"lastModified\": 2000}"));
        assertThat(deleted.get("synced")).hasToString("[\"x\"]");
        assertThat(deleted.get("merged")).isEmpty();
        JsonNode pulled = changes(cursor);
        assertThat(pulled.get("sessions")).isEmpty();
        assertThat(pulled.at("/deletedSessions/0/id").asString()).isEqualTo("x");
        assertThat(pulled.at("/deletedSessions/0/deletedAt").asLong()).isGreaterThan(cursor);
        // an older edit comes too late, a newer one brings it back
        JsonNode late = sync(array(session("x", 1500, 85)));
        assertThat(late.at("/conflicts/0/remote").isNull()).isTrue();
        assertThat(changes(0).get("sessions")).isEmpty();
        assertThat(sync(array(session("x", 3000, 86))).get("synced")).hasSize(1);
        assertThat(changes(0).at("/sessions/0/data/wpm").asInt()).isEqualTo(86);
        assertThat(sync(array("{\"id\": \"never\", \"deleted\": true}")).get("synced")).hasSize(1);
    }

    @Test
    @Behaviour("pagination")
    void pages_miss_nothing() {
        sync(
                "["
                        + String.join(
                                ",",
                                IntStream.range(0, 25)
                                        .mapToObj(i -> session("s-" + i, i, i))
                                        .toList())
                        + "]");
        List<String> seen = new ArrayList<>();
        JsonNode page = person.got("/changes?since=0&limit=10");
        page.get("sessions").forEach(row -> seen.add(row.get("id").asString()));
        while (page.get("hasMore").asBoolean()) {
            page = person.got("/changes?limit=10&since=" + page.get("serverTimestamp").asLong());
            page.get("sessions").forEach(row -> seen.add(row.get("id").asString()));
        }
        assertThat(seen).hasSize(25).doesNotHaveDuplicates();
    }

    @Test
    @Behaviour("gzip")
    void bodies_may_be_packed() {
        String request = Server.example("keyflow/sessions-request.json");
        assertThat(Person.ok(person.postPacked("/sessions", request)).get("synced")).hasSize(2);
    }

    @Test
    @Behaviour("auth")
    void everything_needs_a_token_and_a_user_has_what_is_theirs() {
        for (String path : List.of("/sessions", "/progress", "/settings", "/resolve")) {
            Pipeline.Answer refused =
                    pipeline.send(
                            pipeline.request(null, SYNC + path)
                                    .POST(BodyPublishers.ofString("{}"))
                                    .build());
            assertThat(refused.status()).as(path).isEqualTo(401);
            assertThat(refused.json().get("error").asString()).isEqualTo("Unauthorized");
            assertThat(refused.json().get("message").asString()).isNotEmpty();
        }
        for (String path : List.of("/changes", "/settings")) {
            assertThat(pipeline.send(pipeline.request(null, SYNC + path).GET().build()).status())
                    .isEqualTo(401);
        }
        sync(array(session("x", 1, 1)));
        assertThat(pipeline.get(Server.someone(), SYNC + "/changes").json().get("sessions"))
                .isEmpty();
    }

    @Test
    @Behaviour("limits")
    void what_is_wrong_is_said_all_at_once_and_a_batch_has_5000_sessions() {
        Pipeline.Answer wrong =
                pipeline.post(
                        user,
                        SYNC + "/sessions",
                        """
                        {"sessions": [{"wpm": -1, "accuracy": 101}, 7,
                         {"id": "ok", "lastModified": 1.5, "data": []},
                         {"id": "s", "strategy": "coin", "text": 5}]}\
                        """);
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().get("error").asString()).isEqualTo("Validation Error");
        List<String> pointers = new ArrayList<>();
        wrong.json().get("errors").forEach(error -> pointers.add(error.get("pointer").asString()));
        assertThat(pointers)
                .contains(
                        "/sessions/0",
                        "/sessions/0/wpm",
                        "/sessions/0/accuracy",
                        "/sessions/1",
                        "/sessions/2/lastModified",
                        "/sessions/2/data",
                        "/sessions/3/strategy",
                        "/sessions/3/text");
        for (String body :
                List.of(
                        "",
                        "7",
                        "{}",
                        "{\"sessions\": {}}",
                        "{\"id\": \"\"}",
                        "{\"id\": \"a\", \"strategy\": \"user-override\"}",
                        "no json")) {
            assertThat(pipeline.post(user, SYNC + "/sessions", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(pipeline.get(user, SYNC + "/changes?since=yesterday").status()).isEqualTo(400);
        assertThat(pipeline.post(user, SYNC + "/settings", "[]").status()).isEqualTo(400);
        assertThat(pipeline.post(user, SYNC + "/progress", "{\"averageWPM\": \"fast\"}").status())
                .isEqualTo(400);
        assertThat(changes(0).get("sessions")).isEmpty();

        List<String> many =
                IntStream.range(0, 5001).mapToObj(i -> session("s-" + i, i, 60)).toList();
        assertThat(pipeline.post(user, SYNC + "/sessions", many.toString()).status())
                .isEqualTo(400);
        assertThat(
                        Person.ok(
                                        person.persistently(
                                                "/sessions", many.subList(0, 5000).toString()))
                                .get("synced"))
                .hasSize(5000);
        String large =
                "["
                        + session("big", 1, 1)
                                .replace(
                                        "}",
                                        ", \"keystrokeData\": \"" + "k".repeat(5_000_000) + "\"}")
                        + "]";
        assertThat(pipeline.post(user, SYNC + "/sessions", large).status()).isEqualTo(413);
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

    private static String session(String id, long lastModified, int wpm) {
        return "{\"id\": \"%s\", \"text\": \"The quick brown fox...\", \"wpm\": %d, \"timestamp\": 1, \"lastModified\": %d}"
                .formatted(id, wpm, lastModified);
    }

    private static String array(String session) {
        return "[" + session + "]";
    }

    private static JsonNode timeless(JsonNode answer) {
        ObjectNode shown = ((ObjectNode) answer).deepCopy();
        assertThat(shown.remove("serverTimestamp").isIntegralNumber()).isTrue();
        return shown;
    }
}
