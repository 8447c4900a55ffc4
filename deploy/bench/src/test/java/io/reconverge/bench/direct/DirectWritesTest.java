package io.reconverge.bench.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.reconverge.bench.direct.DirectWrites.Written;
import io.reconverge.parts.Database;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/// What is compared with must be right, or it could be as fast as it likes.
class DirectWritesTest {
    private static final Path MIGRATIONS =
            Path.of("../../ingest-worker/src/main/resources/db/migration");

    @TempDir static Path directory;
    private static Database database;
    private static ConnectionPool pool;
    private static DirectWrites writes;

    private final UUID space = UUID.randomUUID();

    @BeforeAll
    static void start() throws Exception {
        database = Database.start(directory, 0);
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                Stream<Path> scripts = Files.list(MIGRATIONS)) {
            for (Path script : scripts.sorted().toList()) {
                statement.execute(Files.readString(script));
            }
        }
        DirectTables.create(database);
        ConnectionFactory connections =
                ConnectionFactories.get(
                        ConnectionFactoryOptions.parse(
                                        database.r2dbcUrl() + "?schema=" + DirectTables.SCHEMA)
                                .mutate()
                                .option(ConnectionFactoryOptions.USER, database.user())
                                .option(ConnectionFactoryOptions.PASSWORD, database.password())
                                .build());
        pool =
                new ConnectionPool(
                        ConnectionPoolConfiguration.builder(connections).maxSize(8).build());
        writes = new DirectWrites(pool);
    }

    @AfterAll
    static void stop() {
        pool.dispose();
        database.close();
    }

    @Test
    void a_change_is_applied_once_however_often_it_comes() throws Exception {
        Change change = put("n-1", null, 10);

        Written first = write(change);
        Written again = write(change);

        assertThat(first.result()).isEqualTo(applied(change, 1, false, true));
        assertThat(again.result()).isEqualTo(applied(change, 1, true, false));
        assertThat(number("select head from direct.space where space_id = '%s'")).isEqualTo(1);
        assertThat(number("select count(*) from direct.log where space_id = '%s'")).isEqualTo(1);
    }

    @Test
    void copies_that_come_together_are_one_change() throws Exception {
        Change change = put("n-1", null, 10);

        List<Written> all =
                Flux.merge(
                                Stream.generate(() -> writes.write(space, "user", "d", change, 20))
                                        .limit(8)
                                        .toList())
                        .collectList()
                        .block(Duration.ofSeconds(30));

        assertThat(all)
                .hasSize(8)
                .allMatch(written ->
                        written.result() instanceof ChangeResult.Applied applied
                                && applied.version() == 1);
        assertThat(number("select count(*) from direct.log where space_id = '%s'")).isEqualTo(1);
    }

    @Test
    void versions_are_dense_whoever_writes_at_once() throws Exception {
        Flux.merge(
                        LongStream.rangeClosed(1, 100)
                                .mapToObj(i ->
                                        writes.write(
                                                space, "user", "d", put("n-" + i % 7, null, i), i))
                                .toList())
                .blockLast(Duration.ofSeconds(60));

        assertThat(number("select count(distinct version) from direct.log where space_id = '%s'"))
                .isEqualTo(100);
        assertThat(number("select max(version) from direct.log where space_id = '%s'"))
                .isEqualTo(100);
        assertThat(number("select head from direct.space where space_id = '%s'")).isEqualTo(100);
    }

    @Test
    void an_older_write_is_logged_and_does_not_stand() throws Exception {
        write(put("n-1", null, 20));

        Written older = write(put("n-1", null, 10));

        assertThat(older.result()).isInstanceOf(ChangeResult.Superseded.class);
        assertThat(number("select modified_at from direct.entity where space_id = '%s'"))
                .isEqualTo(20);
        assertThat(
                        number(
                                "select entity_version from direct.log where space_id = '%s' and version = 2"))
                .isEqualTo(1);
    }

    @Test
    void a_write_with_a_base_that_is_not_covered_leaves_nothing() throws Exception {
        write(put("n-1", null, 10));
        write(put("n-1", 1L, 20));

        assertThatThrownBy(() -> write(put("n-1", 1L, 30)))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);

        assertThat(number("select head from direct.space where space_id = '%s'")).isEqualTo(2);
        assertThat(
                        number(
                                "select previous_version from direct.log where space_id = '%s' and version = 2"))
                .isEqualTo(1);
    }

    private Written write(Change change) {
        return Objects.requireNonNull(
                writes.write(space, "user", "d", change, 1_000).block(Duration.ofSeconds(30)));
    }

    private static ChangeResult applied(
            Change change, long version, boolean duplicate, boolean created) {
        return new ChangeResult.Applied(change.changeId(), version, duplicate, created);
    }

    private static Change put(String id, @Nullable Long base, long modifiedAt) {
        return new Change(
                UUID.randomUUID(),
                "note",
                id,
                Op.PUT,
                JsonObject.ofText("{\"title\":\"Tide\"}"),
                base,
                modifiedAt,
                null);
    }

    private long number(String sql) throws Exception {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.formatted(space))) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private static Connection connection() throws Exception {
        return DriverManager.getConnection(
                database.jdbcUrl(), database.user(), database.password());
    }
}
