package io.reconverge.bench.peer;

import io.reconverge.parts.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;

/// A database beside Reconverge's, on the same server, for one who replicates all that is in it.
///
/// @param server that both are on
record ReplicatedDatabase(Database server) {
    private static final String NAME = "zero";
    private static final int ATTEMPTS = 100;
    private static final long PAUSE_NANOS = 100_000_000;

    private static final String DROP_SLOTS =
            """
            select pg_drop_replication_slot(slot_name) from pg_replication_slots
             where database = '%s' and not active
            """
                    .formatted(NAME);

    static ReplicatedDatabase on(Database server) {
        return new ReplicatedDatabase(server);
    }

    void create() {
        inMaintenance(statement -> statement.execute("create database " + NAME));
    }

    /// As its superuser: only such a one may watch a database's schema.
    String url() {
        return "postgres://%s:%s@%s:%d/%s"
                .formatted(
                        server.superuser(), server.password(), server.host(), server.port(), NAME);
    }

    /// With its replication slots, for which PostgreSQL would keep its log for ever.
    void drop() {
        inMaintenance(statement -> {
            for (int attempt = 0; attempt < ATTEMPTS && hasSlots(statement); attempt++) {
                statement.execute(DROP_SLOTS);
                // the server takes a moment to see that the reader of one is gone
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            statement.execute("drop database if exists %s with (force)".formatted(NAME));
        });
    }

    private static boolean hasSlots(Statement statement) throws SQLException {
        try (ResultSet slots =
                statement.executeQuery(
                        "select from pg_replication_slots where database = '%s'".formatted(NAME))) {
            return slots.next();
        }
    }

    private void inMaintenance(Work work) {
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:postgresql://%s:%d/postgres"
                                        .formatted(server.host(), server.port()),
                                server.superuser(),
                                server.password());
                Statement statement = connection.createStatement()) {
            work.run(statement);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private interface Work {
        void run(Statement statement) throws SQLException;
    }
}
