package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.standalone.Pipeline.Answer;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// People who share a space, through the whole pipeline.
@OnParts
class SharedSpacesTest {

    private static Pipeline pipeline;

    private final String olga = "olga-" + UUID.randomUUID();
    private final String ed = "ed-" + UUID.randomUUID();
    private final String vera = "vera-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        pipeline = Pipeline.start("sharing", Map.of());
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void a_space_is_made_shared_handed_over_and_left() {
        String space = make("Household");
        assertThat(spaces(olga)).containsExactly("me owner", "Household owner");
        assertThat(members(olga, space)).containsExactly(olga + " owner");

        assertThat(member(olga, space, ed, "editor").status()).isEqualTo(201);
        assertThat(member(olga, space, ed, "owner").status()).isEqualTo(200);
        Pipeline.until("listed", () -> spaces(ed).contains("Household owner"));
        assertThat(remove(olga, space, "me").status()).isEqualTo(204);

        assertThat(spaces(olga)).containsExactly("me owner");
        assertThat(members(ed, space)).containsExactly(ed + " owner");
        assertThat(problem(remove(ed, space, "me"), 409)).endsWith("last-owner");
        assertThat(problem(pipeline.get(olga, "/v1/spaces/" + space + "/changes"), 403))
                .endsWith("not-a-member");
    }

    @Test
    void making_a_space_again_under_the_same_change_id_makes_one() {
        String id = UUID.randomUUID().toString();
        Answer first = make(id, "{\"name\":\"Trip\"}");
        Answer again = make(id, "{\"name\":\"Trip\"}");

        assertThat(again.json().get("id")).isEqualTo(first.json().get("id"));
        assertThat(again.headers().firstValue("Location"))
                .contains("/v1/spaces/" + first.json().get("id").asString());
        assertThat(spaces(olga)).containsExactly("me owner", "Trip owner");
    }

    @Test
    void each_may_do_what_their_role_says_and_strangers_learn_nothing() {
        String space = make("Band");
        member(olga, space, ed, "editor");
        member(olga, space, vera, "viewer");

        assertThat(push(olga, space, "n-1").status()).isEqualTo(200);
        assertThat(push(ed, space, "n-2").status()).isEqualTo(200);
        assertThat(problem(push(vera, space, "n-3"), 403)).endsWith("read-only");
        assertThat(entities(vera, space)).contains("n-1", "n-2").doesNotContain("n-3");
        assertThat(problem(member(ed, space, "x", "viewer"), 403)).endsWith("not-an-owner");
        assertThat(problem(erase(ed, space), 403)).endsWith("not-an-owner");

        String stranger = "stranger-" + UUID.randomUUID();
        String none = UUID.randomUUID().toString();
        for (String where : List.of(space, none)) {
            assertThat(problem(push(stranger, where, "n"), 403)).endsWith("not-a-member");
            assertThat(problem(member(stranger, where, stranger, "owner"), 403))
                    .endsWith("not-a-member");
            assertThat(problem(erase(stranger, where), 403)).endsWith("not-a-member");
            for (String read : List.of("", "/changes", "/members", "/status", "/log")) {
                assertThat(pipeline.get(stranger, "/v1/spaces/" + where + read).body())
                        .isEqualTo(pipeline.get(stranger, "/v1/spaces/" + none + read).body())
                        .contains("not-a-member");
            }
        }
    }

    @Test
    void clients_cannot_write_who_is_a_member_as_entities() {
        String space = make("Band");
        String member =
                """
                {"deviceId":"d","changes":[{"changeId":"%s","type":"member","id":"%s","op":"put",
                  "data":{"role":"owner"}}]}
                """
                        .formatted(UUID.randomUUID(), ed);

        assertThat(problem(pipeline.post(olga, "/v1/spaces/" + space + "/sync", member), 400))
                .endsWith("invalid-entity");
        for (String type : List.of("member", "membership", "erasure")) {
            Answer put =
                    pipeline.send(
                            pipeline.request(olga, "/v1/spaces/me/entities/" + type + "/x")
                                    .header("Content-Type", "application/json")
                                    .PUT(BodyPublishers.ofString("{\"role\":\"owner\"}"))
                                    .build());
            assertThat(problem(put, 400)).endsWith("invalid-entity");
        }
    }

    @Test
    void a_removed_member_is_out_at_once_also_of_a_stream_that_is_open() {
        String space = make("Band");
        member(olga, space, ed, "editor");
        push(olga, space, "n-1");
        String cursor =
                pipeline.get(ed, "/v1/spaces/" + space + "/changes")
                        .json()
                        .get("cursor")
                        .asString();
        try (var events =
                pipeline.stream(ed, "/v1/spaces/" + space + "/changes?cursor=" + cursor).body()) {
            Iterator<String> lines = events.iterator();
            assertThat(next(lines, "event:")).isEqualTo("event: caught-up");
            push(olga, space, "n-2");
            next(lines, "event: change");
            assertThat(next(lines, "data:")).contains("n-2");

            remove(olga, space, ed);
            push(olga, space, "secret");
            assertThat(next(lines, "event:")).isEqualTo("event: not-a-member");
            assertThat(lines.hasNext() && lines.next().contains("secret")).isFalse();
        }
        assertThat(
                        problem(
                                pipeline.get(
                                        ed, "/v1/spaces/" + space + "/changes?cursor=" + cursor),
                                403))
                .endsWith("not-a-member");
        assertThat(problem(push(ed, space, "n-3"), 403)).endsWith("not-a-member");
        assertThat(entities(olga, space)).doesNotContain("n-3");
    }

    @Test
    void a_long_poll_of_a_removed_member_ends_with_a_refusal() {
        String space = make("Band");
        member(olga, space, ed, "viewer");
        String cursor =
                pipeline.get(ed, "/v1/spaces/" + space + "/changes")
                        .json()
                        .get("cursor")
                        .asString();
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() ->
                        pipeline.get(
                                ed,
                                "/v1/spaces/"
                                        + space
                                        + "/changes?wait=50&type=note&cursor="
                                        + cursor));
        remove(olga, space, ed);
        assertThat(problem(waiting.join(), 403)).endsWith("not-a-member");
    }

    @Test
    void media_of_a_shared_space_are_its_members_and_no_link_outlasts_membership() {
        String space = make("Album");
        member(olga, space, ed, "editor");
        Answer uploaded =
                pipeline.send(
                        pipeline.request(ed, "/v1/spaces/" + space + "/media?fileName=a.txt")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("hello"))
                                .build());
        assertThat(uploaded.status()).isEqualTo(201);
        String path = uploaded.headers().firstValue("Location").orElseThrow();

        Answer redirected = pipeline.get(ed, path + "?redirect=true");
        assertThat(redirected.status()).isEqualTo(200);
        assertThat(redirected.body()).isEqualTo("hello");
        member(olga, space, vera, "viewer");
        assertThat(pipeline.get(vera, path).body()).isEqualTo("hello");
        Answer refused =
                pipeline.send(
                        pipeline.request(vera, "/v1/spaces/" + space + "/media")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("hello"))
                                .build());
        assertThat(problem(refused, 403)).endsWith("read-only");

        remove(olga, space, ed);
        assertThat(problem(pipeline.get(ed, path), 403)).endsWith("not-a-member");
        assertThat(problem(pipeline.get(ed, path + "?redirect=true"), 403))
                .endsWith("not-a-member");
    }

    @Test
    void devices_hear_in_their_own_feed_that_they_gained_and_lost_a_space() {
        push(ed, "me", "mine");
        String cursor = pipeline.get(ed, "/v1/spaces/me/changes").json().get("cursor").asString();
        try (var events =
                pipeline.stream(ed, "/v1/spaces/me/changes?type=membership&cursor=" + cursor)
                        .body()) {
            Iterator<String> lines = events.iterator();
            next(lines, "event: caught-up");
            String space = make("Band");
            push(olga, space, "n-1");
            member(olga, space, ed, "viewer");
            next(lines, "event: change");
            JsonNode gained = data(next(lines, "data:"));
            assertThat(gained.get("id").asString()).isEqualTo(space);
            assertThat(gained.at("/data/role").asString()).isEqualTo("viewer");
            assertThat(entities(ed, space)).contains("n-1");

            remove(olga, space, ed);
            next(lines, "event: change");
            JsonNode lost = data(next(lines, "data:"));
            assertThat(lost.get("id").asString()).isEqualTo(space);
            assertThat(lost.get("deleted").asBoolean()).isTrue();
        }
    }

    @Test
    void what_was_queued_before_its_writer_was_removed_passes_and_what_came_after_does_not() {
        String space = make("Band");
        member(olga, space, ed, "editor");
        for (int i = 0; i < 20; i++) {
            pushAsync(ed, space, "before-" + i);
        }
        remove(olga, space, ed);
        for (int i = 0; i < 20; i++) {
            pushAsync(ed, space, "after-" + i);
        }
        assertThat(push(olga, space, "end").status()).isEqualTo(200);

        String stands = entities(olga, space);
        for (int i = 0; i < 20; i++) {
            assertThat(stands).contains("before-" + i + "\"").doesNotContain("after-" + i + "\"");
        }
    }

    @Test
    void erasing_oneself_takes_everything_and_tells_the_analysts() {
        UUID own = SpaceId.personal(ed);
        push(ed, "me", "n-1");
        String album =
                pipeline.send(
                                pipeline.request(ed, "/v1/spaces/me/media")
                                        .header("Content-Type", "text/plain")
                                        .POST(BodyPublishers.ofString("hello"))
                                        .build())
                        .headers()
                        .firstValue("Location")
                        .orElseThrow();
        pipeline.send(
                pipeline.request(ed, "/v1/spaces/me/changes").header("Device-Id", "phone").build());
        String alone = make(ed, UUID.randomUUID().toString(), "{}").json().get("id").asString();
        String shared = make("Band");
        member(olga, shared, ed, "editor");
        Pipeline.until("listed", () -> spaces(ed).size() == 3);
        String cursor = pipeline.get(ed, "/v1/spaces/me/changes").json().get("cursor").asString();

        assertThat(erase(ed, "me").status()).isEqualTo(204);

        assertThat(spaces(ed)).containsExactly("me owner");
        assertThat(pipeline.get(ed, "/v1/spaces/me/changes").json().get("changes")).isEmpty();
        assertThat(problem(pipeline.get(ed, "/v1/spaces/me/changes?cursor=" + cursor), 410))
                .endsWith("cursor-expired");
        assertThat(pipeline.get(ed, album).status()).isEqualTo(404);
        assertThat(pipeline.get(ed, "/v1/spaces/me/status").json().get("devices")).isEmpty();
        assertThat(members(olga, shared)).containsExactly(olga + " owner");
        assertThat(problem(pipeline.get(ed, "/v1/spaces/" + alone), 403)).endsWith("not-a-member");

        List<JsonNode> events = published(own);
        assertThat(events.getLast().get("type").asString()).isEqualTo("erasure");
        assertThat(events.getLast().toString()).doesNotContain(ed);
        assertThat(push(ed, "me", "again").status()).isEqualTo(200);
        assertThat(pipeline.get(ed, "/v1/spaces/me/changes").json().get("changes")).hasSize(1);
    }

    @Test
    void who_alone_owns_what_others_share_hands_it_over_first() {
        String space = make("Band");
        member(olga, space, ed, "editor");
        push(olga, "me", "n-1");

        assertThat(problem(erase(olga, "me"), 409)).endsWith("last-owner");
        assertThat(entities(olga, "me")).contains("n-1");

        member(olga, space, ed, "owner");
        assertThat(erase(olga, "me").status()).isEqualTo(204);
        assertThat(members(ed, space)).containsExactly(ed + " owner");
    }

    private String make(String name) {
        Answer made = make(UUID.randomUUID().toString(), "{\"name\":\"" + name + "\"}");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().get("id").asString();
    }

    private Answer make(String changeId, String body) {
        return make(olga, changeId, body);
    }

    private static Answer make(String user, String changeId, String body) {
        return pipeline.send(
                pipeline.request(user, "/v1/spaces")
                        .header("Content-Type", "application/json")
                        .header("Change-Id", changeId)
                        .POST(BodyPublishers.ofString(body))
                        .build());
    }

    private static Answer member(String who, String space, String whom, String role) {
        return pipeline.send(
                pipeline.request(who, "/v1/spaces/" + space + "/members/" + whom)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString("{\"role\":\"" + role + "\"}"))
                        .build());
    }

    private static Answer remove(String who, String space, String whom) {
        return pipeline.send(
                pipeline.request(who, "/v1/spaces/" + space + "/members/" + whom).DELETE().build());
    }

    private static Answer erase(String who, String space) {
        return pipeline.send(pipeline.request(who, "/v1/spaces/" + space).DELETE().build());
    }

    private static Answer push(String who, String space, String id) {
        return pipeline.post(who, "/v1/spaces/" + space + "/sync", note(id));
    }

    private static void pushAsync(String who, String space, String id) {
        Answer taken =
                pipeline.send(
                        pipeline.request(who, "/v1/spaces/" + space + "/sync")
                                .header("Content-Type", "application/json")
                                .header("Prefer", "respond-async")
                                .POST(BodyPublishers.ofString(note(id)))
                                .build());
        assertThat(taken.status()).isEqualTo(202);
    }

    private static String note(String id) {
        return """
        {"deviceId":"d","changes":[{"changeId":"%s","type":"note","id":"%s","op":"put","data":{}}]}
        """
                .formatted(UUID.randomUUID(), id);
    }

    private static String entities(String who, String space) {
        return pipeline.get(who, "/v1/spaces/" + space + "/changes").body();
    }

    private static List<String> spaces(String who) {
        return pipeline.get(who, "/v1/spaces")
                .json()
                .get("spaces")
                .valueStream()
                .map(space ->
                        space.path("name").asString("nameless")
                                + " "
                                + space.get("role").asString())
                .toList();
    }

    private static List<String> members(String who, String space) {
        return pipeline.get(who, "/v1/spaces/" + space + "/members")
                .json()
                .get("members")
                .valueStream()
                .map(member ->
                        member.get("userId").asString() + " " + member.get("role").asString())
                .toList();
    }

    private static String problem(Answer answer, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer.json().get("type").asString();
    }

    private static JsonNode data(String line) {
        return WireJson.MAPPER.readTree(line.substring("data:".length()).strip());
    }

    private static String next(Iterator<String> lines, String prefix) {
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith(prefix)) {
                return line;
            }
        }
        throw new AssertionError("the stream ended before " + prefix);
    }

    private static List<JsonNode> published(UUID space) {
        String topic = pipeline.isolation().topicPrefix() + "changes";
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers",
                                Parts.shared().broker().bootstrapServers(),
                                "isolation.level",
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<JsonNode> events = new java.util.ArrayList<>();
            Pipeline.until(
                    "erasure published",
                    () -> {
                        consumer.poll(Duration.ofMillis(200))
                                .forEach(record -> {
                                    JsonNode event = WireJson.MAPPER.readTree(record.value());
                                    if (event.get("space").asString().equals(space.toString())) {
                                        events.add(event);
                                    }
                                });
                        return !events.isEmpty()
                                && events.getLast().get("type").asString().equals("erasure");
                    });
            return events;
        }
    }
}
