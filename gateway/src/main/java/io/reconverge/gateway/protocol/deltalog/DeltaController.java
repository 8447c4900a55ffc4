package io.reconverge.gateway.protocol.deltalog;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.feed.SpaceStatus;
import io.reconverge.gateway.protocol.IsoTime;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.deltalog.DeltaAnswer.Conflict;
import io.reconverge.gateway.protocol.deltalog.DeltaAnswer.Delta;
import io.reconverge.gateway.protocol.deltalog.Logbook.News;
import io.reconverge.gateway.protocol.deltalog.Logbook.Visit;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.SyncRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Sync by deltas.
@RestController
@ConditionalOnBooleanProperty(name = Logbook.SWITCH, matchIfMissing = true)
final class DeltaController {

    private final Bodies bodies;
    private final Logbook logbook;

    DeltaController(Bodies bodies, Logbook logbook) {
        this.bodies = bodies;
        this.logbook = logbook;
    }

    @PostMapping("/api/sync/v2")
    Mono<ResponseEntity<byte[]>> sync(Caller caller, ServerWebExchange exchange) {
        Visit visit = Visit.of(exchange, caller);
        return bodies.read(
                        exchange,
                        SyncRequest.BODY_MAX_BYTES,
                        body -> DeltaRequest.read(body, logbook.now()))
                .flatMap(request ->
                        logbook.write(visit, request.changes())
                                .flatMap(verdicts ->
                                        logbook.since(
                                                        visit,
                                                        request.lastKnownServerVersion(),
                                                        namesKept(request.changes()))
                                                .map(news -> answer(verdicts, news))))
                .map(JsonAnswer::ok);
    }

    /// Names that cannot be told from the ids of their changes, and so are known to this request
    /// alone.
    private static Map<UUID, String> namesKept(List<Sent> changes) {
        Map<UUID, String> names = new HashMap<>();
        for (Sent sent : changes) {
            UUID id = ChangeName.uuid(sent.changeId());
            if (!ChangeName.of(id).equals(sent.changeId())) {
                names.put(id, sent.changeId());
            }
        }
        return names;
    }

    /// What stands instead of changes that lost goes before the log, which may know newer.
    private static DeltaAnswer answer(List<Verdict> verdicts, News news) {
        List<Delta> deltas = new ArrayList<>();
        verdicts.stream().map(Verdict::standing).filter(Objects::nonNull).forEach(deltas::add);
        deltas.addAll(news.deltas());
        List<Conflict> conflicts = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            if (verdict.reason() != null) {
                conflicts.add(new Conflict(verdict.sent().changeId(), verdict.reason()));
            }
        }
        return new DeltaAnswer(deltas, news.version(), conflicts, news.hasMore() ? true : null);
    }

    /// @param lastSync when the last device read, ISO 8601; null for never
    record Status(
            long lastKnownVersion, int deviceCount, long totalChanges, @Nullable String lastSync) {

        static Status of(SpaceStatus status) {
            return new Status(
                    status.version(),
                    status.devices().size(),
                    status.logSize(),
                    DeltaController.lastSync(status));
        }
    }

    /// When a device last read, or else when something last changed.
    static @Nullable String lastSync(SpaceStatus status) {
        if (!status.devices().isEmpty()) {
            return IsoTime.of(status.devices().getFirst().lastSyncAt());
        }
        Long changed = status.lastChangeAt();
        return changed == null ? null : IsoTime.of(changed);
    }

    @GetMapping("/api/sync/v2/status")
    Mono<ResponseEntity<byte[]>> status(Caller caller, ServerWebExchange exchange) {
        return logbook.status(Visit.of(exchange, caller)).map(Status::of).map(JsonAnswer::ok);
    }
}
