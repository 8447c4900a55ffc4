package io.reconverge.service.problem;

import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Violation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ends a request with a problem. An ordinary outcome, so it carries no stack trace.
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1;
    private final transient Problem problem;
    private final transient @Nullable Duration retryAfter;

    public ProblemException(ProblemType type, String detail) {
        this(Problem.of(type, detail), null);
    }

    public ProblemException(ProblemType type, String detail, List<Violation> errors) {
        this(Problem.of(type, detail, errors), null);
    }

    /// @param retryAfter null for no `Retry-After`
    public ProblemException(Problem problem, @Nullable Duration retryAfter) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    public static ProblemException unavailable(String detail) {
        return new ProblemException(
                Problem.of(ProblemType.UNAVAILABLE, detail), ProblemWriter.RETRY_AFTER);
    }

    public static ProblemException malformed(String detail) {
        return new ProblemException(ProblemType.MALFORMED_REQUEST, detail);
    }

    /// @param what is wrong with the header, as in "may be given once"
    public static ProblemException malformedHeader(String header, String what) {
        return malformed(header + " " + what + ".");
    }

    public Problem problem() {
        return problem;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
