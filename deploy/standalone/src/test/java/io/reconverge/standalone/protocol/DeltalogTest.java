package io.reconverge.standalone.protocol;

import static io.reconverge.standalone.protocol.Server.example;
import static io.reconverge.standalone.protocol.Server.json;
import static io.reconverge.standalone.protocol.Server.someone;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.standalone.Pipeline;
import io.reconverge.standalone.Pipeline.Answer;
import io.reconverge.wire.WireJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@OnParts
@Protocol("Mirubato")
final class DeltalogTest {

    private static final String V2 = "/api/sync/v2";
    private static final String ALPHABET =
            "useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict";

    private final Pipeline pipeline = Server.pipeline();
    private final String user = someone();

    /// A device of Mirubato, as its client is: it applies what it is told, and sends what it has.
    private final class Device {

        private final String owner;
        private final String id = "web_" + nanoid();
        private final Map<String, JsonNode> shows = new TreeMap<>();
        private long version;

        Device() {
            this(user);
        }

        Device(String owner) {
            this.owner = owner;
        }

        Answer sends(ObjectNode... changes) {
            ObjectNode body = WireJson.MAPPER.createObjectNode();
            body.put("lastKnownServerVersion", version);
            ArrayNode array = body.putArray("changes");
            for (ObjectNode change : changes) {
                array.add(change);
            }
            return pipeline.send(
                    pipeline.request(owner, V2)
                            .header("Content-Type", "application/json")
                            .header("X-Device-ID", id)
                            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                            .build());
        }

        JsonNode syncs(ObjectNode... changes) {
            Answer answer = sends(changes);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            answer.json().get("newChanges").forEach(this::apply);
            version = answer.json().get("latestServerVersion").longValue();
            return answer.json();
        }

        JsonNode shown(String key) {
            return requireNonNull(shows.get(key), key);
        }

        void syncsToTheEnd() {
            JsonNode answer = syncs();
            while (answer.path("hasMore").asBoolean(false)) {
                answer = syncs();
            }
        }

        private void apply(JsonNode delta) {
            String key =
                    delta.get("entityType").stringValue()
                            + "/"
                            + delta.get("entityId").stringValue();
            switch (delta.get("type").stringValue()) {
                case "CREATED" -> shows.put(key, delta.path("data"));
                case "UPDATED" -> {
                    ObjectNode merged = WireJson.MAPPER.createObjectNode();
                    if (shows.get(key) instanceof ObjectNode before) {
                        merged.setAll(before);
                    }
                    delta.path("data")
                            .properties()
                            .forEach(member -> {
                                if (member.getValue().isNull()) {
                                    merged.remove(member.getKey());
                                } else {
                                    merged.set(member.getKey(), member.getValue());
                                }
                            });
                    shows.put(key, merged);
                }
                default -> shows.remove(key);
            }
        }
    }

    private static String nanoid() {
        var random = new SecureRandom();
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < 21; i++) {
            id.append(ALPHABET.charAt(random.nextInt(64)));
        }
        return id.toString();
    }

    private static ObjectNode change(String name, long timestamp) {
        return change(example("deltalog/" + name + ".json"), nanoid(), timestamp);
    }

    private static ObjectNode change(String text, String changeId, long timestamp) {
        ObjectNode change = (ObjectNode) json(text);
        change.put("changeId", changeId);
        change.put("timestamp", timestamp);
        change.put("retryCount", 0);
        return change;
    }

    private static ObjectNode goal(String id, String members, long timestamp) {
        return change(
                """
                {"type": "CREATED", "entityType": "goal", "entityId": "%s", "data": {%s}}\
                """
                        .formatted(id, members.replace('\'', '"')),
                nanoid(),
                timestamp);
    }

    private static ObjectNode goalUpdate(String id, String members, long timestamp) {
        return goal(id, members, timestamp).put("type", "UPDATED");
    }

    private static ObjectNode goalDelete(String id, long timestamp) {
        ObjectNode change = goal(id, "", timestamp).put("type", "DELETED");
        change.remove("data");
        return change;
    }

    private JsonNode entity(String type, String id) {
        return pipeline.get(user, "/v1/spaces/me/entities/" + type + "/" + id).json();
    }

    @Test
    @Behaviour("create")
    @Covers("end-to-end sync workflows")
    void the_documents_sync_is_answered_as_the_document_says() {
        Answer answer = pipeline.post(user, V2, example("deltalog/sync-request.json"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(json(example("deltalog/sync-response.json")));
        assertThat(entity("deltalog-logbook-entry", "entry_1735482600000_k3j9x2").get("data"))
                .isEqualTo(json(example("deltalog/sync-request.json")).at("/changes/0/data"));
    }

    @Test
    @Behaviour({"update", "partial update"})
    void a_delta_changes_its_members_alone_and_null_removes_one() {
        Device one = new Device();
        Device other = new Device();
        one.syncs(change("create", 1_000));
        JsonNode heard = other.syncs(change("update", 2_000));
        assertThat(heard.get("newChanges")).hasSize(2);
        assertThat(heard.at("/newChanges/1/data"))
                .isEqualTo(json("{\"notes\": \"Scales, faster\", \"mood\": \"excited\"}"));
        one.syncs(
                change(
                        """
                        {"type": "UPDATED", "entityType": "logbook_entry",
                         "entityId": "V1StGXR8_Z5jdHi6B-myT", "data": {"mood": null, "duration": 60}}\
                        """,
                        nanoid(),
                        3_000));
        other.syncs();
        assertThat(one.shows)
                .isEqualTo(other.shows)
                .containsEntry(
                        "logbook_entry/V1StGXR8_Z5jdHi6B-myT",
                        entity("deltalog-logbook-entry", "V1StGXR8_Z5jdHi6B-myT").get("data"));
        assertThat(one.shown("logbook_entry/V1StGXR8_Z5jdHi6B-myT"))
                .isEqualTo(
                        json(
                                """
                                {"id": "V1StGXR8_Z5jdHi6B-myT", "duration": 60, "type": "practice",
                                 "notes": "Scales, faster"}\
                                """));
    }

    @Test
    @Behaviour({"delete", "tombstone"})
    void what_is_deleted_is_deleted_on_every_device() {
        Device one = new Device();
        Device other = new Device();
        one.syncs(goal("g", "'title': 'Trills'", 1_000));
        other.syncs();
        one.syncs(goalDelete("g", 2_000));
        JsonNode heard = other.syncs();
        assertThat(heard.at("/newChanges/0/type").stringValue()).isEqualTo("DELETED");
        assertThat(heard.at("/newChanges/0").has("data")).isFalse();
        assertThat(other.shows).isEmpty();
        assertThat(pipeline.get(user, "/v1/spaces/me/entities/deltalog-goal/g").status())
                .isEqualTo(410);
        Device fresh = new Device();
        fresh.syncs();
        assertThat(fresh.shows).isEmpty();
    }

    @Test
    @Behaviour("conflict")
    @Covers({"conflict resolution of changes", "offline and online transitions of the log"})
    void of_two_devices_that_were_offline_the_later_edit_stands_on_both() {
        Device one = new Device();
        Device other = new Device();
        one.syncs(goal("g", "'title': 'Trills', 'progress': 0", 1_000));
        other.syncs();

        ObjectNode late = goalUpdate("g", "'progress': 80", 5_000);
        ObjectNode early = goalUpdate("g", "'progress': 30", 4_000);
        other.shows.put("goal/g", json("{\"title\": \"Trills\", \"progress\": 30}"));
        one.syncs(late);
        JsonNode told = other.syncs(early);

        assertThat(told.get("conflicts")).hasSize(1);
        assertThat(told.at("/conflicts/0/changeId")).isEqualTo(early.get("changeId"));
        assertThat(told.at("/conflicts/0/reason").stringValue()).isNotEmpty();
        assertThat(other.shows).isEqualTo(one.shows);
        assertThat(other.shown("goal/g").get("progress").intValue()).isEqualTo(80);

        // its client sends a change with a conflict again: it is told the same again
        other.shows.put("goal/g", json("{\"title\": \"Trills\", \"progress\": 30}"));
        JsonNode again = other.syncs(early.put("retryCount", 1));
        assertThat(again.get("conflicts")).isEqualTo(told.get("conflicts"));
        assertThat(other.shows).isEqualTo(one.shows);
    }

    @Test
    void edits_of_other_members_both_stand() {
        Device one = new Device();
        Device other = new Device();
        one.syncs(goal("g", "'title': 'Trills', 'progress': 0", 1_000));
        other.syncs();
        one.syncs(goalUpdate("g", "'progress': 80", 5_000));
        JsonNode told = other.syncs(goalUpdate("g", "'title': 'Trills, at last'", 4_000));
        assertThat(told.has("conflicts")).isFalse();
        one.syncs();
        assertThat(one.shows).isEqualTo(other.shows);
        assertThat(one.shown("goal/g"))
                .isEqualTo(json("{\"title\": \"Trills, at last\", \"progress\": 80}"));
    }

    @Test
    @Behaviour("duplicate")
    @Covers("network failure recovery")
    void a_sync_whose_answer_was_lost_is_sent_again_and_counts_once() {
        Device device = new Device();
        ObjectNode[] changes = {
            goal("g", "'title': 'Trills'", 1_000), goalUpdate("g", "'progress': 5", 2_000)
        };
        device.sends(changes);
        JsonNode again = device.syncs(changes);
        assertThat(again.has("conflicts")).isFalse();
        assertThat(again.get("newChanges")).hasSize(2);
        assertThat(again.get("latestServerVersion").longValue()).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            assertThat(again.get("newChanges").get(i).get("changeId"))
                    .isEqualTo(changes[i].get("changeId"));
        }
    }

    @Test
    void a_client_knows_its_own_changes_by_what_it_called_them() {
        String nanoid = nanoid();
        String uuid = UUID.randomUUID().toString();
        Device device = new Device();
        JsonNode answer =
                device.syncs(
                        goal("a", "", 1_000).put("changeId", nanoid),
                        goal("b", "", 1_000).put("changeId", uuid),
                        goal("c", "", 1_000).put("changeId", "change-1"));
        assertThat(changeIds(answer)).containsExactly(nanoid, uuid, "change-1");
        List<String> heard = changeIds(new Device().syncs());
        assertThat(heard).startsWith(nanoid, uuid);
        assertThat(heard.get(2)).isEqualTo(UUID.fromString(heard.get(2)).toString());
    }

    private static List<String> changeIds(JsonNode answer) {
        return answer.get("newChanges")
                .valueStream()
                .map(delta -> delta.get("changeId").stringValue())
                .toList();
    }

    @Test
    @Behaviour("pagination")
    @Covers("large change batches of 1000 and more")
    void thousands_of_changes_go_in_at_once_and_come_out_in_pages() {
        Device one = new Device();
        ObjectNode[] changes =
                IntStream.range(0, 6_500)
                        .mapToObj(i -> goal("g-" + i, "'title': 'Number " + i + "'", 1_000))
                        .toArray(ObjectNode[]::new);
        JsonNode answer = one.syncs(changes);
        assertThat(answer.has("conflicts")).isFalse();
        assertThat(answer.get("hasMore").booleanValue()).isTrue();
        assertThat(answer.get("newChanges").size()).isLessThan(6_500);

        Device other = new Device();
        other.syncsToTheEnd();
        assertThat(other.shows).hasSize(6_500);
        assertThat(other.version).isEqualTo(6_500);
        assertThat(other.syncs().has("hasMore")).isFalse();
    }

    @Test
    void pages_are_bounded_by_bytes_too() {
        Device one = new Device();
        for (int i = 0; i < 5; i++) {
            ObjectNode[] changes =
                    IntStream.range(0, 15)
                            .mapToObj(n ->
                                    goal(nanoid(), "'title': '" + "x".repeat(200_000) + "'", 1_000))
                            .toArray(ObjectNode[]::new);
            one.syncs(changes);
        }
        Device other = new Device();
        int requests = 0;
        do {
            Answer answer = other.sends();
            assertThat(answer.body().length()).isLessThan(16 << 20);
            requests++;
        } while (other.syncs().path("hasMore").asBoolean(false));
        assertThat(requests).isGreaterThan(1);
        assertThat(other.shows).hasSize(75);
    }

    @Test
    @Behaviour("since-cursor")
    void a_version_is_an_exact_cursor_and_a_foreign_one_heals_itself() {
        Device one = new Device();
        one.syncs(goal("a", "'title': 'A'", 1_000), goal("b", "'title': 'B'", 1_000));
        one.syncs(goalDelete("a", 2_000));
        assertThat(one.syncs().get("newChanges")).isEmpty();

        Device lost = new Device();
        lost.version = 4_711;
        lost.shows.put("goal/a", json("{\"title\": \"A, of before\"}"));
        JsonNode healed = lost.syncs();
        assertThat(lost.shows).isEqualTo(one.shows);
        assertThat(healed.get("latestServerVersion").longValue()).isEqualTo(3);
        assertThat(lost.syncs().get("newChanges")).isEmpty();
    }

    @Test
    void what_other_apps_write_to_the_space_is_not_told() {
        pipeline.sync(
                user,
                """
                {'deviceId': 'phone', 'changes': [{'changeId': '%s', 'type': 'note', 'id': 'n',
                 'op': 'put', 'data': {'title': 'Tide'}}]}\
                """
                        .formatted(UUID.randomUUID()));
        Device device = new Device();
        JsonNode answer = device.syncs();
        assertThat(answer.get("newChanges")).isEmpty();
        assertThat(answer.get("latestServerVersion").longValue()).isEqualTo(1);
    }

    @Test
    @Behaviour("gzip")
    void a_sync_may_come_packed() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(example("deltalog/sync-request.json").getBytes(StandardCharsets.UTF_8));
        }
        Answer answer =
                pipeline.send(
                        pipeline.request(user, V2)
                                .header("Content-Type", "application/json")
                                .header("Content-Encoding", "gzip")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray()))
                                .build());
        assertThat(answer.json()).isEqualTo(json(example("deltalog/sync-response.json")));
    }

    @Test
    @Behaviour("auth")
    void without_a_token_there_is_nothing_and_with_one_only_ones_own() {
        Answer refused =
                pipeline.send(
                        pipeline.request(null, V2)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build());
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.json().get("success").booleanValue()).isFalse();
        assertThat(refused.json().get("error").stringValue()).isNotEmpty();
        assertThat(refused.json().get("code").intValue()).isEqualTo(401);

        new Device().syncs(goal("mine", "'title': 'Mine'", 1_000));
        Device stranger = new Device(someone());
        assertThat(stranger.syncs().get("newChanges")).isEmpty();
    }

    @Test
    @Behaviour("limits")
    void what_is_malformed_is_refused_whole_and_what_does_not_fit_by_itself() {
        for (String body :
                List.of(
                        "",
                        "[]",
                        "{}",
                        "{\"lastKnownServerVersion\": -1, \"changes\": []}",
                        "{\"lastKnownServerVersion\": null, \"changes\": []}",
                        "{\"lastKnownServerVersion\": 0, \"changes\": [{}]}",
                        "{\"lastKnownServerVersion\": 0, \"changes\": [{\"changeId\": \"a\","
                                + " \"type\": \"CREATED\", \"entityType\": \"score\","
                                + " \"entityId\": \"b\"}]}")) {
            Answer answer = pipeline.post(user, V2, body);
            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.json().get("code").intValue()).isEqualTo(400);
            assertThat(answer.json().get("success").booleanValue()).isFalse();
        }
        ObjectNode unfit = goal("unfit", "'id': 5", 1_000);
        ObjectNode large = goal("large", "'title': '" + "x".repeat(300_000) + "'", 1_000);
        ObjectNode noData = goal("no-data", "", 1_000);
        noData.put("data", "text");
        Device device = new Device();
        JsonNode answer = device.syncs(unfit, large, noData, goal("fit", "", 1_000));
        assertThat(answer.get("conflicts"))
                .extracting(conflict -> conflict.get("changeId").stringValue())
                .containsExactly(
                        unfit.get("changeId").stringValue(),
                        large.get("changeId").stringValue(),
                        noData.get("changeId").stringValue());
        assertThat(device.shows).containsOnlyKeys("goal/fit");
        assertThat(pipeline.post(user, V2, " ".repeat(5 << 20)).status()).isEqualTo(413);
    }

    @Test
    @Covers("migration scenarios")
    void a_dump_becomes_log_once() {
        Answer migrated = pipeline.post(user, V2 + "/migrate", example("deltalog/migrate.json"));
        assertThat(migrated.json())
                .isEqualTo(
                        json(
                                "{\"migrated\": true, \"entriesConverted\": 3, \"existingChanges\": 0}"));
        Answer again = pipeline.post(user, V2 + "/migrate", example("deltalog/migrate.json"));
        assertThat(again.json())
                .isEqualTo(
                        json(
                                """
                                {"migrated": false, "reason": "User already has change log data",
                                 "existingChanges": 3}\
                                """));
        Device device = new Device();
        device.syncs();
        assertThat(device.shows)
                .containsOnlyKeys("goal/old-goal", "logbook_entry/old-1", "logbook_entry/old-2");
        assertThat(device.version).isEqualTo(3);
        assertThat(pipeline.post(someone(), V2 + "/migrate", "").json())
                .isEqualTo(
                        json(
                                "{\"migrated\": true, \"entriesConverted\": 0, \"existingChanges\": 0}"));
    }

    @Test
    void a_dump_does_not_undo_what_came_after_it() {
        Device device = new Device();
        device.syncs(
                goal("old-goal", "'title': 'Sight-reading, daily'", System.currentTimeMillis()));
        Answer migrated = pipeline.post(user, V2 + "/migrate", example("deltalog/migrate.json"));
        assertThat(migrated.json().get("entriesConverted").intValue()).isEqualTo(2);
        assertThat(migrated.json().at("/conflicts/0/changeId").stringValue()).isEqualTo("old-goal");
        device.syncs();
        assertThat(device.shown("goal/old-goal").get("title").stringValue())
                .isEqualTo("Sight-reading, daily");
    }

    @Test
    void whole_states_and_deltas_are_of_the_same_entries() {
        Answer pushed = push(null, example("deltalog/push.json"));
        assertThat(pushed.status()).isEqualTo(200);
        assertThat(pushed.json().get("success").booleanValue()).isTrue();
        assertThat(pushed.json().get("syncToken").stringValue()).startsWith("sync_");
        assertThat(pushed.json().get("conflicts")).isEmpty();
        assertThat(pushed.json().get("stats"))
                .isEqualTo(
                        json(
                                """
                                {"entriesProcessed": 1, "duplicatesPrevented": 0,
                                 "goalsProcessed": 1}\
                                """));
        assertThat(
                        push(null, example("deltalog/push.json"))
                                .json()
                                .at("/stats/duplicatesPrevented"))
                .isEqualTo(json("2"));

        Device device = new Device();
        device.syncs(goalUpdate("goal_1735482600000_d4e5f6", "'progress': 90", 1_800_000_000_000L));
        assertThat(device.shows).hasSize(2);

        JsonNode pulled = pipeline.post(user, "/api/sync/pull", "").json();
        assertThat(pulled.at("/goals/0/progress").intValue()).isEqualTo(90);
        assertThat(pulled.at("/entries/0/type").stringValue()).isEqualTo("practice");
        assertThat(pulled.at("/entries/0/instrument").stringValue()).isEqualTo("piano");
        assertThat(pulled.get("timestamp").stringValue()).matches("\\d{4}-.*Z");
        assertThat(pipeline.get(user, "/api/sync/pull").json().get("goals"))
                .isEqualTo(pulled.get("goals"));

        push(
                null,
                """
                {"changes": {"entries": [{"id": "entry_1735482600000_a1b2c3",
                  "deletedAt": "2026-01-01T00:00:00.000Z"}]}}\
                """);
        assertThat(pipeline.post(user, "/api/sync/pull", "{}").json().get("entries")).isEmpty();
        device.syncs();
        assertThat(device.shows).containsOnlyKeys("goal/goal_1735482600000_d4e5f6");
    }

    private Answer push(@org.jspecify.annotations.Nullable String key, String body) {
        HttpRequest.Builder request =
                pipeline.request(user, "/api/sync/push")
                        .header("Content-Type", "application/json")
                        .header("X-Device-ID", "web_1");
        if (key != null) {
            request.header("X-Idempotency-Key", key);
        }
        return pipeline.send(request.POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    @Test
    void a_push_under_a_key_counts_once() {
        String body = "{\"changes\": {\"goals\": [{\"id\": \"g\", \"title\": \"Trills\"}]}}";
        assertThat(push("key-1", body).headers().firstValue("X-Idempotent-Replay")).isEmpty();
        Answer again = push("key-1", body);
        assertThat(again.headers().firstValue("X-Idempotent-Replay")).hasValue("true");
        Answer other = push("key-1", body.replace("Trills", "Turns"));
        assertThat(other.json().get("conflicts")).hasSize(1);
        assertThat(other.json().at("/conflicts/0/entityId").stringValue()).isEqualTo("g");
        assertThat(push("key-2", body.replace("Trills", "Turns")).json().get("conflicts"))
                .isEmpty();
        assertThat(pipeline.post(user, "/api/sync/pull", "").json().at("/goals/0/title"))
                .isEqualTo(json("\"Turns\""));
    }

    @Test
    void status_tells_how_far_the_log_is() {
        assertThat(pipeline.get(user, V2 + "/status").json())
                .isEqualTo(
                        json("{\"lastKnownVersion\": 0, \"deviceCount\": 0, \"totalChanges\": 0}"));
        Device device = new Device();
        device.syncs(goal("a", "", 1_000), goal("b", "", 1_000));
        Pipeline.until(
                "the device is known",
                () -> pipeline.get(user, V2 + "/status").json().get("deviceCount").intValue() == 1);
        JsonNode status = pipeline.get(user, V2 + "/status").json();
        assertThat(status.get("lastKnownVersion").intValue()).isEqualTo(2);
        assertThat(status.get("totalChanges").intValue()).isEqualTo(2);
        assertThat(status.get("lastSync").stringValue()).endsWith("Z");
        JsonNode legacy = pipeline.get(user, "/api/sync/status").json();
        assertThat(legacy.get("entityCount").intValue()).isEqualTo(2);
        assertThat(legacy.get("deviceCount").intValue()).isEqualTo(1);
        assertThat(legacy.get("pendingChanges").intValue()).isZero();
    }

    @Test
    @Covers("memory usage under load")
    void large_syncs_of_many_leave_no_memory_behind() throws Exception {
        load(4);
        long before = usedBytes();
        load(24);
        assertThat(usedBytes() - before).isLessThan(64 << 20);
    }

    /// Each device pushes 3 MB and another reads them.
    private void load(int devices) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int d = 0; d < devices; d++) {
                running.add(
                        threads.submit(() -> {
                            String owner = someone();
                            ObjectNode[] changes =
                                    IntStream.range(0, 15)
                                            .mapToObj(n ->
                                                    goal(
                                                            nanoid(),
                                                            "'title': '"
                                                                    + "x".repeat(200_000)
                                                                    + "'",
                                                            1_000))
                                            .toArray(ObjectNode[]::new);
                            new Device(owner).syncs(changes);
                            Device reader = new Device(owner);
                            reader.syncsToTheEnd();
                            assertThat(reader.shows).hasSize(15);
                        }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    @Covers("concurrent user scenarios")
    void many_users_and_their_devices_sync_at_once() throws Exception {
        List<String> users = IntStream.range(0, 50).mapToObj(i -> someone()).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<?>> running = new ArrayList<>();
            for (String one : users) {
                for (int d = 0; d < 2; d++) {
                    int number = d;
                    running.add(
                            threads.submit(() -> {
                                Device device = new Device(one);
                                for (int i = 0; i < 4; i++) {
                                    device.syncs(
                                            goal("g-" + number + "-" + i, "'title': 'x'", 1_000),
                                            goalUpdate("shared", "'m" + number + "': " + i, i));
                                }
                            }));
                }
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        for (String one : users) {
            Device device = new Device(one);
            device.syncsToTheEnd();
            Set<String> expected = new HashSet<>(Set.of("goal/shared"));
            for (int d = 0; d < 2; d++) {
                for (int i = 0; i < 4; i++) {
                    expected.add("goal/g-" + d + "-" + i);
                }
            }
            assertThat(device.shows.keySet()).isEqualTo(expected);
            assertThat(device.shown("goal/shared")).isEqualTo(json("{\"m0\": 3, \"m1\": 3}"));
        }
    }
}
