package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A change that is in the log.
///
/// @param conflictFields of its log row
/// @param standing of a superseded one: the entity that stood against it; null for the others, and
///   when the log no longer has it
public record Accepted(
        ChangeEvent row,
        Fingerprint fingerprint,
        List<String> conflictFields,
        @Nullable Entity standing) {

    public Accepted {
        conflictFields = List.copyOf(conflictFields);
    }

    /// What the sender of a change under this id is told: the first answer if it is this change,
    /// and else that the id is taken.
    public ChangeResult told(Change change, boolean duplicate) {
        return fingerprint.equals(Fingerprint.of(change))
                ? result(change.changeId(), duplicate)
                : new ChangeResult.Rejected(
                        change.changeId(),
                        Problem.of(
                                ProblemType.CHANGE_ID_REUSED,
                                "Version "
                                        + row.version()
                                        + " of the space is another change with this id."));
    }

    /// What its sender is told, now and each time it is sent again.
    public ChangeResult result(UUID changeId, boolean duplicate) {
        return switch (row.outcome()) {
            case APPLIED -> new ChangeResult.Applied(changeId, row.version(), duplicate, creates());
            case MERGED ->
                    new ChangeResult.Merged(
                            changeId, row.version(), duplicate, row.toEntity(), conflictFields);
            case SUPERSEDED ->
                    new ChangeResult.Superseded(changeId, row.version(), duplicate, standing);
        };
    }

    /// The commit clock strictly increases: no other change of the space has this time.
    private boolean creates() {
        return row.op() != Op.DELETE && row.createdAt() == row.committedAt();
    }
}
