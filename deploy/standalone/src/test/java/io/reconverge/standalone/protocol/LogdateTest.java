package io.reconverge.standalone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.standalone.Pipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
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

    private final Pipeline pipeline = Server.pipeline();
    private final String user = Server.someone();

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
        JsonNode uploaded = ok("/content", Server.example("logdate/content-upload.json"));
        assertThat(shown(uploaded, "uploadedAt"))
                .isEqualTo(example("content-uploaded.json", "uploadedAt"));
        JsonNode updated = ok("/content/" + NOTE, Server.example("logdate/content-update.json"));
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
                        ok("/journals", Server.example("logdate/journal-upload.json"))
                                .get("serverVersion")
                                .asLong())
                .isEqualTo(1);
        ok("/journals/" + JOURNAL, Server.example("logdate/journal-update.json"));
        JsonNode journal = changes("journals", 0).at("/changes/0");
        assertThat(journal.get("title").asString()).isEqualTo("The northern coast");
        assertThat(journal.get("description").asString()).isEqualTo("Walks between the tides.");
        assertThat(journal.get("serverVersion").asLong()).isEqualTo(2);
        // the same entity that clients of /v1 see
        JsonNode entity =
                pipeline.get(user, "/v1/spaces/me/entities/logdate-journal/" + JOURNAL).json();
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
        JsonNode uploaded = ok("/associations", Server.example("logdate/associations-upload.json"));
        assertThat(uploaded.get("uploadedCount").asInt()).isEqualTo(1);
        assertThat(uploaded.get("uploadedAt").isIntegralNumber()).isTrue();
        JsonNode row = changes("associations", 0).at("/changes/0");
        assertThat(row.get("journalId").asString()).isEqualTo(JOURNAL);
        assertThat(row.get("contentId").asString()).isEqualTo(NOTE);
        assertThat(row.get("createdAt").asLong()).isEqualTo(1767200080000L);
        assertThat(row.get("serverVersion").asLong()).isEqualTo(1);

        String none =
                post("/associations/delete", Server.example("logdate/associations-delete.json"))
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
        ok("/content", note("n-1", "IMAGE", "The pier", "file:///pier.jpg", 1000));
        ok(
                "/content/n-1",
                "{\"content\": null, \"mediaUri\": \"file:///new.jpg\", \"lastUpdated\": 2000}");
        JsonNode kept = changes("content", 0).at("/changes/0");
        assertThat(kept.get("content").asString()).isEqualTo("The pier");
        assertThat(kept.get("mediaUri").asString()).isEqualTo("file:///new.jpg");
        assertThat(kept.get("createdAt").asLong()).isEqualTo(1000);

        ok("/content/n-2", "{\"content\": \"New\", \"lastUpdated\": 3000, \"durationMs\": 12}");
        ok("/journals/j-2", "{\"description\": \"No title yet\", \"lastUpdated\": 3000}");
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
        ok("/content", note("n-1", "TEXT", "Ahead", null, System.currentTimeMillis() + 200_000));
        delete("/content/n-1/delete");
        assertThat(changes("content", 0).at("/deletions/0/id").asString()).isEqualTo("n-1");
        JsonNode late = ok("/content/n-1", "{\"content\": \"Older\", \"lastUpdated\": 5000}");
        assertThat(late.get("superseded").asBoolean()).isTrue();
        assertThat(late.at("/current/isDeleted").asBoolean()).isTrue();
        assertThat(changes("content", 0).get("changes")).isEmpty();

        ok("/content", note("n-1", "TEXT", "Again", null, System.currentTimeMillis() + 250_000));
        JsonNode back = changes("content", 0);
        assertThat(back.at("/changes/0/content").asString()).isEqualTo("Again");
        assertThat(back.get("deletions")).isEmpty();
        assertThat(delete("/content/never-was/delete").status()).isEqualTo(200);
    }

    @Test
    @Behaviour("conflict")
    @Covers({
        "409 when the server has a higher version than clientLastKnownServerVersion",
        "an update with a stale clientLastKnownServerVersion is a 409",
        "last write wins when no version is sent"
    })
    void a_stale_version_is_a_409_with_the_row_that_stands_and_no_version_means_the_later_write() {
        ok("/content", Server.example("logdate/content-upload.json"));
        ok("/content/" + NOTE, Server.example("logdate/content-update.json"));
        String stale = Server.example("logdate/stale-update.json");
        for (String body :
                List.of(
                        stale,
                        stale.replace(
                                "\"clientLastKnownServerVersion\": 1",
                                "\"versionConstraint\": {\"type\": \"known\", \"serverVersion\": 1}"),
                        stale.replace("clientLastKnownServerVersion", "syncVersion"))) {
            Pipeline.Answer refused = post("/content/" + NOTE, body);
            assertThat(refused.status()).as(body).isEqualTo(409);
            JsonNode problem = refused.json();
            assertThat(problem.get("type").asString()).isEqualTo("urn:reconverge:problem:conflict");
            assertThat(problem.get("code").asString()).isEqualTo("CONFLICT");
            assertThat(problem.get("message").asString())
                    .isEqualTo("Server has a newer version (1 < 2)");
            assertThat(problem.at("/error/code").asString()).isEqualTo("CONFLICT");
            assertThat(problem.at("/current/content").asString()).isEqualTo("High tide at one.");
            assertThat(problem.at("/current/serverVersion").asLong()).isEqualTo(2);
            assertThat(problem.at("/entity/version").asLong()).isEqualTo(2);
        }
        // {"type": "none"} counts before syncVersion; a version that was never given is none
        ok(
                "/content/" + NOTE,
                """
                {"content": "By force", "lastUpdated": 1767200100000, "syncVersion": 1,
                 "versionConstraint": {"type": "none"}}\
                """);
        ok(
                "/content/" + NOTE,
                """
                {"content": "Of another server", "lastUpdated": 1767200110000,
                 "versionConstraint": {"type": "known", "serverVersion": 1767200000000}}\
                """);
        JsonNode older =
                ok("/content/" + NOTE, "{\"content\": \"Late\", \"lastUpdated\": 1767200105000}");
        assertThat(older.get("superseded").asBoolean()).isTrue();
        assertThat(older.at("/current/content").asString()).isEqualTo("Of another server");
        assertThat(changes("content", 0).at("/changes/0/content").asString())
                .isEqualTo("Of another server");
        assertThat(
                        post(
                                        "/content/" + NOTE + "/delete",
                                        "{\"clientLastKnownServerVersion\": 2}")
                                .status())
                .isEqualTo(409);
    }

    @Test
    @Behaviour("duplicate")
    void what_is_sent_again_changes_nothing() {
        String upload = Server.example("logdate/content-upload.json");
        assertThat(ok("/content", upload).get("serverVersion").asLong()).isEqualTo(1);
        assertThat(ok("/content", upload).get("serverVersion").asLong()).isEqualTo(1);
        String update = Server.example("logdate/content-update.json");
        assertThat(ok("/content/" + NOTE, update).get("serverVersion").asLong()).isEqualTo(2);
        // its version is stale by now, but it is the same update
        assertThat(ok("/content/" + NOTE, update).get("serverVersion").asLong()).isEqualTo(2);
        String associations = Server.example("logdate/associations-upload.json");
        ok("/associations", associations);
        ok("/associations", associations);
        assertThat(pipeline.get(user, "/v1/spaces/me/status").json().get("version").asLong())
                .isEqualTo(3);
    }

    @Test
    @Behaviour("pagination")
    @Covers({
        "lastTimestamp is a monotonic cursor",
        "the feed is read by user and version, not by a scan"
    })
    void pages_hold_changes_and_deletions_in_one_order_and_miss_nothing() {
        for (int i = 0; i < 9; i++) {
            ok("/content", note("n-" + i, "TEXT", "Note " + i, null, 1000 + i));
        }
        for (int i = 0; i < 9; i += 3) {
            delete("/content/n-" + i + "/delete");
        }
        Set<String> live = new HashSet<>();
        Set<String> deleted = new HashSet<>();
        List<Long> cursors = new ArrayList<>(List.of(0L));
        boolean more = true;
        while (more) {
            JsonNode page = got("/content/changes?limit=2&since=" + cursors.getLast());
            page.get("changes").forEach(row -> live.add(row.get("id").asString()));
            page.get("deletions").forEach(row -> deleted.add(row.get("id").asString()));
            assertThat(page.get("changes").size() + page.get("deletions").size())
                    .isLessThanOrEqualTo(2);
            cursors.add(page.get("lastTimestamp").asLong());
            more = page.get("hasMore").asBoolean();
        }
        assertThat(live).containsExactlyInAnyOrder("n-1", "n-2", "n-4", "n-5", "n-7", "n-8");
        assertThat(deleted).containsExactlyInAnyOrder("n-0", "n-3", "n-6");
        assertThat(cursors).isSorted().hasSizeGreaterThan(4);
        // brought within its bounds, as LogDate's server does
        assertThat(got("/content/changes?limit=100000").get("changes")).hasSize(6);
        assertThat(got("/content/changes?limit=0").get("hasMore").asBoolean()).isTrue();
    }

    @Test
    @Behaviour("gzip")
    void bodies_may_be_packed() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(
                    Server.example("logdate/content-upload.json").getBytes(StandardCharsets.UTF_8));
        }
        Pipeline.Answer answer =
                pipeline.send(
                        pipeline.request(user, SYNC + "/content")
                                .header("Content-Encoding", "gzip")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(packed.toByteArray()))
                                .build());
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(changes("content", 0).get("changes")).hasSize(1);
    }

    @Test
    @Behaviour("auth")
    @Covers({
        "Authorization Bearer on all of /sync; the user from the token; deviceId accepted and recorded",
        "401 without a token, 403 for another user's data",
        "auth required on /sync"
    })
    void everything_needs_a_token_and_a_user_has_what_is_theirs() {
        for (String path :
                List.of(
                        "/content/changes",
                        "/journals/changes",
                        "/associations/changes",
                        "/media/changes",
                        "/media/m-1",
                        "/status")) {
            Pipeline.Answer refused =
                    pipeline.send(pipeline.request(null, SYNC + path).GET().build());
            assertThat(refused.status()).as(path).isEqualTo(401);
            assertThat(refused.json().get("code").asString()).isEqualTo("UNAUTHORIZED");
            assertThat(refused.json().at("/error/message").asString()).isNotEmpty();
            assertThat(refused.headers().firstValue("WWW-Authenticate")).isPresent();
        }
        for (String path :
                List.of(
                        "/content",
                        "/content/n-1",
                        "/content/n-1/delete",
                        "/journals",
                        "/associations",
                        "/associations/delete",
                        "/media")) {
            assertThat(
                            pipeline.send(
                                            pipeline.request(null, SYNC + path)
                                                    .POST(BodyPublishers.ofString("{}"))
                                                    .build())
                                    .status())
                    .as(path)
                    .isEqualTo(401);
        }
        ok("/content", Server.example("logdate/content-upload.json"));
        JsonNode entity = pipeline.get(user, "/v1/spaces/me/entities/logdate-note/" + NOTE).json();
        assertThat(entity.get("updatedBy").asString()).isEqualTo(user);
        assertThat(entity.get("deviceId").asString()).isEqualTo("phone-1");
        String other = Server.someone();
        assertThat(pipeline.get(other, SYNC + "/content/changes").json().get("changes")).isEmpty();
        Pipeline.Answer forbidden =
                pipeline.post(
                        other,
                        SYNC + "/content",
                        Server.example("logdate/content-upload.json")
                                .replace(
                                        "\"deviceId\"",
                                        "\"userId\": \"" + user + "\", \"deviceId\""));
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.json().get("code").asString()).isEqualTo("FORBIDDEN");
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
            assertThat(
                            pipeline.get(user, "/v1/spaces/me/entities/logdate-note/" + id)
                                    .json()
                                    .get("deviceId")
                                    .asString())
                    .isEqualTo("watch");
        }
    }

    @Test
    @Behaviour("limits")
    @Covers("required fields, maximal lengths, type enum, media size limit")
    void everything_wrong_with_a_request_is_said_at_once() {
        Pipeline.Answer wrong =
                post(
                        "/content",
                        """
                        {"id": "", "type": "POEM", "content": 7, "mediaUri": "%s", "createdAt": -1,
                         "versionConstraint": {"type": "guess"}}\
                        """
                                .formatted("x".repeat(2049)));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().get("code").asString()).isEqualTo("VALIDATION_ERROR");
        List<String> pointers = new ArrayList<>();
        wrong.json().get("errors").forEach(error -> pointers.add(error.get("pointer").asString()));
        assertThat(pointers)
                .contains(
                        "/id",
                        "/type",
                        "/content",
                        "/mediaUri",
                        "/createdAt",
                        "/versionConstraint/type",
                        "");
        assertThat(wrong.body()).contains("lastUpdated is required");

        assertThat(post("/content", note("n-1", "TEXT", "x".repeat(100_001), null, 1)).status())
                .isEqualTo(400);
        assertThat(post("/content", note("n-1", "TEXT", "x".repeat(300_000), null, 1)).status())
                .isEqualTo(413);
        assertThat(post("/content", note("n-1", "TEXT", null, null, 1)).status()).isEqualTo(400);
        assertThat(post("/journals", "{\"id\": \"j-1\"}").status()).isEqualTo(400);
        assertThat(post("/content", "no json").status()).isEqualTo(400);
        assertThat(post("/content", "[]").status()).isEqualTo(400);
        assertThat(
                        post("/associations", "{\"associations\": [{\"journalId\": \"a/b\"}, 7]}")
                                .status())
                .isEqualTo(400);
        String many =
                "{\"associations\": ["
                        + String.join(",", IntStream.range(0, 5001).mapToObj(i -> "{}").toList())
                        + "]}";
        assertThat(post("/associations", many).status()).isEqualTo(400);
        for (String query :
                List.of("since=x", "since=-1", "limit=many", "since=99999999999999999999")) {
            assertThat(pipeline.get(user, SYNC + "/content/changes?" + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(changes("content", 0).get("changes")).isEmpty();
    }

    @Test
    @Covers("status: counts, lastTimestamp")
    void status_counts_what_there_is() {
        JsonNode empty = got("/status");
        assertThat(empty.at("/data/contentCount").asInt(-1)).isZero();
        assertThat(empty.at("/data/lastTimestamp").asLong(-1)).isZero();
        ok("/content", Server.example("logdate/content-upload.json"));
        ok("/journals", Server.example("logdate/journal-upload.json"));
        ok("/associations", Server.example("logdate/associations-upload.json"));
        JsonNode status = got("/status");
        assertThat(status.at("/data/contentCount").asInt()).isEqualTo(1);
        assertThat(status.at("/data/journalCount").asInt()).isEqualTo(1);
        assertThat(status.at("/data/associationCount").asInt()).isEqualTo(1);
        assertThat(status.at("/data/lastTimestamp").asLong())
                .isEqualTo(changes("associations", 0).get("lastTimestamp").asLong());
        assertThat(status.get("timestamp").isIntegralNumber()).isTrue();
        assertThat(ok("/", "").at("/data/started").asBoolean()).isTrue();
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
        assertThat(ok("/associations", body).get("uploadedCount").asInt()).isEqualTo(5000);
        assertThat(got("/status").at("/data/associationCount").asInt()).isEqualTo(5000);
        post("/associations/delete", body);
        assertThat(got("/status").at("/data/associationCount").asInt()).isZero();
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
        ok("/content", note("n-1", "TEXT", "B", null, 1000));
        JsonNode data =
                pipeline.get(user, "/v1/spaces/me/entities/logdate-note/n-1").json().get("data");
        assertThat(data.get("mood").asString()).isEqualTo("calm");
        assertThat(data.get("content").asString()).isEqualTo("B");
    }

    private Pipeline.Answer post(String path, String body) {
        return pipeline.post(user, SYNC + path, body);
    }

    private JsonNode ok(String path, String body) {
        Pipeline.Answer answer = post(path, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private Pipeline.Answer delete(String path) {
        Pipeline.Answer answer =
                pipeline.send(
                        pipeline.request(user, SYNC + path).POST(BodyPublishers.noBody()).build());
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private JsonNode got(String path) {
        Pipeline.Answer answer = pipeline.get(user, SYNC + path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode changes(String feed, long since) {
        return got("/" + feed + "/changes?since=" + since);
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
