package io.reconverge.chaos.writer;

import io.reconverge.chaos.check.Evidence.Acknowledgement;
import io.reconverge.chaos.device.HostPlan.SpacePlan;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Sends requests of many changes, each until it is answered, and now and then one that was
/// answered long ago. For one thread.
public final class RawWriter {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> TAKEN = Set.of("applied", "merged", "superseded");
    private static final int CHANGES_MAX = 20;
    private static final int KEPT_REQUESTS = 20;
    private static final int RECEIPTS_AT_ONCE = 100;

    private final String name;
    private final String token;
    private final List<SpacePlan> spaces;
    private final boolean mayWrite;
    private final Api api;
    private final Acknowledgements acknowledgements;
    private final Random random;
    private final Map<String, Long> seen = new HashMap<>();
    private final Map<String, String> pending = new LinkedHashMap<>();
    private final Deque<Request> answered = new ArrayDeque<>();
    private volatile boolean stopping;

    private record Request(String space, ObjectNode body, boolean async) {}

    /// @param mayWrite false for a stranger, none of whose changes may ever be taken
    public RawWriter(
            String name,
            String token,
            List<SpacePlan> spaces,
            boolean mayWrite,
            Api api,
            Acknowledgements acknowledgements,
            long seed) {
        this.name = name;
        this.token = token;
        this.spaces = List.copyOf(spaces);
        this.mayWrite = mayWrite;
        this.api = api;
        this.acknowledgements = acknowledgements;
        this.random = new Random(seed);
    }

    /// Writes until [#stop].
    public void run() {
        try {
            while (!stopping) {
                boolean again = !answered.isEmpty() && random.nextInt(10) == 0;
                Request request =
                        again
                                ? List.copyOf(answered).get(random.nextInt(answered.size()))
                                : request();
                sendUntilAnswered(request);
                Thread.sleep(random.nextInt(300));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    public void stop() {
        stopping = true;
    }

    private Request request() {
        SpacePlan space = spaces.get(random.nextInt(spaces.size()));
        ObjectNode body = JSON.createObjectNode().put("deviceId", name);
        ArrayNode changes = body.putArray("changes");
        for (int i = random.nextInt(1, CHANGES_MAX); i > 0; i--) {
            changes.add(change(space));
        }
        if (random.nextInt(10) == 0) {
            body.put("atomic", true);
        }
        return new Request(space.id(), body, random.nextInt(4) == 0);
    }

    private ObjectNode change(SpacePlan space) {
        String id = new UUID(random.nextLong(), random.nextLong()).toString();
        if (!mayWrite) {
            acknowledgements.forbidden(id);
        }
        String type = List.of("note", "card", "raw").get(random.nextInt(3));
        String op = List.of("put", "patch", "patch", "delete").get(random.nextInt(4));
        ObjectNode change =
                JSON.createObjectNode()
                        .put("changeId", id)
                        .put("type", type)
                        .put("id", type + "-" + random.nextInt(24))
                        .put("op", op)
                        .put("modifiedAt", System.currentTimeMillis() - random.nextInt(20_000));
        if (!op.equals("delete")) {
            ObjectNode data = change.putObject("data").put("home", space.home());
            data.put("f" + random.nextInt(4), random.nextInt(1_000));
            data.put("text", "ebb and flow, ".repeat(random.nextInt(10)));
        }
        if (random.nextBoolean()) {
            long head = seen.getOrDefault(space.id(), 0L);
            change.put("baseVersion", Math.max(0, head - random.nextInt(30)));
        }
        if (random.nextInt(3) > 0) {
            change.put("onConflict", List.of("reject", "lww", "merge").get(random.nextInt(3)));
        }
        return change;
    }

    /// The same bytes until an answer comes that says what became of them.
    private void sendUntilAnswered(Request request) throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try {
                String path = "/v1/spaces/" + request.space() + "/sync";
                Api.Answer answer =
                        request.async()
                                ? api.send(
                                        "POST",
                                        path,
                                        token,
                                        request.body().toString(),
                                        "Prefer",
                                        "respond-async")
                                : api.send("POST", path, token, request.body().toString());
                if (answer.status() == 200 || answer.status() == 202) {
                    answered(request, answer.json());
                    return;
                }
                if (answer.status() < 500 && answer.status() != 429) {
                    return;
                }
            } catch (IOException none) {
                // whatever became of it, it is sent again
            }
            if (stopping && attempt > 20) {
                return;
            }
            Thread.sleep(random.nextInt(100, 1_000));
        }
    }

    private void answered(Request request, JsonNode answer) {
        for (JsonNode result : answer.path("results")) {
            note(request.space(), result);
        }
        if (answer.has("version")) {
            seen.merge(request.space(), answer.get("version").asLong(), Math::max);
        }
        answered.addLast(request);
        if (answered.size() > KEPT_REQUESTS) {
            answered.removeFirst();
        }
    }

    private void note(String space, JsonNode result) {
        String changeId = result.path("changeId").asString();
        String status = result.path("status").asString();
        String answer = status.equals("pending") ? "accepted" : status;
        if (!mayWrite && !TAKEN.contains(status)) {
            // refused without a receipt: no stranger may speak in those
            return;
        }
        if (status.equals("pending")) {
            pending.put(changeId, space);
        } else {
            pending.remove(changeId);
        }
        acknowledgements.told(
                new Acknowledgement(
                        name, space, changeId, answer, result.path("version").asLong(0)));
    }

    /// Asks what became of the changes whose 202 is all that was heard of them. Once it has
    /// stopped.
    ///
    /// @return how many are still not decided
    public int askForReceipts() throws IOException, InterruptedException {
        Map<String, List<String>> bySpace = new LinkedHashMap<>();
        pending.forEach((change, space) ->
                bySpace.computeIfAbsent(space, _ -> new ArrayList<>()).add(change));
        for (Map.Entry<String, List<String>> entry : bySpace.entrySet()) {
            for (int i = 0; i < entry.getValue().size(); i += RECEIPTS_AT_ONCE) {
                List<String> ids =
                        entry.getValue()
                                .subList(
                                        i, Math.min(entry.getValue().size(), i + RECEIPTS_AT_ONCE));
                Api.Answer answer =
                        api.send(
                                "GET",
                                "/v1/spaces/%s/receipts?changeId=%s"
                                        .formatted(entry.getKey(), String.join("&changeId=", ids)),
                                token,
                                "");
                if (answer.status() == 200) {
                    for (JsonNode result : answer.json().path("results")) {
                        if (!result.path("status").asString().equals("unknown")) {
                            note(entry.getKey(), result);
                        } else {
                            pending.remove(result.path("changeId").asString());
                        }
                    }
                }
            }
        }
        return pending.size();
    }
}
