package io.reconverge.ingest.lane;

import io.r2dbc.spi.R2dbcException;
import io.reconverge.ingest.apply.ClaimLostException;
import io.reconverge.ingest.apply.UndecidableException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/// What a failed transaction says of what to do next.
sealed interface Failure {

    /// Another worker has the partition.
    record Lost() implements Failure {}

    /// Postgres or Kafka does not answer, or not this time: the same again, later.
    record Transient(Throwable cause) implements Failure {}

    /// Nobody knows what it means: the same again, a few times, then it counts as poison.
    record Doubtful(Throwable cause) implements Failure {

        Poison asPoison() {
            return undecidable(cause);
        }
    }

    /// Something in the batch can't be stored or decided, however often it is tried.
    ///
    /// @param why for the sender and the dead letter: nothing of the database's inside
    record Poison(Throwable cause, String why) implements Failure {}

    /// Data that a column can't hold, a limit of the server, a check, a null: SQLSTATE classes and
    /// codes of PostgreSQL's appendix A.
    Set<String> DATA_CLASSES = Set.of("22", "54");

    Set<String> DATA_CODES = Set.of("23502", "23514");

    static Failure of(Throwable thrown) {
        Throwable cause = Exceptions.unwrap(thrown);
        if (cause instanceof ClaimLostException) {
            return new Lost();
        }
        R2dbcException said = find(cause, R2dbcException.class);
        if (said != null) {
            String state = said.getSqlState();
            boolean data =
                    state != null
                            && state.length() == 5
                            && (DATA_CLASSES.contains(state.substring(0, 2))
                                    || DATA_CODES.contains(state));
            return data
                    ? new Poison(
                            cause, "The database cannot store it (SQLSTATE %s)".formatted(state))
                    : new Transient(cause);
        }
        if (cause instanceof UndecidableException undecidable) {
            return undecidable(undecidable.getCause());
        }
        return find(cause, TimeoutException.class) != null
                        || find(cause, IOException.class) != null
                        || cause instanceof KafkaException
                ? new Transient(cause)
                : new Doubtful(cause);
    }

    private static Poison undecidable(@Nullable Throwable cause) {
        String kind = cause == null ? "" : " (" + cause.getClass().getSimpleName() + ")";
        return new Poison(
                cause == null ? new IllegalStateException() : cause, "It cannot be decided" + kind);
    }

    private static <T> @Nullable T find(Throwable thrown, Class<T> type) {
        int depth = 0;
        for (Throwable cause = thrown;
                cause != null && depth < 20;
                cause = cause.getCause(), depth++) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
