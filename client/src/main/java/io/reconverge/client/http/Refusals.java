package io.reconverge.client.http;

import io.reconverge.client.sync.Reply;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// What answers that are not good mean.
///
/// The status alone decides where it can: on the way of a large request the body of an early answer
/// is often lost. What has neither a status that says enough nor a problem document is not
/// Reconverge's answer but that of something in between, a proxy or a hotel's login page: the
/// network failed, and no change is to blame.
final class Refusals {

    /// A thousand violations with long pointers are less.
    private static final long PROBLEM_MAX_BYTES = 4L << 20;

    private static final Pattern CHANGE = Pattern.compile("/changes/([0-9]{1,4})(/.*)?");

    private Refusals() {}

    @FunctionalInterface
    interface Body {
        InputStream open() throws IOException;
    }

    /// @param status not 2xx
    static <T> Reply<T> reply(int status, HttpHeaders headers, Body body) {
        Optional<Problem> problem = problem(status, body);
        return switch (status) {
            case 401 -> new Reply.Unauthorized<>(why(status, problem));
            case 429, 503 ->
                    new Reply.Busy<>(HeaderTimes.retryAfterMillis(headers), why(status, problem));
            // the body did not get there
            case 408 -> new Reply.NetworkFailed<>(true, why(status, problem));
            case 413 ->
                    new Reply.Failed<>(
                            problem.orElseGet(() ->
                                    Problem.of(
                                            ProblemType.TOO_LARGE,
                                            "Something on the way takes no request this large.")),
                            Set.of());
            default ->
                    problem.<Reply<T>>map(Refusals::reply)
                            .orElseGet(() ->
                                    new Reply.NetworkFailed<>(
                                            true,
                                            "the answer, "
                                                    + status
                                                    + ", is no Reconverge server's"));
        };
    }

    private static <T> Reply<T> reply(Problem problem) {
        return isOfCursor(problem)
                ? new Reply.CursorExpired<>()
                : new Reply.Failed<>(problem, faulty(problem));
    }

    /// Whether a problem says that a cursor is of no more use.
    static boolean isOfCursor(Problem problem) {
        return problem.type().equals(ProblemType.CURSOR_EXPIRED.urn())
                || problem.type().equals(ProblemType.INVALID_CURSOR.urn());
    }

    /// The indices of the changes that a problem points at.
    private static Set<Integer> faulty(Problem problem) {
        Set<Integer> indices = new TreeSet<>();
        for (Violation violation : problem.errors()) {
            Matcher change = CHANGE.matcher(violation.pointer());
            if (change.matches()) {
                indices.add(Integer.valueOf(change.group(1)));
            }
        }
        return indices;
    }

    /// Empty where the body is no problem, or cannot be read.
    private static Optional<Problem> problem(int status, Body body) {
        try (InputStream bounded = new BoundedStream(body.open(), PROBLEM_MAX_BYTES)) {
            @Nullable Problem problem =
                    WireJson.MAPPER.readValue(bounded.readAllBytes(), Problem.class);
            return Optional.ofNullable(problem).map(read -> withStatus(read, status));
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    private static Problem withStatus(Problem problem, int status) {
        return new Problem(
                problem.type(),
                problem.title(),
                status,
                problem.detail(),
                problem.errors(),
                problem.entity());
    }

    private static String why(int status, Optional<Problem> problem) {
        return problem.map(told -> status + " " + told.detail()).orElse("the answer was " + status);
    }
}
