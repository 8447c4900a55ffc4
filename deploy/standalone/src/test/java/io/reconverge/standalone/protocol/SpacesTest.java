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
import java.time.Instant;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@OnParts
@Protocol("lists app")
final class SpacesTest {

    private static final String SYNC = "/api/sync";

    private final Pipeline pipeline = Server.pipeline();
    private final String ann = someone();

    /// A device of the lists app: it holds what it is told, and sends what it has.
    private final class Device {

        private final String owner;
        private final String id;
        private final Map<String, JsonNode> holds = new TreeMap<>();
        private @Nullable String since;

        Device(String owner, String id) {
            this.owner = owner;
            this.id = id;
        }

        Answer sends(ObjectNode... changes) {
            ObjectNode body = WireJson.MAPPER.createObjectNode();
            body.put("deviceId", id);
            body.put("lastSyncTimestamp", since);
            ArrayNode array = body.putArray("changes");
            for (ObjectNode change : changes) {
                array.add(change);
            }
            return pipeline.post(owner, SYNC, body.toString());
        }

        JsonNode syncs(ObjectNode... changes) {
            Answer answer = sends(changes);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            JsonNode data = answer.json().get("data");
            for (String plural : List.of("spaces", "categories", "items")) {
                for (JsonNode entity : data.at("/serverUpdates/" + plural)) {
                    String key = plural + "/" + entity.get("localId").stringValue();
                    if (entity.get("isDeleted").booleanValue()) {
                        holds.remove(key);
                    } else {
                        holds.put(key, entity);
                    }
                }
            }
            since = data.get("syncTimestamp").stringValue();
            return data;
        }

        JsonNode held(String key) {
            return requireNonNull(holds.get(key), key);
        }

        int syncsToTheEnd() {
            int requests = 1;
            while (syncs().path("hasMore").asBoolean(false)) {
                requests++;
            }
            return requests;
        }
    }

    private static String local(String what) {
        return "local-" + what + "-" + UUID.randomUUID();
    }

    private static ObjectNode change(
            String operation, String entityType, String localId, long time, String data) {
        ObjectNode change = WireJson.MAPPER.createObjectNode();
        change.put("localId", localId);
        change.put("entityType", entityType);
        change.put("operation", operation);
        change.put("timestamp", Instant.ofEpochMilli(time).toString());
        if (!data.isEmpty()) {
            change.set("data", json(data.replace('\'', '"')));
        }
        return change;
    }

    private static ObjectNode item(String localId, long time, String members) {
        return change("create", "item", localId, time, "{" + members + "}");
    }

    private static ObjectNode itemUpdate(String localId, long time, String members) {
        return change("update", "item", localId, time, "{" + members + "}");
    }

    private static ObjectNode space(String localId, long time, String members) {
        return change("create", "space", localId, time, "{" + members + "}");
    }

    private static JsonNode first(JsonNode data, String plural) {
        return data.at("/serverUpdates/" + plural + "/0");
    }

    private static void assertTaken(JsonNode data) {
        assertThat(data.get("acknowledged"))
                .allSatisfy(ack ->
                        assertThat(ack.get("success").booleanValue()).as(ack.toString()).isTrue());
    }

    @Test
    @Behaviour("create")
    @Covers({"sync controller logic", "full sync flow"})
    void the_documents_sync_is_answered_as_the_document_says() {
        Answer answer = pipeline.post(ann, SYNC, example("spaces/sync-request.json"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode serverId = answer.json().at("/data/acknowledged/0/serverId");
        assertThat(UUID.fromString(serverId.stringValue())).isNotNull();
        ObjectNode expected = (ObjectNode) json(example("spaces/sync-response.json"));
        ((ObjectNode) expected.at("/data/acknowledged/0")).set("serverId", serverId);
        ((ObjectNode) expected.at("/data/serverUpdates/items/0"))
                .put("userId", ann)
                .set("serverId", serverId);
        ((ObjectNode) expected.get("data"))
                .set("syncTimestamp", answer.json().at("/data/syncTimestamp"));
        assertThat(answer.json()).isEqualTo(expected);
        assertThat(answer.json().at("/data/syncTimestamp").stringValue())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(
                        pipeline.get(ann, "/v1/spaces/me/entities/spaces-item/local-item-123")
                                .json()
                                .at("/data/movieId")
                                .stringValue())
                .isEqualTo("27205");
    }

    @Test
    void the_documents_batch_is_taken_one_by_one() {
        Device device = new Device(ann, "phone");
        device.syncs(
                item("batch-old", 1_000, "'title': 'Old'"),
                item("batch-gone", 1_000, "'title': 'Gone'"));
        ObjectNode[] batch =
                json(example("spaces/batch.json"))
                        .valueStream()
                        .map(ObjectNode.class::cast)
                        .toArray(ObjectNode[]::new);
        JsonNode data = device.syncs(batch);
        assertTaken(data);
        assertThat(device.holds.keySet()).containsExactly("items/batch-new", "items/batch-old");
        assertThat(device.held("items/batch-old").get("title").stringValue()).isEqualTo("Changed");
    }

    @Test
    @Behaviour("update")
    void spaces_categories_and_items_have_all_the_members_of_the_document() {
        Device device = new Device(ann, "phone");
        String space = local("space");
        String category = local("category");
        String item = local("item");
        ObjectNode spaceData = (ObjectNode) json(example("spaces/space.json"));
        ((ObjectNode) spaceData.at("/collaborators/0")).put("userId", someone());
        ObjectNode categoryData =
                ((ObjectNode) json(example("spaces/category.json"))).put("spaceLocalId", space);
        ObjectNode itemData =
                ((ObjectNode) json(example("spaces/item.json")))
                        .put("spaceLocalId", space)
                        .put("categoryLocalId", category);
        // what is in a space may stand before it
        JsonNode data =
                device.syncs(
                        change("create", "item", item, 3_000, itemData.toString()),
                        change("create", "category", category, 2_000, categoryData.toString()),
                        change("create", "space", space, 1_000, spaceData.toString()));
        assertTaken(data);
        assertThat(first(data, "spaces")).containsAll(spaceData);
        JsonNode shown = device.held("items/" + item);
        itemData.properties()
                .forEach(member ->
                        assertThat(shown.get(member.getKey())).isEqualTo(member.getValue()));
        assertThat(shown.get("spaceId")).isEqualTo(first(data, "spaces").get("serverId"));
        assertThat(shown.get("categoryId")).isEqualTo(first(data, "categories").get("serverId"));
        assertThat(first(data, "categories").get("spaceId")).isEqualTo(shown.get("spaceId"));
        assertThat(data.at("/acknowledged/0/serverId")).isEqualTo(shown.get("serverId"));
        assertThat(data.at("/acknowledged/1/serverId")).isEqualTo(shown.get("categoryId"));
        assertThat(data.at("/acknowledged/2/serverId")).isEqualTo(shown.get("spaceId"));

        JsonNode renamed =
                device.syncs(
                        change("update", "space", space, 5_000, "{'name': 'Nights'}"),
                        change("update", "category", category, 5_000, "{'name': 'Movies'}"));
        assertTaken(renamed);
        assertThat(first(renamed, "spaces").get("name").stringValue()).isEqualTo("Nights");
        assertThat(first(renamed, "spaces").get("collaborators"))
                .isEqualTo(spaceData.get("collaborators"));
        assertThat(first(renamed, "categories").get("name").stringValue()).isEqualTo("Movies");
    }

    @Test
    @Behaviour("partial update")
    void what_is_completed_is_completed_by_who_sent_it_and_the_rest_stays() {
        Device device = new Device(ann, "phone");
        String item = local("item");
        device.syncs(item(item, 1_000, "'title': 'Milk', 'notes': 'Two'"));
        ObjectNode minimal = (ObjectNode) json(example("spaces/minimal-payload.json"));
        ((ObjectNode) minimal.get("data"))
                .set("completedBy", json("{\"userId\": \"mallory\", \"deviceId\": \"x\"}"));
        minimal.put("localId", item).put("entityType", "item");
        minimal.put("timestamp", "2025-12-29T14:00:00.000Z");
        JsonNode shown = first(device.syncs(minimal), "items");
        assertThat(shown.get("isCompleted").booleanValue()).isTrue();
        assertThat(shown.get("completedAt").stringValue()).isEqualTo("2025-12-29T14:00:00.000Z");
        assertThat(shown.get("completedBy"))
                .isEqualTo(
                        WireJson.MAPPER
                                .createObjectNode()
                                .put("userId", ann)
                                .put("deviceId", "phone"));
        assertThat(shown.get("notes").stringValue()).isEqualTo("Two");

        Device tablet = new Device(ann, "tablet");
        assertTaken(
                tablet.syncs(
                        itemUpdate(item, 1_800_000_000_000L, "'isCompleted': true, 'order': 4")));
        assertThat(tablet.held("items/" + item).at("/completedBy/deviceId").stringValue())
                .isEqualTo("phone");
        JsonNode undone =
                first(
                        tablet.syncs(itemUpdate(item, 1_800_000_000_001L, "'isCompleted': false")),
                        "items");
        assertThat(undone.has("completedBy")).isFalse();
    }

    @Test
    @Behaviour({"delete", "tombstone"})
    void what_is_deleted_comes_as_a_tombstone_and_stays_deleted() {
        Device phone = new Device(ann, "phone");
        Device tablet = new Device(ann, "tablet");
        String item = local("item");
        JsonNode created = phone.syncs(item(item, 1_000, "'title': 'Milk'"));
        tablet.syncs();
        JsonNode deleted = phone.syncs(change("delete", "item", item, 2_000, ""));
        assertTaken(deleted);
        JsonNode tombstone = first(tablet.syncs(), "items");
        assertThat(tombstone.get("isDeleted").booleanValue()).isTrue();
        assertThat(tombstone.get("deletedAt").stringValue()).isEqualTo("1970-01-01T00:00:02.000Z");
        assertThat(tombstone.get("serverId"))
                .isEqualTo(created.at("/acknowledged/0/serverId"))
                .isEqualTo(deleted.at("/acknowledged/0/serverId"));
        assertThat(tablet.holds).isEmpty();

        JsonNode late = tablet.syncs(itemUpdate(item, 3_000, "'title': 'Butter'"));
        assertTaken(late);
        assertThat(late.at("/conflicts/0/serverData/isDeleted").booleanValue()).isTrue();
        assertTaken(tablet.syncs(change("delete", "item", item, 4_000, "")));
        JsonNode unknown = tablet.syncs(change("delete", "item", local("item"), 4_000, ""));
        assertTaken(unknown);
        assertThat(unknown.at("/acknowledged/0/serverId").isNull()).isTrue();
        assertThat(unknown.get("acknowledged").get(0).has("serverId")).isTrue();
    }

    @Test
    @Behaviour("conflict")
    @Covers({"conflict resolution", "offline and online transitions"})
    void of_two_devices_that_were_offline_the_later_edit_stands_whichever_comes_first() {
        Device a = new Device(ann, "A");
        Device b = new Device(ann, "B");
        String item = local("item");
        a.syncs(item(item, 1_000, "'title': 'Milk'"));
        b.syncs();
        long at = 1_700_000_000_000L;

        // the document's: A at 14:00 arrives at 14:10, B at 14:05 at 14:12
        assertTaken(a.syncs(itemUpdate(item, at, "'title': 'Of A'")));
        assertTaken(b.syncs(itemUpdate(item, at + 300_000, "'title': 'Of B'")));
        a.syncs();
        assertThat(a.holds).isEqualTo(b.holds);
        assertThat(a.held("items/" + item).get("title").stringValue()).isEqualTo("Of B");

        JsonNode late = a.syncs(itemUpdate(item, at + 1, "'title': 'Too late'"));
        assertTaken(late);
        JsonNode conflict = late.at("/conflicts/0");
        assertThat(conflict.get("localId").stringValue()).isEqualTo(item);
        assertThat(conflict.get("serverId"))
                .isEqualTo(late.at("/acknowledged/0/serverId"))
                .isEqualTo(conflict.at("/serverData/serverId"));
        assertThat(conflict.at("/serverData/title").stringValue()).isEqualTo("Of B");
        assertThat(conflict.get("reason").stringValue()).isNotEmpty();
        assertThat(conflict.get("operation").stringValue()).isEqualTo("update");
        assertThat(conflict.get("entityType").stringValue()).isEqualTo("item");
        b.syncs();
        assertThat(b.held("items/" + item).get("title").stringValue()).isEqualTo("Of B");
    }

    @Test
    @Behaviour("duplicate")
    @Covers("idempotency")
    void a_sync_that_is_sent_again_changes_nothing() {
        Device device = new Device(ann, "phone");
        String space = local("space");
        String item = local("item");
        ObjectNode[] changes = {
            space(space, 1_000, "'name': 'Evenings'"),
            item(item, 1_000, "'title': 'Milk', 'spaceLocalId': '" + space + "'"),
            itemUpdate(item, 2_000, "'isCompleted': true")
        };
        JsonNode once = device.sends(changes).json().get("data");
        JsonNode again = device.syncs(changes);
        assertThat(again.get("acknowledged")).isEqualTo(once.get("acknowledged"));
        assertTaken(again);
        assertThat(again.get("conflicts")).isEmpty();
        assertThat(device.holds).hasSize(2);
        assertThat(first(device.syncs(changes), "items").isMissingNode()).isTrue();

        JsonNode other = device.syncs(item(item, 3_000, "'title': 'Other milk'"));
        assertThat(other.at("/acknowledged/0/serverId"))
                .isEqualTo(once.at("/acknowledged/1/serverId"));
        assertThat(other.at("/conflicts/0/serverData/title").stringValue()).isEqualTo("Milk");
    }

    @Test
    @Behaviour("pagination")
    @Covers("large batches of 100 and more changes")
    void thousands_of_changes_go_in_at_once_and_come_out_in_pages() {
        Device device = new Device(ann, "phone");
        ObjectNode[] changes =
                IntStream.range(0, 2_500)
                        .mapToObj(i -> item("item-" + i, 1_000, "'title': 'Number " + i + "'"))
                        .toArray(ObjectNode[]::new);
        JsonNode data = device.syncs(changes);
        assertTaken(data);
        assertThat(data.get("acknowledged")).hasSize(2_500);
        Device other = new Device(ann, "tablet");
        assertThat(other.syncsToTheEnd()).isGreaterThan(1);
        assertThat(other.holds).hasSize(2_500);
        JsonNode initial = pipeline.get(ann, "/api/sync/initial").json();
        assertThat(initial.at("/data/items")).hasSize(2_500);
    }

    @Test
    @Behaviour("since-cursor")
    void a_timestamp_is_an_exact_cursor() {
        Device device = new Device(ann, "phone");
        device.syncs(item(local("item"), 1_000, "'title': 'Milk'"));
        assertThat(device.syncs().at("/serverUpdates/items")).isEmpty();
        Set<String> told = new HashSet<>();
        Device writer = new Device(ann, "writer");
        Device reader = new Device(ann, "reader");
        for (int i = 0; i < 20; i++) {
            writer.sends(item("one-" + i, 1_000, "'title': 'x'"));
            reader.syncs()
                    .at("/serverUpdates/items")
                    .forEach(item ->
                            assertThat(told.add(item.get("localId").stringValue())).isTrue());
        }
        reader.syncs();
        assertThat(told).hasSize(21);
        assertThat(pipeline.get(ann, "/api/sync/initial").json().at("/data/items")).hasSize(21);
    }

    @Test
    @Behaviour("gzip")
    void a_sync_may_come_packed() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(example("spaces/sync-request.json").getBytes(StandardCharsets.UTF_8));
        }
        Answer answer =
                pipeline.send(
                        pipeline.request(ann, SYNC)
                                .header("Content-Type", "application/json")
                                .header("Content-Encoding", "gzip")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray()))
                                .build());
        assertTaken(answer.json().get("data"));
    }

    @Test
    @Behaviour("auth")
    void without_a_token_there_is_nothing_and_with_one_only_ones_own() {
        for (String path : List.of("/api/sync/initial", "/api/auth/me")) {
            Answer refused = pipeline.send(pipeline.request(null, path).GET().build());
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.json().get("success").booleanValue()).isFalse();
            assertThat(refused.json().get("message").stringValue()).isNotEmpty();
        }
        String space = local("space");
        Device mine = new Device(ann, "phone");
        JsonNode made = mine.syncs(space(space, 1_000, "'name': 'Mine'"));
        Device strange = new Device(someone(), "phone");
        assertThat(strange.syncs().at("/serverUpdates/spaces")).isEmpty();
        JsonNode refused =
                strange.syncs(
                        item(
                                local("item"),
                                1_000,
                                "'title': 'x', 'spaceId': '"
                                        + made.at("/acknowledged/0/serverId").stringValue()
                                        + "'"));
        assertThat(refused.at("/acknowledged/0/success").booleanValue()).isFalse();
        assertThat(mine.syncs().at("/serverUpdates/items")).isEmpty();
    }

    @Test
    @Behaviour("limits")
    void what_is_malformed_is_refused_one_by_one() {
        Answer nobody = pipeline.post(ann, SYNC, "{\"changes\": []}");
        assertThat(nobody.status()).isEqualTo(400);
        assertThat(nobody.json().get("success").booleanValue()).isFalse();
        assertThat(nobody.json().get("message").stringValue()).isEqualTo("deviceId is required");
        for (String body :
                List.of("", "[]", "{", "{\"deviceId\": \"a\", \"lastSyncTimestamp\": \"noon\"}")) {
            assertThat(pipeline.post(ann, SYNC, body).status()).as(body).isEqualTo(400);
        }
        assertThat(pipeline.post(ann, SYNC, " ".repeat(5 << 20)).status()).isEqualTo(413);
        Device device = new Device(ann, "phone");
        ObjectNode nothing = WireJson.MAPPER.createObjectNode();
        JsonNode data =
                device.syncs(
                        nothing,
                        change("create", "list", "a", 1_000, "{}"),
                        change("merge", "item", "a", 1_000, "{}"),
                        itemUpdate("nowhere", 1_000, "'title': 'x'"),
                        item("untitled", 1_000, ""),
                        item(
                                "large",
                                1_000,
                                "'title': 'x', 'notes': '" + "x".repeat(300_000) + "'"),
                        item("homeless", 1_000, "'title': 'x', 'spaceLocalId': 'nowhere'"),
                        space(
                                "ruled",
                                1_000,
                                "'name': 'x', 'collaborators': [{'userId': 'bob', 'role': 'king'}]"),
                        item("good", 1_000, "'title': 'x'"));
        assertThat(data.get("acknowledged"))
                .extracting(ack -> ack.path("error").asString(""))
                .satisfies(errors -> {
                    assertThat(errors.get(0))
                            .isEqualTo("Invalid change format: missing required fields");
                    assertThat(errors.get(1)).isEqualTo("Unknown entity type: list");
                    assertThat(errors.get(2)).isEqualTo("Unknown operation: merge");
                    assertThat(errors.get(3))
                            .isEqualTo("Entity not found: item with localId nowhere");
                    assertThat(errors.subList(4, 8)).noneMatch(String::isEmpty);
                    assertThat(errors.get(8)).isEmpty();
                });
        assertThat(device.holds).containsOnlyKeys("items/good");
    }

    @Test
    @Covers("multi-device scenarios")
    void people_share_a_list_and_each_sees_what_the_others_do() {
        String bob = someone();
        String eve = someone();
        Device anns = new Device(ann, "anns");
        Device bobs = new Device(bob, "bobs");
        Device eves = new Device(eve, "eves");
        String space = local("space");
        String item = local("item");
        anns.syncs(
                space(
                        space,
                        1_000,
                        "'name': 'Home', 'collaborators': [{'userId': '%s', 'email': 'bob@example.com', 'role': 'editor'}, {'userId': '%s', 'role': 'viewer'}, {'email': 'carl@example.com', 'role': 'editor'}]"
                                .formatted(bob, eve)),
                item(item, 1_000, "'title': 'Milk', 'spaceLocalId': '" + space + "'"));
        for (Device guest : List.of(bobs, eves)) {
            Pipeline.until(
                    "the guest was told",
                    () -> {
                        guest.syncs();
                        return guest.holds.size() == 2;
                    });
        }
        assertThat(bobs.holds).isEqualTo(anns.holds);

        assertTaken(bobs.syncs(itemUpdate(item, 2_000, "'isCompleted': true")));
        anns.syncs();
        assertThat(anns.held("items/" + item).at("/completedBy/userId").stringValue())
                .isEqualTo(bob);
        assertTaken(
                bobs.syncs(
                        item(
                                "bobs-item",
                                2_000,
                                "'title': 'Bread', 'spaceLocalId': '" + space + "'")));
        anns.syncs();
        assertThat(anns.holds).containsKey("items/bobs-item");

        JsonNode viewers = eves.syncs(itemUpdate(item, 3_000, "'title': 'Mine'"));
        assertThat(viewers.at("/acknowledged/0/success").booleanValue()).isFalse();
        JsonNode taken = eves.syncs(itemUpdate(item, 3_000, "'spaceLocalId': null"));
        assertThat(taken.at("/acknowledged/0/success").booleanValue()).isFalse();
        assertThat(taken.at("/serverUpdates/items")).isEmpty();
        JsonNode editors =
                bobs.syncs(
                        change(
                                "update",
                                "space",
                                space,
                                3_000,
                                "{'collaborators': [{'userId': '%s', 'role': 'owner'}]}"
                                        .formatted(bob)));
        // of oneself nothing is said, and eve is not bob's to remove
        assertThat(editors.at("/acknowledged/0/success").booleanValue()).isFalse();

        assertTaken(
                anns.syncs(
                        change(
                                "update",
                                "space",
                                space,
                                4_000,
                                "{'collaborators': [{'userId': '%s', 'role': 'editor'}]}"
                                        .formatted(bob)),
                        itemUpdate(item, 4_000, "'title': 'Oat milk'")));
        assertThat(eves.syncs().at("/serverUpdates/items")).isEmpty();
        bobs.syncs();
        anns.syncs();
        assertThat(bobs.holds).isEqualTo(anns.holds);
    }

    @Test
    void a_list_of_members_that_lost_makes_nobody_a_member() {
        String bob = someone();
        String eve = someone();
        Device anns = new Device(ann, "anns");
        String space = local("space");
        String with = "{'collaborators': [{'userId': '%s', 'role': 'editor'}]}";
        JsonNode made = anns.syncs(space(space, 1_000, "'name': 'Home', 'collaborators': []"));
        String members =
                "/v1/spaces/" + made.at("/acknowledged/0/serverId").stringValue() + "/members";
        ObjectNode adds = change("update", "space", space, 2_000, with.formatted(bob));
        assertTaken(anns.syncs(adds));
        assertThat(pipeline.get(ann, members).body()).contains(bob);
        assertTaken(anns.syncs(change("update", "space", space, 4_000, with.formatted(eve))));
        assertThat(pipeline.get(ann, members).body()).contains(eve).doesNotContain(bob);
        Device stale = new Device(ann, "stale");
        JsonNode lost =
                stale.syncs(change("update", "space", space, 3_000, with.formatted(bob)), adds);
        assertThat(lost.at("/conflicts/0/localId").stringValue()).isEqualTo(space);
        assertTaken(anns.syncs(adds));
        assertThat(pipeline.get(ann, members).body()).contains(eve).doesNotContain(bob);
    }

    @Test
    void what_moves_to_another_list_is_not_deleted() {
        Device device = new Device(ann, "phone");
        Device tablet = new Device(ann, "tablet");
        String space = local("space");
        String item = local("item");
        JsonNode created =
                device.syncs(
                        space(space, 1_000, "'name': 'Home'"),
                        item(item, 1_000, "'title': 'Milk'"));
        tablet.syncs();
        JsonNode moved = device.syncs(itemUpdate(item, 2_000, "'spaceLocalId': '" + space + "'"));
        assertTaken(moved);
        assertThat(moved.at("/acknowledged/0/serverId"))
                .isEqualTo(created.at("/acknowledged/1/serverId"));
        tablet.syncs();
        JsonNode shown = tablet.held("items/" + item);
        assertThat(shown.get("title").stringValue()).isEqualTo("Milk");
        assertThat(shown.get("spaceId")).isEqualTo(created.at("/acknowledged/0/serverId"));
        assertThat(shown.get("serverId")).isEqualTo(created.at("/acknowledged/1/serverId"));
        assertTaken(device.syncs(itemUpdate(item, 3_000, "'spaceLocalId': null")));
        tablet.syncs();
        assertThat(tablet.held("items/" + item).has("spaceId")).isFalse();
    }

    @Test
    void a_user_has_the_devices_that_synced_with_the_names_they_gave() {
        pipeline.post(
                ann,
                SYNC,
                """
                {"deviceId": "phone", "deviceName": "Ann's phone", "changes": [
                  {"localId": "i", "entityType": "item", "operation": "create", "data": {"title": "x"}}]}\
                """);
        Pipeline.until(
                "the device is known",
                () -> pipeline.get(ann, "/api/auth/me").json().at("/user/devices").size() == 1);
        JsonNode me = pipeline.get(ann, "/api/auth/me").json();
        assertThat(me.get("success").booleanValue()).isTrue();
        assertThat(me.at("/user/id").stringValue()).isEqualTo(ann);
        assertThat(me.at("/user/devices/0/deviceId").stringValue()).isEqualTo("phone");
        assertThat(me.at("/user/devices/0/deviceName").stringValue()).isEqualTo("Ann's phone");
        assertThat(me.at("/user/devices/0/lastSyncAt").stringValue()).endsWith("Z");
    }

    @Test
    @Covers("1000 and more concurrent users")
    void a_thousand_users_at_once_lose_nothing() throws Exception {
        List<Device> devices =
                IntStream.range(0, 1_000).mapToObj(i -> new Device(someone(), "d")).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(100)) {
            List<Future<?>> running = new ArrayList<>();
            for (Device device : devices) {
                running.add(
                        threads.submit(() ->
                                assertTaken(device.syncs(item("mine", 1_000, "'title': 'Milk'")))));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        for (Device device : devices) {
            assertThat(device.holds).containsOnlyKeys("items/mine");
        }
    }

    @Test
    @Covers("database performance")
    void a_sync_takes_as_few_statements_however_much_there_is() {
        Device device = new Device(ann, "phone");
        device.syncs(item("first", 1_000, "'title': 'x'"));
        long idle = statementsOf(() -> device.syncs());
        assertThat(idle).isBetween(1L, 6L);
        ObjectNode[] changes =
                IntStream.range(0, 400)
                        .mapToObj(i -> item("item-" + i, 1_000, "'title': 'Number " + i + "'"))
                        .toArray(ObjectNode[]::new);
        // what is changed is looked up a hundred at a time
        assertThat(statementsOf(() -> assertTaken(device.syncs(changes))))
                .isLessThanOrEqualTo(400 / 100 + 8);
        assertThat(statementsOf(() -> device.syncs())).isLessThanOrEqualTo(idle + 1);
        assertThat(statementsOf(() -> new Device(ann, "tablet").syncs()))
                .isLessThanOrEqualTo(idle + 2);
    }

    private long statementsOf(Runnable sync) {
        long before = pipeline.statements();
        sync.run();
        return pipeline.statements() - before;
    }

    @Test
    void only_an_owner_deletes_a_list() {
        String bob = someone();
        Device anns = new Device(ann, "anns");
        Device bobs = new Device(bob, "bobs");
        String space = local("space");
        anns.syncs(
                space(
                        space,
                        1_000,
                        "'name': 'Home', 'collaborators': [{'userId': '%s', 'role': 'editor'}]"
                                .formatted(bob)));
        Pipeline.until(
                "bob was told",
                () -> {
                    bobs.syncs();
                    return bobs.holds.size() == 1;
                });
        JsonNode refused = bobs.syncs(change("delete", "space", space, 2_000, ""));
        assertThat(refused.at("/acknowledged/0/success").booleanValue()).isFalse();
        assertTaken(anns.syncs(change("delete", "space", space, 2_000, "")));
        bobs.syncs();
        assertThat(bobs.holds).isEmpty();
    }
}
