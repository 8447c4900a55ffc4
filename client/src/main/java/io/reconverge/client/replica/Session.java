package io.reconverge.client.replica;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A connection with the statements that were prepared on it. For one thread at a time.
final class Session implements AutoCloseable {

    private final Connection connection;
    private final LongAdder statements;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    /// @param statements counts those that are run
    Session(Connection connection, LongAdder statements) {
        this.connection = connection;
        this.statements = statements;
    }

    @FunctionalInterface
    interface Reader<T extends @Nullable Object> {
        T read(ResultSet row) throws SQLException;
    }

    /// Without arguments, and not kept.
    void execute(String sql) {
        statements.increment();
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /// Changes rows.
    ///
    /// @return how many
    int update(String sql, @Nullable Object... arguments) {
        try {
            return prepare(sql, arguments).executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    <T> List<T> list(String sql, Reader<T> reader, @Nullable Object... arguments) {
        try (ResultSet rows = prepare(sql, arguments).executeQuery()) {
            List<T> list = new ArrayList<>();
            while (rows.next()) {
                list.add(reader.read(rows));
            }
            return list;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /// The first row; null where there is none.
    <T extends @Nullable Object> @Nullable T first(
            String sql, Reader<T> reader, @Nullable Object... arguments) {
        try (ResultSet rows = prepare(sql, arguments).executeQuery()) {
            return rows.next() ? reader.read(rows) : null;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    long number(String sql, @Nullable Object... arguments) {
        Long number = first(sql, row -> row.getLong(1), arguments);
        if (number == null) {
            throw new ReplicaException("no row: " + sql.strip(), null);
        }
        return number;
    }

    boolean exists(String sql, @Nullable Object... arguments) {
        return number("select exists (" + sql + ")", arguments) == 1;
    }

    static @Nullable Long nullableLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    private PreparedStatement prepare(String sql, @Nullable Object... arguments)
            throws SQLException {
        statements.increment();
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    private static ReplicaException failed(SQLException e) {
        return new ReplicaException("the replica could not be used: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
