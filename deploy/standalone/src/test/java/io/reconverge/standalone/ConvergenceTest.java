package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Seeded devices that edit offline, send their changes in any order, some of them twice, and read
/// at any time; all over HTTP. In the end: each accepted change is in the log once (I2), versions
/// are dense (I3), nobody missed a change (I4), each superseded write is in the log (I6), and all
/// replicas are equal (I9).
@OnParts
class ConvergenceTest {

    private static final int SEEDS = 20;
    private static final int STEPS = 40;

    private static Pipeline pipeline;

    @BeforeAll
    static void start() {
        pipeline = Pipeline.start("convergence", Map.of());
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void devices_that_went_their_own_ways_reconverge(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String user = "converges-" + seed + "-" + UUID.randomUUID();
        List<Device> devices = new ArrayList<>();
        for (int i = random.nextInt(2, 5); i > 0; i--) {
            devices.add(new Device(user, "d-" + i));
        }
        Map<String, JsonNode> first = new HashMap<>();
        for (int step = 0; step < STEPS; step++) {
            Device device = devices.get(random.nextInt(devices.size()));
            switch (random.nextInt(5)) {
                case 0, 1 -> device.edit(random);
                case 2 -> device.push(random, first);
                case 3 -> device.pushAgain(random, first);
                default -> device.pull(random.nextInt(1, 4));
            }
        }
        for (Device device : devices) {
            while (!device.outbox.isEmpty()) {
                device.push(random, first);
            }
        }
        devices.forEach(Device::pullToTheHead);

        List<JsonNode> log = log(user);
        check(first, log);
        Map<String, JsonNode> server = new Device(user, "fresh").pullToTheHead();
        for (Device device : devices) {
            assertThat(device.replica)
                    .as("I9, I4: %s of seed %d", device.name, seed)
                    .isEqualTo(server);
        }
    }

    private static void check(Map<String, JsonNode> first, List<JsonNode> log) {
        Map<String, JsonNode> byChange = new HashMap<>();
        for (int i = 0; i < log.size(); i++) {
            assertThat(log.get(i).get("version").asLong()).as("I3").isEqualTo(i + 1);
            assertThat(byChange.put(log.get(i).get("changeId").asString(), log.get(i)))
                    .as("I2")
                    .isNull();
        }
        Set<String> accepted = new HashSet<>();
        first.forEach((changeId, result) -> {
            switch (result.get("status").asString()) {
                case "applied", "merged", "superseded" -> {
                    accepted.add(changeId);
                    JsonNode row =
                            java.util.Objects.requireNonNull(byChange.get(changeId), "I1, I6");
                    assertThat(row.get("version")).isEqualTo(result.get("version"));
                    assertThat(row.get("outcome")).isEqualTo(result.get("status"));
                }
                case "conflict" -> assertThat(byChange).doesNotContainKey(changeId);
                default -> throw new AssertionError("not expected here: " + result);
            }
        });
        assertThat(byChange.keySet()).as("nothing but what was accepted").isEqualTo(accepted);
    }

    private static List<JsonNode> log(String user) {
        List<JsonNode> entries = new ArrayList<>();
        String cursor = null;
        boolean more = true;
        while (more) {
            JsonNode page =
                    pipeline.get(
                                    user,
                                    "/v1/spaces/me/log?limit=7"
                                            + (cursor == null ? "" : "&cursor=" + cursor))
                            .json();
            page.get("entries").forEach(entries::add);
            cursor = page.get("cursor").asString();
            more = page.get("hasMore").asBoolean();
        }
        return entries;
    }

    private static final class Device {

        final String user;
        final String name;
        final List<ObjectNode> outbox = new ArrayList<>();
        final List<ObjectNode> sent = new ArrayList<>();
        final Map<String, JsonNode> replica = new TreeMap<>();
        @Nullable String cursor;
        long version;

        Device(String user, String name) {
            this.user = user;
            this.name = name;
        }

        void edit(SplittableRandom random) {
            ObjectNode change = WireJson.MAPPER.createObjectNode();
            String op = List.of("put", "patch", "patch", "delete").get(random.nextInt(4));
            change.put("changeId", new UUID(random.nextLong(), random.nextLong()).toString())
                    .put("type", "thing")
                    .put("id", "e-" + random.nextInt(4))
                    .put("op", op)
                    .put("modifiedAt", random.nextInt(1, 200));
            if (!op.equals("delete")) {
                ObjectNode data = change.putObject("data");
                for (int i = random.nextInt(1, 4); i > 0; i--) {
                    String field = "f" + random.nextInt(4);
                    if (op.equals("patch") && random.nextInt(5) == 0) {
                        data.putNull(field);
                    } else {
                        data.put(field, random.nextInt(3));
                    }
                }
            }
            if (random.nextBoolean()) {
                change.put("baseVersion", version);
            }
            if (random.nextInt(3) > 0) {
                change.put("onConflict", List.of("reject", "lww", "merge").get(random.nextInt(3)));
            }
            outbox.add(change);
        }

        /// Some of the outbox, in any order; now and then so that the answer is lost on the way.
        void push(SplittableRandom random, Map<String, JsonNode> first) {
            List<ObjectNode> some = new ArrayList<>();
            for (int i = Math.min(outbox.size(), random.nextInt(1, 5)); i > 0; i--) {
                some.add(outbox.get(random.nextInt(outbox.size())));
                outbox.remove(some.getLast());
            }
            if (some.isEmpty()) {
                return;
            }
            sent.addAll(some);
            sync(some, first);
        }

        void pushAgain(SplittableRandom random, Map<String, JsonNode> first) {
            if (!sent.isEmpty()) {
                ObjectNode again = sent.get(random.nextInt(sent.size()));
                sync(List.of(again), first);
            }
        }

        private void sync(List<ObjectNode> changes, Map<String, JsonNode> first) {
            ObjectNode body = WireJson.MAPPER.createObjectNode();
            body.put("deviceId", name);
            ArrayNode list = body.putArray("changes");
            changes.forEach(list::add);
            Pipeline.Answer answer = pipeline.post(user, "/v1/spaces/me/sync", body.toString());
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            for (JsonNode result : answer.json().get("results")) {
                String changeId = result.get("changeId").asString();
                JsonNode before = first.get(changeId);
                if (before == null || before.get("status").asString().equals("conflict")) {
                    first.put(changeId, result);
                } else {
                    ObjectNode expected = ((ObjectNode) before.deepCopy()).put("duplicate", true);
                    assertThat(result).as("I2: the first answer again").isEqualTo(expected);
                }
            }
        }

        boolean pull(int limit) {
            JsonNode page =
                    pipeline.get(
                                    user,
                                    "/v1/spaces/me/changes?limit=%d%s"
                                            .formatted(
                                                    limit,
                                                    cursor == null ? "" : "&cursor=" + cursor))
                            .json();
            for (JsonNode entity : page.get("changes")) {
                replica.put(entity.get("id").asString(), entity);
            }
            cursor = page.get("cursor").asString();
            version = page.get("version").asLong();
            return page.get("hasMore").asBoolean();
        }

        Map<String, JsonNode> pullToTheHead() {
            boolean more = true;
            while (more) {
                more = pull(3);
            }
            return replica;
        }
    }
}
