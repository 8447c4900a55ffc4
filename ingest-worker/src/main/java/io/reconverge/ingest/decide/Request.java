package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.WriteRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request while its changes are decided, one after the other, on a ledger of its own.
final class Request {

    private final WriteRecord write;
    private final Source source;
    private final long now;
    private final Decider decider;
    private final Ledger ledger;
    private long readBytes;

    Request(WriteRecord write, Source source, long now, Decider decider, Ledger ledger) {
        this.write = write;
        this.source = source;
        this.now = now;
        this.decider = decider;
        this.ledger = ledger;
    }

    List<ChangeResult> decide() {
        List<ChangeResult> results = new ArrayList<>(write.changes().size());
        for (Change change : write.changes()) {
            results.add(decide(change));
        }
        return List.copyOf(results);
    }

    private ChangeResult decide(Change change) {
        Accepted earlier = ledger.accepted(new SpaceChange(write.space(), change.changeId()));
        if (earlier != null) {
            return earlier.told(change, true);
        }
        Head head = ledger.head(write.space());
        SpaceEntity key = new SpaceEntity(write.space(), change.key());
        Standing current = ledger.entity(key);
        Problem refusal = Authority.of(ledger, write).refusal(change, current);
        if (refusal != null) {
            return new ChangeResult.Rejected(change.changeId(), refusal);
        }
        if (current != null && decider.reads(current, change) && !affords(current.entity())) {
            return new ChangeResult.Rejected(
                    change.changeId(),
                    Problem.of(
                            ProblemType.TOO_LARGE,
                            "The patches and merges of this request go through more than "
                                    + Batch.READ_MAX_BYTES
                                    + " bytes of entities: send it in parts."));
        }
        Step step = new Step(change, Fingerprint.of(change), key, current, head.next(now));
        Moment moment =
                new Moment(
                        step.head.version(),
                        step.head.clock(),
                        now,
                        write.actor(),
                        write.deviceId(),
                        base -> ledger.base(key, base));
        return switch (decider.decide(current, inOrder(change, current), moment)) {
            case Decision.Apply(Standing after) ->
                    accept(step, Outcome.APPLIED, after.entity(), after, List.of());
            case Decision.Merge(Standing after, List<String> conflictFields) ->
                    accept(step, Outcome.MERGED, after.entity(), after, conflictFields);
            case Decision.Supersede(Entity attempted, Standing after) ->
                    accept(step, Outcome.SUPERSEDED, attempted, after, List.of());
            case Decision.Nothing(Entity attempted, Standing after) ->
                    accept(step, Outcome.APPLIED, attempted, after, List.of());
            case Decision.Refuse(Entity standing, List<String> conflictFields) -> {
                ledger.head(head.withConflicts(1));
                yield new ChangeResult.Conflict(change.changeId(), standing, conflictFields);
            }
            case Decision.Reject(ProblemType reason, String detail, var violations) ->
                    new ChangeResult.Rejected(
                            change.changeId(), Problem.of(reason, detail, violations));
        };
    }

    /// Who is a member is decided in the order of the log, whatever the clocks of gateways say.
    private static Change inOrder(Change change, @Nullable Standing current) {
        if (current == null || !change.type().equals(Sharing.MEMBER)) {
            return change;
        }
        return new Change(
                change.changeId(),
                change.type(),
                change.id(),
                change.op(),
                change.data(),
                current.entity().version(),
                change.modifiedAt(),
                change.onConflict());
    }

    private boolean affords(Entity entity) {
        if (entity.data() != null) {
            readBytes += DataBytes.of(entity.data());
        }
        return readBytes <= Batch.READ_MAX_BYTES;
    }

    /// @param head with the version and the time that the change takes if it is accepted
    private record Step(
            Change change,
            Fingerprint fingerprint,
            SpaceEntity key,
            @Nullable Standing current,
            Head head) {}

    private ChangeResult accept(
            Step step,
            Outcome outcome,
            Entity attempted,
            @Nullable Standing after,
            List<String> conflictFields) {
        Change change = step.change;
        LogRow row =
                new LogRow(
                        event(step, outcome, attempted, after),
                        change.changeId(),
                        source,
                        step.fingerprint,
                        conflictFields);
        Entity standing = outcome == Outcome.SUPERSEDED && after != null ? after.entity() : null;
        Accepted accepted = new Accepted(row.event(), row.fingerprint(), conflictFields, standing);
        boolean conflict = outcome == Outcome.SUPERSEDED || !conflictFields.isEmpty();
        ledger.head(conflict ? step.head.withConflicts(1) : step.head);
        ledger.log(row, accepted);
        if (after != null) {
            ledger.entity(step.key, after);
        }
        return accepted.result(change.changeId(), false);
    }

    private ChangeEvent event(
            Step step, Outcome outcome, Entity attempted, @Nullable Standing after) {
        return new ChangeEvent(
                write.space(),
                step.head.version(),
                step.current == null ? 0 : step.current.logVersion(),
                after == null ? 0 : after.entity().version(),
                attempted.type(),
                attempted.id(),
                step.change.op(),
                outcome,
                attempted.data(),
                step.change.op() == Op.PATCH ? step.change.data() : null,
                attempted.updatedBy(),
                attempted.deviceId(),
                attempted.createdAt(),
                attempted.modifiedAt(),
                step.head.clock());
    }
}
