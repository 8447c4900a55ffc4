package io.reconverge.ingest.apply;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// One connection to Postgres that is kept, so that its statements stay prepared: opened when first
/// needed, and thrown away with whatever went wrong on it. For one thread at a time.
public final class Session implements AutoCloseable {

    private final ConnectionFactory connections;
    private final Duration patience;
    private @Nullable Connection connection;

    /// @param patience longest wait for what one call of [#run] does
    public Session(ConnectionFactory connections, Duration patience) {
        this.connections = connections;
        this.patience = patience;
    }

    /// Does the work and waits for it.
    ///
    /// @throws RuntimeException what Postgres or the driver said; the connection is closed then,
    ///   and a transaction open on it with it
    public <T> T run(Function<Connection, Mono<T>> work) {
        boolean done = false;
        try {
            Connection connection = open();
            T result = work.apply(connection).timeout(patience).block();
            if (result == null) {
                throw new IllegalStateException("The work on the session gave no result");
            }
            done = true;
            return result;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private Connection open() {
        Connection open = connection;
        if (open == null) {
            open = Mono.<Connection>from(connections.create()).timeout(patience).block();
            if (open == null) {
                throw new IllegalStateException("No connection was made");
            }
            connection = open;
        }
        return open;
    }

    /// Until it is needed again.
    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            Mono.from(open.close()).timeout(patience).onErrorComplete().block();
        }
    }
}
