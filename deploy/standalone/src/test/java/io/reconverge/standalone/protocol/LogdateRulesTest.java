package io.reconverge.standalone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.standalone.Pipeline;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What LogDate's sync holds to: versions, resends, pages, tokens and limits.
@OnParts
@Protocol("LogDate")
class LogdateRulesTest {

    private static final String SYNC = "/api/v1/sync";
    private static final String NOTE = "2b0e6f0a-6c1b-4a52-9f6f-0b8a2f9d3c01";
    private static final String JOURNAL = "7c1d3a52-31f4-4f0e-8a33-5d1b9e2f4a10";

    private final Person person = Person.of(SYNC);
    private final Pipeline pipeline = person.pipeline();
    private final String user = person.user();

    @Test
    @Behaviour("conflict")
    @Covers({
        "409 when the server has a higher version than clientLastKnownServerVersion",
        "an update with a stale clientLastKnownServerVersion is a 409",
        "last write wins when no version is sent"
    })
    void a_stale_version_is_a_409_with_the_row_that_stands_and_no_version_means_the_later_write() {
        person.ok("/content", Server.example("logdate/content-upload.json"));
        person.ok("/content/" + NOTE, Server.example("logdate/content-update.json"));
        String stale = Server.example("logdate/stale-update.json");
        for (String body :
                List.of(
                        stale,
                        stale.replace(
                                "\"clientLastKnownServerVersion\": 1",
                                "\"versionConstraint\": {\"type\": \"known\", \"serverVersion\": 1}"),
                        stale.replace("clientLastKnownServerVersion", "syncVersion"))) {
            Pipeline.Answer refused = person.post("/content/" + NOTE, body);
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
        person.ok(
                "/content/" + NOTE,
                """
                {"content": "By force", "lastUpdated": 1767200100000, "syncVersion": 1,
                 "versionConstraint": {"type": "none"}}\
                """);
        person.ok(
                "/content/" + NOTE,
                """
                {"content": "Of another server", "lastUpdated": 1767200110000,
                 "versionConstraint": {"type": "known", "serverVersion": 1767200000000}}\
                """);
        JsonNode older =
                person.ok(
                        "/content/" + NOTE,
                        "{\"content\": \"Late\", \"lastUpdated\": 1767200105000}");
        assertThat(older.get("superseded").asBoolean()).isTrue();
        assertThat(older.at("/current/content").asString()).isEqualTo("Of another server");
        assertThat(changes("content", 0).at("/changes/0/content").asString())
                .isEqualTo("Of another server");
        assertThat(
                        person.post(
                                        "/content/" + NOTE + "/delete",
                                        "{\"clientLastKnownServerVersion\": 2}")
                                .status())
                .isEqualTo(409);
    }

    @Test
    @Behaviour("duplicate")
    void what_is_sent_again_changes_nothing() {
        String upload = Server.example("logdate/content-upload.json");
        assertThat(person.ok("/content", upload).get("serverVersion").asLong()).isEqualTo(1);
        assertThat(person.ok("/content", upload).get("serverVersion").asLong()).isEqualTo(1);
        String update = Server.example("logdate/content-update.json");
        assertThat(person.ok("/content/" + NOTE, update).get("serverVersion").asLong())
                .isEqualTo(2);
        // its version is stale by now, but it is the same update
        assertThat(person.ok("/content/" + NOTE, update).get("serverVersion").asLong())
                .isEqualTo(2);
        String associations = Server.example("logdate/associations-upload.json");
        person.ok("/associations", associations);
        person.ok("/associations", associations);
        assertThat(person.version()).isEqualTo(3);
    }

    @Test
    @Behaviour("pagination")
    @Covers({
        "lastTimestamp is a monotonic cursor",
        "the feed is read by user and version, not by a scan"
    })
    void pages_hold_changes_and_deletions_in_one_order_and_miss_nothing() {
        for (int i = 0; i < 9; i++) {
            person.ok("/content", note("n-" + i, "TEXT", "Note " + i, null, 1000 + i));
        }
        for (int i = 0; i < 9; i += 3) {
            delete("/content/n-" + i + "/delete");
        }
        Set<String> live = new HashSet<>();
        Set<String> deleted = new HashSet<>();
        List<Long> cursors = new ArrayList<>(List.of(0L));
        boolean more = true;
        while (more) {
            JsonNode page = person.got("/content/changes?limit=2&since=" + cursors.getLast());
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
        assertThat(person.got("/content/changes?limit=100000").get("changes")).hasSize(6);
        assertThat(person.got("/content/changes?limit=0").get("hasMore").asBoolean()).isTrue();
    }

    @Test
    @Behaviour("gzip")
    void bodies_may_be_packed() {
        Person.ok(person.postPacked("/content", Server.example("logdate/content-upload.json")));
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
        person.ok("/content", Server.example("logdate/content-upload.json"));
        JsonNode entity = person.entity("logdate-note", NOTE);
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
    @Behaviour("limits")
    @Covers("required fields, maximal lengths, type enum, media size limit")
    void everything_wrong_with_a_request_is_said_at_once() {
        Pipeline.Answer wrong =
                person.post(
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

        assertThat(
                        person.post("/content", note("n-1", "TEXT", "x".repeat(100_001), null, 1))
                                .status())
                .isEqualTo(400);
        assertThat(
                        person.post("/content", note("n-1", "TEXT", "x".repeat(300_000), null, 1))
                                .status())
                .isEqualTo(413);
        assertThat(person.post("/content", note("n-1", "TEXT", null, null, 1)).status())
                .isEqualTo(400);
        assertThat(person.post("/journals", "{\"id\": \"j-1\"}").status()).isEqualTo(400);
        assertThat(person.post("/content", "no json").status()).isEqualTo(400);
        assertThat(person.post("/content", "[]").status()).isEqualTo(400);
        assertThat(
                        person.post(
                                        "/associations",
                                        "{\"associations\": [{\"journalId\": \"a/b\"}, 7]}")
                                .status())
                .isEqualTo(400);
        String many =
                "{\"associations\": ["
                        + String.join(",", IntStream.range(0, 5001).mapToObj(i -> "{}").toList())
                        + "]}";
        assertThat(person.post("/associations", many).status()).isEqualTo(400);
        for (String query :
                List.of("since=x", "since=-1", "limit=many", "since=99999999999999999999")) {
            assertThat(pipeline.get(user, SYNC + "/content/changes?" + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(changes("content", 0).get("changes")).isEmpty();
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
}
