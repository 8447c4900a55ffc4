package io.reconverge.ingest.apply;

import io.reconverge.ingest.decide.SpaceChange;
import io.reconverge.ingest.lane.Inbound;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Answers records below the position: decided before, perhaps by a worker that died before it
/// could tell anybody. Nothing is decided again: what came with this very record is in the log with
/// its offset, and whatever else was refused.
public final class Recovery {

    private Recovery() {}

    /// @param replayed in the order of their offsets, all below the claim's position
    /// @return the first answers again, and the log rows that came with these records
    public static Applied recover(Session session, Claim claim, List<Inbound.Write> replayed) {
        Set<SpaceChange> changes = new LinkedHashSet<>();
        for (Inbound.Write write : replayed) {
            for (Change change : write.request().changes()) {
                changes.add(new SpaceChange(write.request().space(), change.changeId()));
            }
        }
        if (changes.isEmpty()) {
            return new Applied(claim, List.of(), List.of());
        }
        List<SpaceChange> asked = List.copyOf(changes);
        return session.run(connection ->
                Mono.zip(
                        Reads.accepted(connection, asked),
                        Reads.receipts(connection, asked),
                        (logged, receipts) ->
                                new Recalled(
                                                Applier.index(
                                                        logged, Reads.Logged::change, row -> row),
                                                Applier.index(
                                                        receipts,
                                                        Reads.Receipt::change,
                                                        Reads.Receipt::result))
                                        .answers(claim, replayed)));
    }

    private record Recalled(
            Map<SpaceChange, Reads.Logged> logged, Map<SpaceChange, ChangeResult> receipts) {

        Applied answers(Claim claim, List<Inbound.Write> replayed) {
            List<Applied.Answer> answers = new ArrayList<>(replayed.size());
            List<ChangeEvent> events = new ArrayList<>();
            for (Inbound.Write write : replayed) {
                List<ChangeResult> results = new ArrayList<>(write.request().changes().size());
                long version = 0;
                for (Change change : write.request().changes()) {
                    SpaceChange id = new SpaceChange(write.request().space(), change.changeId());
                    Reads.Logged row = logged.get(id);
                    boolean cameWithThis =
                            row != null
                                    && row.source().sourceId() == claim.sourceId()
                                    && row.source().offset() == write.offset();
                    if (row != null) {
                        version = Math.max(version, row.accepted().row().version());
                        if (cameWithThis) {
                            events.add(row.accepted().row());
                        }
                    }
                    results.add(result(change, row, !cameWithThis, receipts.get(id)));
                }
                answers.add(Applied.Answer.of(write, version, results));
            }
            events.sort(
                    Comparator.comparing(ChangeEvent::space).thenComparing(ChangeEvent::version));
            return new Applied(claim, answers, events.stream().distinct().toList());
        }

        private static ChangeResult result(
                Change change,
                Reads.@Nullable Logged row,
                boolean duplicate,
                @Nullable ChangeResult receipt) {
            if (row != null) {
                return row.accepted().told(change, duplicate);
            }
            return receipt == null ? new ChangeResult.Unknown(change.changeId()) : receipt;
        }
    }
}
