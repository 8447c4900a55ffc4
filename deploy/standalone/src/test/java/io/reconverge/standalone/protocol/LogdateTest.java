package io.reconverge.standalone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.standalone.Pipeline;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// LogDate's notes, journals and associations, as its clients write and read them.
@OnParts
@Protocol("LogDate")
class LogdateTest {

    private static final String SYNC = "/api/v1/sync";
    private static final String NOTE = "2b0e6f0a-6c1b-4a52-9f6f-0b8a2f9d3c01";
    private static final String JOURNAL = "7c1d3a52-31f4-4f0e-8a33-5d1b9e2f4a10";

    private final Person person = Person.of(SYNC);
    private final Pipeline pipeline = person.pipeline();
    private final String user = person.user();

    @Test
    @Behaviour({"create", "update", "since-cursor"})
    @Covers({
        "POST /sync/content",
        "POST /sync/content/{id}",
        "GET /sync/content/changes?since=ts",
        "server_version increases",
        "an upload shows in the change feed, a delete as a tombstone"
    })
    void the_documents_note_is_uploaded_updated_and_in_the_feed() {
        JsonNode uploaded = person.ok("/content", Server.example("logdate/content-upload.json"));
        assertThat(shown(uploaded, "uploadedAt"))
                .isEqualTo(example("content-uploaded.json", "uploadedAt"));
        JsonNode updated =
                person.ok("/content/" + NOTE, Server.example("logdate/content-update.json"));
        assertThat(shown(updated, "updatedAt"))
                .isEqualTo(example("content-updated.json", "updatedAt"));

        JsonNode feed = changes("content", 0);
        assertThat(shown(feed, "lastTimestamp"))
                .isEqualTo(example("content-changes.json", "lastTimestamp"));
        long seen = feed.get("lastTimestamp").asLong();
        JsonNode nothing = changes("content", seen);
        assertThat(nothing.get("changes")).isEmpty();
        assertThat(nothing.get("deletions")).isEmpty();
        assertThat(nothing.get("lastTimestamp").asLong()).isEqualTo(seen);

        assertThat(delete("/content/" + NOTE + "/delete").body()).isEmpty();
        JsonNode deleted = changes("content", seen);
        assertThat(deleted.get("changes")).isEmpty();
        assertThat(deleted.at("/deletions/0/id").asString()).isEqualTo(NOTE);
        assertThat(deleted.at("/deletions/0/deletedAt").asLong())
                .isEqualTo(deleted.get("lastTimestamp").asLong())
                .isGreaterThan(seen);
    }

    @Test
    @Covers({
        "POST /sync/journals",
        "POST /sync/journals/{id}",
        "POST /sync/journals/{id}/delete",
        "GET /sync/journals/changes?since=ts",
        "tables of journals, content, associations and media with server versions and deletions"
    })
    void journals_come_change_and_go() {
        assertThat(
                        person.ok("/journals", Server.example("logdate/journal-upload.json"))
                                .get("serverVersion")
                                .asLong())
                .isEqualTo(1);
        person.ok("/journals/" + JOURNAL, Server.example("logdate/journal-update.json"));
        JsonNode journal = changes("journals", 0).at("/changes/0");
        assertThat(journal.get("title").asString()).isEqualTo("The northern coast");
        assertThat(journal.get("description").asString()).isEqualTo("Walks between the tides.");
        assertThat(journal.get("serverVersion").asLong()).isEqualTo(2);
        // the same entity that clients of /v1 see
        JsonNode entity = person.entity("logdate-journal", JOURNAL);
        assertThat(entity.at("/data/title").asString()).isEqualTo("The northern coast");

        delete("/journals/" + JOURNAL + "/delete");
        assertThat(changes("journals", 0).at("/deletions/0/id").asString()).isEqualTo(JOURNAL);
    }

    @Test
    @Covers({
        "POST /sync/associations",
        "POST /sync/associations/delete",
        "GET /sync/associations/changes?since=ts"
    })
    void associations_come_in_batches_and_go_so() {
        JsonNode uploaded =
                person.ok("/associations", Server.example("logdate/associations-upload.json"));
        assertThat(uploaded.get("uploadedCount").asInt()).isEqualTo(1);
        assertThat(uploaded.get("uploadedAt").isIntegralNumber()).isTrue();
        JsonNode row = changes("associations", 0).at("/changes/0");
        assertThat(row.get("journalId").asString()).isEqualTo(JOURNAL);
        assertThat(row.get("contentId").asString()).isEqualTo(NOTE);
        assertThat(row.get("createdAt").asLong()).isEqualTo(1767200080000L);
        assertThat(row.get("serverVersion").asLong()).isEqualTo(1);

        String none =
                person.post(
                                "/associations/delete",
                                Server.example("logdate/associations-delete.json"))
                        .body();
        assertThat(none).isEmpty();
        JsonNode gone = changes("associations", 0);
        assertThat(gone.get("changes")).isEmpty();
        assertThat(gone.at("/deletions/0/journalId").asString()).isEqualTo(JOURNAL);
        assertThat(gone.at("/deletions/0/contentId").asString()).isEqualTo(NOTE);
        assertThat(gone.at("/deletions/0/deletedAt").isIntegralNumber()).isTrue();
    }

    @Test
    @Behaviour("partial update")
    void an_update_keeps_what_it_does_not_give_and_creates_what_is_not_there() {
        person.ok("/content", note("n-1", "IMAGE", "The pier", "file:///pier.jpg", 1000));
        person.ok(
                "/content/n-1",
                "{\"content\": null, \"mediaUri\": \"file:///new.jpg\", \"lastUpdated\": 2000}");
        JsonNode kept = changes("content", 0).at("/changes/0");
        assertThat(kept.get("content").asString()).isEqualTo("The pier");
        assertThat(kept.get("mediaUri").asString()).isEqualTo("file:///new.jpg");
        assertThat(kept.get("createdAt").asLong()).isEqualTo(1000);

        person.ok(
                "/content/n-2",
                "{\"content\": \"New\", \"lastUpdated\": 3000, \"durationMs\": 12}");
        person.ok("/journals/j-2", "{\"description\": \"No title yet\", \"lastUpdated\": 3000}");
        JsonNode made = changes("content", 0).at("/changes/1");
        assertThat(made.get("type").asString()).isEqualTo("TEXT");
        assertThat(made.get("durationMs").asInt()).isEqualTo(12);
        assertThat(changes("journals", 0).at("/changes/0/title").asString()).isEmpty();
    }

    @Test
    @Behaviour({"delete", "tombstone"})
    @Covers({
        "POST /sync/content/{id}/delete",
        "rows that changed since, and deletions as tombstones with deletedAt"
    })
    void a_deletion_stands_against_older_edits_and_an_upload_brings_the_note_back() {
        // by a clock that is ahead: a deletion that says no time is of when it comes all the same
        person.ok(
                "/content",
                note("n-1", "TEXT", "Ahead", null, System.currentTimeMillis() + 200_000));
        delete("/content/n-1/delete");
        assertThat(changes("content", 0).at("/deletions/0/id").asString()).isEqualTo("n-1");
        JsonNode late =
                person.ok("/content/n-1", "{\"content\": \"Older\", \"lastUpdated\": 5000}");
        assertThat(late.get("superseded").asBoolean()).isTrue();
        assertThat(late.at("/current/isDeleted").asBoolean()).isTrue();
        assertThat(changes("content", 0).get("changes")).isEmpty();

        person.ok(
                "/content",
                note("n-1", "TEXT", "Again", null, System.currentTimeMillis() + 250_000));
        JsonNode back = changes("content", 0);
        assertThat(back.at("/changes/0/content").asString()).isEqualTo("Again");
        assertThat(back.get("deletions")).isEmpty();
        assertThat(delete("/content/never-was/delete").status()).isEqualTo(200);
    }

    @Test
    void a_device_may_be_named_in_a_header() {
        for (String header : List.of("Device-Id", "X-Device-ID")) {
            String id = UUID.randomUUID().toString();
            pipeline.send(
                    pipeline.request(user, SYNC + "/content")
                            .header(header, "watch")
                            .POST(BodyPublishers.ofString(note(id, "TEXT", "Hi", null, 1)))
                            .build());
            assertThat(person.entity("logdate-note", id).get("deviceId").asString())
                    .isEqualTo("watch");
        }
    }

    @Test
    @Covers("status: counts, lastTimestamp")
    void status_counts_what_there_is() {
        JsonNode empty = person.got("/status");
        assertThat(empty.at("/data/contentCount").asInt(-1)).isZero();
        assertThat(empty.at("/data/lastTimestamp").asLong(-1)).isZero();
        person.ok("/content", Server.example("logdate/content-upload.json"));
        person.ok("/journals", Server.example("logdate/journal-upload.json"));
        person.ok("/associations", Server.example("logdate/associations-upload.json"));
        JsonNode status = person.got("/status");
        assertThat(status.at("/data/contentCount").asInt()).isEqualTo(1);
        assertThat(status.at("/data/journalCount").asInt()).isEqualTo(1);
        assertThat(status.at("/data/associationCount").asInt()).isEqualTo(1);
        assertThat(status.at("/data/lastTimestamp").asLong())
                .isEqualTo(changes("associations", 0).get("lastTimestamp").asLong());
        assertThat(status.get("timestamp").isIntegralNumber()).isTrue();
        assertThat(person.ok("/", "").at("/data/started").asBoolean()).isTrue();
    }

    @Test
    void batches_of_associations_are_as_large_as_pushes() {
        List<String> all =
                IntStream.range(0, 5000)
                        .mapToObj(i ->
                                "{\"journalId\": \"j\", \"contentId\": \"n-%d\", \"createdAt\": 1}"
                                        .formatted(i))
                        .toList();
        String body = "{\"associations\": [" + String.join(",", all) + "]}";
        assertThat(
                        Person.ok(person.persistently("/associations", body))
                                .get("uploadedCount")
                                .asInt())
                .isEqualTo(5000);
        assertThat(person.got("/status").at("/data/associationCount").asInt()).isEqualTo(5000);
        assertThat(person.persistently("/associations/delete", body).status()).isEqualTo(200);
        assertThat(person.got("/status").at("/data/associationCount").asInt()).isZero();
    }

    @Test
    void associations_that_do_not_stand_are_told_and_not_counted() {
        String all =
                """
                {"associations": [{"journalId": "j", "contentId": "old", "%1$s": %2$d},
                                  {"journalId": "j", "contentId": "new", "%1$s": 9000}]}\
                """;
        person.ok("/associations", all.formatted("createdAt", 1000));
        assertThat(person.post("/associations/delete", all.formatted("deletedAt", 5000)).status())
                .isEqualTo(200);
        person.ok("/associations", all.formatted("createdAt", 9500).replace("old", "other"));
        JsonNode answer = person.ok("/associations", all.formatted("createdAt", 2000));
        assertThat(answer.get("uploadedCount").asInt()).isEqualTo(1);
        assertThat(answer.get("superseded")).hasSize(1);
        assertThat(answer.at("/superseded/0/contentId").asString()).isEqualTo("old");
        assertThat(answer.at("/superseded/0/isDeleted").asBoolean()).isTrue();
        JsonNode kept =
                person.ok(
                        "/associations/delete",
                        all.formatted("deletedAt", 3000).replace("\"new\"", "\"other\""));
        assertThat(kept.at("/superseded/0/contentId").asString()).isEqualTo("other");
        assertThat(kept.at("/superseded/0/isDeleted").asBoolean()).isFalse();
    }

    @Test
    void an_upload_keeps_what_other_clients_gave() {
        pipeline.send(
                pipeline.request(user, "/v1/spaces/me/entities/logdate-note/n-1")
                        .header("Content-Type", "application/json")
                        .header("Modified-At", "500")
                        .PUT(
                                BodyPublishers.ofString(
                                        "{\"type\": \"TEXT\", \"content\": \"A\", \"mood\": \"calm\"}"))
                        .build());
        JsonNode row = changes("content", 0).at("/changes/0");
        assertThat(row.get("lastUpdated").asLong()).isEqualTo(500);
        assertThat(row.get("createdAt").isIntegralNumber()).isTrue();
        person.ok("/content", note("n-1", "TEXT", "B", null, 1000));
        JsonNode data = person.entity("logdate-note", "n-1").get("data");
        assertThat(data.get("mood").asString()).isEqualTo("calm");
        assertThat(data.get("content").asString()).isEqualTo("B");
    }

    private Pipeline.Answer delete(String path) {
        Pipeline.Answer answer = person.postEmpty(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private JsonNode changes(String feed, long since) {
        return person.got("/" + feed + "/changes?since=" + since);
    }

    private static String note(
            String id,
            String type,
            @Nullable String content,
            @Nullable String mediaUri,
            long lastUpdated) {
        ObjectNode note = (ObjectNode) Server.json("{}");
        note.put("id", id).put("type", type).put("content", content).put("mediaUri", mediaUri);
        return note.put("createdAt", Math.min(lastUpdated, 1000))
                .put("lastUpdated", lastUpdated)
                .toString();
    }

    /// Without a time of the server's, which must be one.
    private static JsonNode shown(JsonNode answer, String time) {
        ObjectNode shown = ((ObjectNode) answer).deepCopy();
        assertThat(shown.remove(time).isIntegralNumber()).isTrue();
        return shown;
    }

    private static JsonNode example(String name, String time) {
        return shown(Server.json(Server.example("logdate/" + name)), time);
    }
}
