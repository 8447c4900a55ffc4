package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.EntityRow;
import io.reconverge.chaos.check.Evidence.LogRow;
import io.reconverge.chaos.check.Evidence.Receipt;
import io.reconverge.chaos.check.Evidence.SpaceRow;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tables, by plain JDBC.
public final class Tables implements AutoCloseable {
    private final Connection connection;

    private Tables(Connection connection) {
        this.connection = connection;
    }

    public static Tables open(String url, String user, String password) {
        try {
            return new Tables(DriverManager.getConnection(url, user, password));
        } catch (SQLException failure) {
            throw new IllegalStateException("the tables cannot be read", failure);
        }
    }

    public List<SpaceRow> spaces() {
        return list(
                "select space_id, head, clock from space order by 1",
                row -> new SpaceRow(row.getString(1), row.getLong(2), row.getLong(3)));
    }

    public List<LogRow> log() {
        return list(
                "select * from log order by space_id, version",
                row ->
                        new LogRow(
                                row.getString("space_id"),
                                row.getLong("version"),
                                row.getString("change_id"),
                                row.getString("type"),
                                row.getString("id"),
                                row.getString("op"),
                                row.getString("outcome"),
                                row.getLong("previous_version"),
                                row.getLong("entity_version"),
                                Json.parsed(row.getString("data")),
                                Json.parsed(row.getString("patch")),
                                row.getString("actor"),
                                row.getString("device_id"),
                                row.getLong("created_at"),
                                row.getLong("modified_at"),
                                row.getLong("committed_at"),
                                row.getLong("source_id"),
                                row.getLong("source_offset")));
    }

    public List<EntityRow> entities() {
        return list(
                "select * from entity order by space_id, type, id",
                row ->
                        new EntityRow(
                                row.getString("space_id"),
                                row.getString("type"),
                                row.getString("id"),
                                row.getLong("version"),
                                row.getLong("log_version"),
                                Json.parsed(row.getString("data")),
                                row.getString("updated_by"),
                                row.getString("device_id"),
                                row.getLong("created_at"),
                                row.getLong("modified_at"),
                                row.getLong("committed_at")));
    }

    public List<Receipt> receipts() {
        return list(
                "select space_id, change_id, result ->> 'status' from receipt",
                row -> new Receipt(row.getString(1), row.getString(2), row.getString(3)));
    }

    public long logRows() {
        return list("select count(*) from log", row -> row.getLong(1)).getFirst();
    }

    /// How far each partition of the writes is decided.
    public Map<Integer, Long> decided() {
        Map<Integer, Long> decided = new HashMap<>();
        list(
                "select partition, next_offset from source",
                row -> decided.merge(row.getInt(1), row.getLong(2), Math::max));
        return decided;
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> list(String sql, Reader<T> reader) {
        List<T> list = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                list.add(reader.read(rows));
            }
            return list;
        } catch (SQLException failure) {
            throw new IllegalStateException("the tables cannot be read", failure);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
