package io.reconverge.bench.direct;

import io.reconverge.bench.load.Outcome;
import io.reconverge.bench.load.Puts;
import io.reconverge.parts.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/// What PostgreSQL itself takes: the rows that the worker writes, of as many users and in the same
/// turns, into tables of the same shape, by the same three statements over sets, in a loop. No
/// HTTP, no queue, nothing to decide.
public final class Ceiling {
    /// Changes in one transaction, and in one space of it.
    private static final int BATCH = 2_000;

    private static final int OF_ONE_SPACE = 100;
    private static final int ENTITIES = 1_000;

    private static final String LOG =
            """
            insert into direct.log (space_id, version, change_id, type, id, op, outcome, previous_version,
                             entity_version, data, patch, conflict_fields, fingerprint, actor, device_id,
                             created_at, modified_at, committed_at, source_id, source_offset)
            select space_id, version, change_id, 'note', id, 'put', 'applied', previous_version,
                   version, data::json, data::json, null, fingerprint, 'user', 'bench-device',
                   at, at, at, 0, 0
              from unnest(?::uuid[], ?::int8[], ?::uuid[], ?::text[], ?::int8[], ?::text[], ?::uuid[], ?::int8[])
                as row (space_id, version, change_id, id, previous_version, data, fingerprint, at)
            """;

    private static final String ENTITY =
            """
            insert into direct.entity as e (space_id, type, id, version, log_version, data, stamps, created_at,
                                     modified_at, committed_at, updated_by, device_id)
            select space_id, 'note', id, version, version, data::json, null, at, at, at, 'user', 'bench-device'
              from unnest(?::uuid[], ?::text[], ?::int8[], ?::text[], ?::int8[])
                as row (space_id, id, version, data, at)
            on conflict (space_id, type, id) do update
               set version = excluded.version, log_version = excluded.log_version,
                   data = excluded.data, stamps = excluded.stamps, created_at = excluded.created_at,
                   modified_at = excluded.modified_at,
                   committed_at = greatest(e.committed_at, excluded.committed_at),
                   updated_by = excluded.updated_by, device_id = excluded.device_id
            """;

    private static final String HEADS =
            """
            insert into direct.space (space_id, epoch, head, clock, conflicts)
            select *, 0 from unnest(?::uuid[], ?::int8[], ?::int8[], ?::int8[])
            on conflict (space_id) do update
               set head = excluded.head, clock = excluded.clock, conflicts = excluded.conflicts
            """;

    private final Database database;
    private final UUID[] spaces;
    private final long[] heads;

    /// @param users that have a space each, and write in turns; at least twenty for each connection
    public Ceiling(Database database, int users) {
        this.database = database;
        this.spaces = Stream.generate(UUID::randomUUID).limit(users).toArray(UUID[]::new);
        this.heads = new long[users];
        DirectTables.create(database);
    }

    /// @param connections that write at once, each to spaces of its own
    public Outcome run(int connections, Duration time) {
        var done = new AtomicLong();
        long begin = System.nanoTime();
        List<Thread> writers = new ArrayList<>();
        var failure = new AtomicReference<Throwable>();
        for (int i = 0; i < connections; i++) {
            int first = i;
            writers.add(
                    Thread.ofPlatform()
                            .name("ceiling-" + i)
                            .start(() -> {
                                try {
                                    write(first, connections, begin + time.toNanos(), done);
                                } catch (SQLException broken) {
                                    failure.set(broken);
                                }
                            }));
        }
        for (Thread writer : writers) {
            try {
                writer.join();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", stop);
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the ceiling was not reached", failure.get());
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Outcome(new Histogram(1, 1_000_000, 3), done.get(), 0, seconds, 1);
    }

    /// The spaces from the first on, each so many after the one before.
    private void write(int first, int step, long end, AtomicLong done) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                database.jdbcUrl() + "?prepareThreshold=1",
                                database.user(),
                                database.password());
                PreparedStatement log = connection.prepareStatement(LOG);
                PreparedStatement entities = connection.prepareStatement(ENTITY);
                PreparedStatement heads = connection.prepareStatement(HEADS)) {
            connection.setAutoCommit(false);
            var batch = new Batch(first, step);
            while (System.nanoTime() < end) {
                batch.fill();
                batch.write(connection, log, entities, heads);
                connection.commit();
                done.addAndGet(BATCH);
            }
        }
    }

    /// The columns of one transaction after the other.
    private final class Batch {
        private final int step;
        private final UUID[] writers = new UUID[BATCH / OF_ONE_SPACE];
        private final Long[] epochs = new Long[writers.length];
        private final Long[] reached = new Long[writers.length];
        private final Long[] clocks = new Long[writers.length];
        private final UUID[] space = new UUID[BATCH];
        private final Long[] version = new Long[BATCH];
        private final UUID[] change = new UUID[BATCH];
        private final String[] id = new String[BATCH];
        private final Long[] previous = new Long[BATCH];
        private final String[] data = new String[BATCH];
        private final UUID[] fingerprint = new UUID[BATCH];
        private final Long[] at = new Long[BATCH];
        private int turn;
        private long count;

        Batch(int first, int step) {
            this.turn = first;
            this.step = step;
            Arrays.fill(epochs, 1L);
            Arrays.fill(data, Puts.NOTE);
        }

        void fill() {
            long now = System.currentTimeMillis();
            Arrays.fill(at, now);
            Arrays.fill(clocks, now);
            for (int row = 0; row < BATCH; row++) {
                space[row] = spaces[turn];
                version[row] = ++heads[turn];
                change[row] = UUID.randomUUID();
                id[row] = "n-%05d".formatted(count++ % ENTITIES);
                previous[row] = Math.max(0, version[row] - OF_ONE_SPACE);
                fingerprint[row] = change[row];
                if ((row + 1) % OF_ONE_SPACE == 0) {
                    int writer = row / OF_ONE_SPACE;
                    writers[writer] = spaces[turn];
                    reached[writer] = heads[turn];
                    turn = (turn + step) % spaces.length;
                }
            }
        }

        void write(
                Connection connection,
                PreparedStatement log,
                PreparedStatement entities,
                PreparedStatement head)
                throws SQLException {
            execute(connection, log, space, version, change, id, previous, data, fingerprint, at);
            execute(connection, entities, space, id, version, data, at);
            execute(connection, head, writers, epochs, reached, clocks);
        }

        private static void execute(
                Connection connection, PreparedStatement statement, Object[]... columns)
                throws SQLException {
            for (int i = 0; i < columns.length; i++) {
                String type =
                        columns[i] instanceof UUID[]
                                ? "uuid"
                                : columns[i] instanceof Long[] ? "int8" : "text";
                statement.setArray(i + 1, connection.createArrayOf(type, columns[i]));
            }
            statement.executeUpdate();
        }
    }
}
