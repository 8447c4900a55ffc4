package io.reconverge.client.sync;

import io.reconverge.wire.Problem;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a request to the server ended.
public sealed interface Reply<T extends @Nullable Object> {

    /// The contract's good answer.
    record Ok<T extends @Nullable Object>(T value) implements Reply<T> {}

    /// Anything else.
    sealed interface Failure<T extends @Nullable Object> extends Reply<T> {}

    /// Nobody is signed in, or the server took no token that there was: 401.
    record Unauthorized<T extends @Nullable Object>(String why) implements Failure<T> {}

    /// 410 to a cursor.
    record CursorExpired<T extends @Nullable Object>() implements Failure<T> {}

    /// 429 or 503: nothing was accepted.
    ///
    /// @param retryAfterMillis 0 where the server names no time
    record Busy<T extends @Nullable Object>(long retryAfterMillis, String why)
            implements Failure<T> {}

    /// No answer, or only a part of one.
    ///
    /// @param accepted whether the server may have it; false only where no connection was made
    record NetworkFailed<T extends @Nullable Object>(boolean accepted, String why)
            implements Failure<T> {}

    /// Any other answer.
    ///
    /// @param faulty indices of the changes that the problem points at
    record Failed<T extends @Nullable Object>(Problem problem, Set<Integer> faulty)
            implements Failure<T> {
        public Failed {
            faulty = Set.copyOf(faulty);
        }
    }
}
