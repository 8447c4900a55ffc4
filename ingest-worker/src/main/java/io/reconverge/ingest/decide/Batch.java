package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WriteRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Decides request after request, against what was loaded and what it has itself decided since. One
/// for each transaction. Mutable, for one thread. How requests are spread over batches makes no
/// difference to what becomes of them.
public final class Batch {

    /// Bytes of entities that the patches and merges of one request may go through. The log keeps
    /// what every change made: without a bound, 4 MiB of small patches to a large entity would make
    /// a gigabyte of it.
    public static final int READ_MAX_BYTES = 64 * 1024 * 1024;

    private final Decider decider;
    private final long now;
    private final Ledger ledger;
    private final Map<SpaceChange, Refusal> refusals = new LinkedHashMap<>();

    /// @param now epoch milliseconds by the server's clock
    public Batch(Loaded loaded, Rules rules, long now) {
        this.decider = new Decider(rules);
        this.now = now;
        this.ledger = new Ledger(loaded);
    }

    /// Answers in the order of the changes. Of one whose writer may not write to the space it needs
    /// nothing loaded, not even the head.
    public List<ChangeResult> decide(WriteRecord write, Source source) {
        if (!Authority.admits(ledger, write)) {
            return write.changes().stream().map(Batch::notAMember).toList();
        }
        Ledger draft = new Ledger(ledger);
        Request request = new Request(write, source, now, decider, draft);
        List<ChangeResult> results = request.decide();
        if (write.atomic() && results.stream().anyMatch(Batch::refused)) {
            results = results.stream().map(result -> aborted(write.space(), result)).toList();
            countConflicts(write.space(), results);
        } else {
            ledger.take(draft);
        }
        List<ChangeResult> answer = new Answer(ChangeResult.ENTITIES_MAX_BYTES).bounded(results);
        answer.forEach(result -> remember(write.space(), result));
        return answer;
    }

    /// What came of all requests so far.
    public Written written() {
        return new Written(
                ledger.log(),
                ledger.entities(),
                List.copyOf(ledger.heads()),
                List.copyOf(refusals.values()));
    }

    /// A space's head after all requests so far.
    public Head head(UUID space) {
        return ledger.head(space);
    }

    private static ChangeResult notAMember(Change change) {
        return new ChangeResult.Rejected(
                change.changeId(),
                Problem.of(ProblemType.NOT_A_MEMBER, "The writer is not a member of this space."));
    }

    private static boolean refused(ChangeResult result) {
        return switch (result) {
            case ChangeResult.Applied _, ChangeResult.Merged _, ChangeResult.Superseded _ -> false;
            case ChangeResult.Conflict _,
                    ChangeResult.Rejected _,
                    ChangeResult.Pending _,
                    ChangeResult.Unknown _ ->
                    true;
        };
    }

    /// What a change of a request that is dropped whole is told: why, if it is a reason itself;
    /// what was so before the request stays so.
    private ChangeResult aborted(UUID space, ChangeResult result) {
        return switch (result) {
            case ChangeResult.Conflict conflict -> asItStands(space, conflict);
            case ChangeResult.Applied _, ChangeResult.Merged _, ChangeResult.Superseded _ ->
                    ledger.accepted(new SpaceChange(space, result.changeId())) == null
                            ? new ChangeResult.Rejected(
                                    result.changeId(),
                                    Problem.of(
                                            ProblemType.BATCH_ABORTED,
                                            "Another change of this atomic request was refused."))
                            : result;
            case ChangeResult.Rejected _, ChangeResult.Pending _, ChangeResult.Unknown _ -> result;
        };
    }

    /// A conflict may have been with an earlier change of the same request, which is not to be.
    private ChangeResult asItStands(UUID space, ChangeResult.Conflict conflict) {
        Entity met = conflict.entity();
        Standing standing =
                met == null
                        ? null
                        : ledger.entity(
                                new SpaceEntity(space, new EntityKey(met.type(), met.id())));
        Entity entity = standing == null ? null : standing.entity();
        return new ChangeResult.Conflict(conflict.changeId(), entity, conflict.conflictFields());
    }

    private void countConflicts(UUID space, List<ChangeResult> results) {
        long conflicts = results.stream().filter(ChangeResult.Conflict.class::isInstance).count();
        if (conflicts > 0) {
            ledger.head(ledger.head(space).withConflicts(conflicts));
        }
    }

    private void remember(UUID space, ChangeResult result) {
        SpaceChange change = new SpaceChange(space, result.changeId());
        if (ledger.accepted(change) != null) {
            refusals.remove(change);
        } else {
            refusals.put(change, new Refusal(space, result.changeId(), result, now));
        }
    }
}
