package io.reconverge.service.postgres;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.r2dbc.BadSqlGrammarException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.Parameter;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/// Where a service's statements go. Every answer comes in bounded time; a database that does not
/// give one raises [DataAccessResourceFailureException], which a client reads as `unavailable`.
public final class Postgres {

    /// SQLSTATE of a table and of a schema that does not exist: the worker has yet to make them.
    private static final Set<String> NOT_MADE_YET = Set.of("42P01", "3F000");

    private final DatabaseClient client;
    private final Duration patience;

    Postgres(DatabaseClient client, DatabaseSettings settings) {
        this.client = client;
        this.patience = settings.acquireTimeout().plus(settings.statementTimeout());
    }

    /// A statement with parameters `$1`, `$2` …, which are bound by index from 0.
    public DatabaseClient.GenericExecuteSpec sql(String statement) {
        return client.sql(statement);
    }

    /// The same with all its parameters, in their order.
    ///
    /// @param values none of them null: [#nullable]
    public DatabaseClient.GenericExecuteSpec sql(String statement, Object... values) {
        DatabaseClient.GenericExecuteSpec spec = client.sql(statement);
        for (int i = 0; i < values.length; i++) {
            spec = spec.bind(i, values[i]);
        }
        return spec;
    }

    /// A parameter that may be null.
    public static Parameter nullable(@Nullable Object value, Class<?> type) {
        return Parameter.fromOrEmpty(value, type);
    }

    /// What a statement gives, or a failure, in bounded time: even of a server that neither answers
    /// nor closes the connection.
    public <T> Mono<T> answer(Mono<T> reading) {
        // each row passes many operators, and each of these would restore the request's
        // thread-locals
        return reading.contextWrite(_ -> Context.empty())
                .timeout(patience)
                .onErrorMap(
                        TimeoutException.class,
                        late ->
                                new DataAccessResourceFailureException(
                                        "no answer within " + patience, late))
                .onErrorMap(
                        Postgres::isTooEarly,
                        failure ->
                                new DataAccessResourceFailureException(
                                        "the tables are not there yet", failure));
    }

    private static boolean isTooEarly(Throwable failure) {
        return failure instanceof BadSqlGrammarException grammar
                && grammar.getCause() instanceof R2dbcException cause
                && NOT_MADE_YET.contains(String.valueOf(cause.getSqlState()));
    }
}
