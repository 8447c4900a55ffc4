package io.reconverge.media.sweep;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Work of which several instances at once would do the same twice. It is done by one at a time,
/// for each database schema; the others pass.
///
/// It rests on a lock of a connection, which is held meanwhile. If the connection is lost, the lock
/// is, and another instance may begin: the work has to be right then, too.
final class Turn {

    private static final String TRY =
            "select pg_try_advisory_lock($1, 'garbage'::regclass::oid::int4) as mine";

    private static final String RELEASE =
            "select pg_advisory_unlock($1, 'garbage'::regclass::oid::int4)";

    private final ConnectionFactory connections;
    private final int kind;

    /// @param kind of work: another number for another kind
    Turn(ConnectionFactory connections, int kind) {
        this.connections = connections;
        this.kind = kind;
    }

    /// Does the work, or is empty while another instance does such work.
    <T> Mono<T> take(Mono<T> work) {
        return Mono.usingWhen(
                connections.create(), connection -> take(connection, work), Connection::close);
    }

    private <T> Mono<T> take(Connection connection, Mono<T> work) {
        return Flux.from(connection.createStatement(TRY).bind(0, kind).execute())
                .concatMap(result -> result.map(row -> row.get("mine", Boolean.class)))
                .single()
                .flatMap(mine ->
                        mine
                                ? Mono.usingWhen(Mono.just(connection), held -> work, this::release)
                                : Mono.empty());
    }

    private Publisher<Long> release(Connection connection) {
        return Flux.from(connection.createStatement(RELEASE).bind(0, kind).execute())
                .concatMap(result -> result.map(row -> 1L))
                .reduce(0L, Long::sum);
    }
}
