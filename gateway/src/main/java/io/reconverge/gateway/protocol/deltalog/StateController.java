package io.reconverge.gateway.protocol.deltalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.feed.SpaceStatus;
import io.reconverge.gateway.protocol.IsoTime;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.deltalog.DeltaAnswer.Conflict;
import io.reconverge.gateway.protocol.deltalog.Logbook.Visit;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.TimedEntity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Sync by whole states, and the way from there to deltas. Both see the same entries and goals.
@RestController
@ConditionalOnBooleanProperty(name = Logbook.SWITCH, matchIfMissing = true)
final class StateController {

    private static final String KEY_HEADER = "X-Idempotency-Key";
    private static final String REPLAY_HEADER = "X-Idempotent-Replay";
    private static final int KEY_MAX = 256;

    /// What clients compare with words in lower case.
    private static final List<String> LOWERED = List.of("instrument", "type", "mood");

    private final Bodies bodies;
    private final Logbook logbook;

    StateController(Bodies bodies, Logbook logbook) {
        this.bodies = bodies;
        this.logbook = logbook;
    }

    record EntityConflict(String entityId, Kind entityType, String reason) {}

    record Stats(long entriesProcessed, long duplicatesPrevented, long goalsProcessed) {}

    record Pushed(boolean success, String syncToken, List<EntityConflict> conflicts, Stats stats) {

        static Pushed of(List<Verdict> verdicts, long now) {
            List<EntityConflict> conflicts = new ArrayList<>();
            for (Verdict verdict : verdicts) {
                if (verdict.reason() != null) {
                    Sent sent = verdict.sent();
                    conflicts.add(
                            new EntityConflict(sent.entityId(), sent.kind(), verdict.reason()));
                }
            }
            return new Pushed(
                    true,
                    token(now),
                    conflicts,
                    new Stats(
                            stand(verdicts, Kind.ENTRY),
                            verdicts.stream().filter(Verdict::duplicate).count(),
                            stand(verdicts, Kind.GOAL)));
        }

        private static long stand(List<Verdict> verdicts, Kind kind) {
            return verdicts.stream()
                    .filter(verdict -> verdict.reason() == null && verdict.sent().kind() == kind)
                    .count();
        }
    }

    @PostMapping("/api/sync/push")
    Mono<ResponseEntity<byte[]>> push(Caller caller, ServerWebExchange exchange) {
        Visit visit = Visit.of(exchange, caller);
        String key = key(exchange);
        Function<StateRequest.State, UUID> changeId =
                key == null
                        ? state -> StateRequest.pushed(visit.deviceId(), state)
                        : state -> StateRequest.keyed(key, state);
        return write(visit, changeId)
                .map(verdicts -> {
                    if (key != null
                            && !verdicts.isEmpty()
                            && verdicts.stream().allMatch(Verdict::duplicate)) {
                        exchange.getResponse().getHeaders().set(REPLAY_HEADER, "true");
                    }
                    return JsonAnswer.ok(Pushed.of(verdicts, logbook.now()));
                });
    }

    private Mono<List<Verdict>> write(Visit visit, Function<StateRequest.State, UUID> changeId) {
        return bodies.read(
                        visit.exchange(),
                        SyncRequest.BODY_MAX_BYTES,
                        body ->
                                body.length == 0
                                        ? List.<Sent>of()
                                        : StateRequest.read(body, logbook.now(), changeId))
                .flatMap(sent -> logbook.write(visit, sent));
    }

    private static @Nullable String key(ServerWebExchange exchange) {
        String key = exchange.getRequest().getHeaders().getFirst(KEY_HEADER);
        if (key != null && (key.isBlank() || key.length() > KEY_MAX)) {
            throw ProblemException.malformedHeader(
                    KEY_HEADER, "must have 1.." + KEY_MAX + " characters");
        }
        return key;
    }

    record State(
            List<JsonObject> entries, List<JsonObject> goals, String syncToken, String timestamp) {}

    /// Everything that stands, what changed last first. A body is not looked at.
    @RequestMapping(
            path = "/api/sync/pull",
            method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<byte[]>> pull(Caller caller, ServerWebExchange exchange) {
        Visit visit = Visit.of(exchange, caller);
        long now = logbook.now();
        return bodies.read(exchange, SyncRequest.BODY_MAX_BYTES, body -> body.length)
                .then(logbook.entities(visit))
                .map(entities ->
                        new State(
                                standing(entities, Kind.ENTRY),
                                standing(entities, Kind.GOAL),
                                token(now),
                                IsoTime.of(now)))
                .map(JsonAnswer::ok);
    }

    /// An entity that changed while it was read comes twice, and counts as it was last.
    private static List<JsonObject> standing(List<TimedEntity> entities, Kind kind) {
        SequencedMap<String, TimedEntity> latest = new LinkedHashMap<>();
        entities.stream()
                .filter(entity -> entity.type().equals(kind.type()))
                .forEach(entity -> latest.putLast(entity.id(), entity));
        List<JsonObject> standing = new ArrayList<>();
        for (TimedEntity entity : latest.sequencedValues().reversed()) {
            if (entity.data() != null) {
                standing.add(lowered(entity.data()));
            }
        }
        return standing;
    }

    private static JsonObject lowered(JsonObject data) {
        ObjectNode copy = data.tree().deepCopy();
        for (String name : LOWERED) {
            JsonNode value = copy.get(name);
            if (value != null && value.isString()) {
                copy.put(name, value.stringValue().toLowerCase(Locale.ROOT));
            }
        }
        return JsonObject.of(copy);
    }

    /// @param lastSyncTime ISO 8601; null for never
    record Status(
            @JsonInclude @Nullable String lastSyncTime,
            @JsonInclude @Nullable String syncToken,
            int pendingChanges,
            int deviceCount,
            long entityCount) {

        static Status of(SpaceStatus status) {
            Long changed = status.lastChangeAt();
            return new Status(
                    DeltaController.lastSync(status),
                    changed == null ? null : token(changed),
                    0,
                    status.devices().size(),
                    live(status));
        }
    }

    private static long live(SpaceStatus status) {
        return Kind.TYPES.stream()
                .map(status.entities()::get)
                .mapToLong(entities -> entities == null ? 0 : entities.live())
                .sum();
    }

    @GetMapping("/api/sync/status")
    Mono<ResponseEntity<byte[]>> status(Caller caller, ServerWebExchange exchange) {
        return logbook.status(Visit.of(exchange, caller)).map(Status::of).map(JsonAnswer::ok);
    }

    /// @param migrated whether anything was left to be done
    /// @param entriesConverted states that are in the log now and were not before
    /// @param existingChanges rows that the log had before
    record Migrated(
            boolean migrated,
            @Nullable String reason,
            @Nullable Long entriesConverted,
            long existingChanges,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Conflict> conflicts) {}

    /// Takes a dump of states into the log. What was pushed as states is in the log anyway, so that
    /// without a body there is nothing to do.
    @PostMapping("/api/sync/v2/migrate")
    Mono<ResponseEntity<byte[]>> migrate(Caller caller, ServerWebExchange exchange) {
        Visit visit = Visit.of(exchange, caller);
        return logbook.status(visit)
                .flatMap(before ->
                        write(visit, StateRequest::dumped)
                                .map(verdicts -> migrated(before.logSize(), verdicts)))
                .map(JsonAnswer::ok);
    }

    private static Migrated migrated(long existing, List<Verdict> verdicts) {
        long converted =
                verdicts.stream()
                        .filter(verdict -> verdict.reason() == null && !verdict.duplicate())
                        .count();
        List<Conflict> conflicts = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            if (verdict.reason() != null) {
                conflicts.add(new Conflict(verdict.sent().entityId(), verdict.reason()));
            }
        }
        return converted == 0 && existing > 0
                ? new Migrated(false, "User already has change log data", null, existing, conflicts)
                : new Migrated(true, null, converted, existing, conflicts);
    }

    private static String token(long time) {
        return "sync_" + time;
    }
}
