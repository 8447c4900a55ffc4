package io.reconverge.ingest.apply;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.lang.reflect.Array;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Statements over sets: each column of the rows is bound as one array, and SQL unnests them.
///
/// Those that are subscribed to together on one connection travel together: the driver sends each
/// without waiting for the answers to those before it, in order.
final class Statements {

    private Statements() {}

    /// @param value null for SQL null
    record Column<R>(Class<?> type, Function<R, @Nullable Object> value) {

        static <R> Column<R> of(Class<?> type, Function<R, @Nullable Object> value) {
            return new Column<>(type, value);
        }

        Object array(List<R> rows) {
            Object array = Array.newInstance(type, rows.size());
            for (int i = 0; i < rows.size(); i++) {
                Array.set(array, i, value.apply(rows.get(i)));
            }
            return array;
        }
    }

    /// Binds `$1`, `$2` … to the columns.
    static <R> Statement bind(
            Connection connection, String sql, List<R> rows, List<Column<R>> columns) {
        Statement statement = connection.createStatement(sql);
        for (int i = 0; i < columns.size(); i++) {
            statement.bind(i, columns.get(i).array(rows));
        }
        return statement;
    }

    static <T> Mono<List<T>> list(Statement statement, Function<Row, T> read) {
        return Flux.from(statement.execute())
                .concatMap(result -> result.map((row, metadata) -> read.apply(row)))
                .collectList();
    }

    /// The number of rows that it changed.
    static Mono<Long> count(Statement statement) {
        return Flux.from(statement.execute())
                .concatMap(result -> result.getRowsUpdated())
                .reduce(0L, Long::sum);
    }

    static Mono<Long> begin(Connection connection) {
        return count(connection.createStatement("begin"));
    }

    static Mono<Long> commit(Connection connection) {
        return count(connection.createStatement("commit"));
    }

    static Mono<Long> rollback(Connection connection) {
        return count(connection.createStatement("rollback"));
    }

    static <T> T required(Row row, String name, Class<T> type) {
        T value = row.get(name, type);
        if (value == null) {
            throw new IllegalStateException("Column " + name + " is null");
        }
        return value;
    }
}
