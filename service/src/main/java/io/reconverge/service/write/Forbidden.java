package io.reconverge.service.write;

import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What HTTP has a status of its own for: that none of a request's changes was its sender's to
/// make.
public final class Forbidden {

    private static final Set<String> REASONS =
            Set.of(ProblemType.NOT_A_MEMBER.urn(), ProblemType.READ_ONLY.urn());

    private Forbidden() {}

    /// Empty when a change was decided for what it is.
    public static Optional<Problem> of(List<ChangeResult> results) {
        Problem first = null;
        for (ChangeResult result : results) {
            if (!(result instanceof ChangeResult.Rejected(var _, Problem problem))
                    || !REASONS.contains(problem.type())) {
                return Optional.empty();
            }
            first = first == null ? problem : first;
        }
        return Optional.ofNullable(first);
    }
}
