package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// One batch of associations being written.
final class AssociationRun {

    private final Core core;
    private final ProtocolMeters meters;
    private final ServerWebExchange exchange;
    private final Caller caller;
    private final AssociationReader.Batch batch;
    private final Map<EntityKey, Entity> lost = new LinkedHashMap<>();

    AssociationRun(
            Core core,
            ProtocolMeters meters,
            ServerWebExchange exchange,
            Caller caller,
            AssociationReader.Batch batch) {
        this.core = core;
        this.meters = meters;
        this.exchange = exchange;
        this.caller = caller;
        this.batch = batch;
    }

    /// @return what stands against what was sent: a newer deletion of what was uploaded, or what
    ///   was associated after it was deleted. Fails with a [ProblemException], `unavailable` where
    ///   others write the same associations all the time
    Mono<Map<EntityKey, Entity>> write() {
        return attempt(batch.changes(), 1).thenReturn(lost);
    }

    /// Deletions that said no time, and met what claims to be of later, are sent again on what they
    /// met: they are decided by when they came.
    private Mono<Void> attempt(List<Change> changes, int attempt) {
        return core.write(exchange, caller, caller.own(), batch.deviceId(), changes, false)
                .flatMap(results -> {
                    meters.decided(Logdate.PROTOCOL, "associations", results);
                    List<Change> again = again(changes, results);
                    if (again.isEmpty()) {
                        return Mono.empty();
                    }
                    return attempt == Logdate.ATTEMPTS
                            ? Mono.error(
                                    ProblemException.unavailable(
                                            again.size()
                                                    + " associations are written by others all the"
                                                    + " time."))
                            : attempt(again, attempt + 1);
                });
    }

    private List<Change> again(List<Change> changes, List<ChangeResult> results) {
        List<Change> again = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            switch (results.get(i)) {
                case ChangeResult.Superseded superseded -> {
                    Entity standing = superseded.entity();
                    if (standing != null && batch.byArrival().contains(change.key())) {
                        again.add(RecordWrite.on(change, standing.version()));
                    } else if (standsAgainst(change, standing)) {
                        lost.put(change.key(), standing);
                    }
                }
                case ChangeResult.Conflict conflict -> {
                    Entity standing = conflict.entity();
                    if (standing != null) {
                        again.add(RecordWrite.on(change, standing.version()));
                    }
                }
                case ChangeResult.Rejected rejected ->
                        throw new ProblemException(rejected.problem(), null);
                case ChangeResult.Pending pending -> throw undecided();
                case ChangeResult.Unknown unknown -> throw undecided();
                case ChangeResult.Applied applied -> {}
                case ChangeResult.Merged merged -> {}
            }
        }
        return again;
    }

    /// Whether what was to be associated is not, or what was not to be is.
    private static boolean standsAgainst(Change change, @Nullable Entity standing) {
        return standing != null && standing.deleted() != (change.op() == Op.DELETE);
    }

    private static ProblemException undecided() {
        return ProblemException.unavailable("The changes were not decided in time.");
    }
}
