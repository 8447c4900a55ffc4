package io.reconverge.ingest.decide;

import io.reconverge.wire.Entity;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What becomes of one change. Sealed, so whoever adds an outcome is shown every place that must
/// answer for it. The first four go into the log and take a version; the last two leave no trace.
public sealed interface Decision {

    /// It stands as sent.
    record Apply(Standing after) implements Decision {}

    /// It stands, merged with what its sender had not seen.
    ///
    /// @param conflictFields those that both sides had changed, by name; may be empty
    record Merge(Standing after, List<String> conflictFields) implements Decision {}

    /// A newer write stands.
    ///
    /// @param attempted what the change would have made
    /// @param after what stands, with the change in its log
    record Supersede(Entity attempted, Standing after) implements Decision {}

    /// It deletes what is not there.
    ///
    /// @param attempted the tombstone that the change would have made
    /// @param after the tombstone that stands, with the change in its log; null when there is none
    record Nothing(Entity attempted, @Nullable Standing after) implements Decision {}

    /// It conflicts with what stands, and its sender must look.
    ///
    /// @param conflictFields members sent that the server changed to something else since the base;
    ///   by name
    record Refuse(Entity standing, List<String> conflictFields) implements Decision {}

    /// It cannot be, whatever stands.
    ///
    /// @param violations of the entity that it would have made
    record Reject(ProblemType reason, String detail, List<Violation> violations)
            implements Decision {}
}
