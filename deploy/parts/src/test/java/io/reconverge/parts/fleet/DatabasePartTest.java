package io.reconverge.parts.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabasePartTest {
    @TempDir Path directory;

    @Test
    void it_is_killed_whole_and_comes_back_with_what_it_committed() throws Exception {
        try (Database database = Database.start(directory, 0)) {
            var part = new DatabasePart(database, directory);
            execute(database, "create table t as select 1 as n");
            assertThat(part.pids()).hasSizeGreaterThan(3);
            var before = part.pids();

            part.kill();

            assertThat(part.isAlive()).isFalse();
            assertThat(before)
                    .noneMatch(pid ->
                            ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
            part.start();
            execute(database, "insert into t select n + 1 from t");
        }
    }

    @Test
    void the_time_of_a_connection_that_has_ended_is_counted() throws Exception {
        try (Database database = Database.start(directory, 0)) {
            var part = new DatabasePart(database, directory);
            long before = part.usage().cpuNanos();

            execute(
                    database,
                    "create table t as select sum(sqrt(n)) as s from generate_series(1, 3000000) n");

            // once its server has heard of its end
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (part.usage().cpuNanos() - before <= 100_000_000) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(10);
            }
            assertThat(part.usage().proportionalBytes())
                    .isPositive()
                    .isLessThan(part.usage().residentBytes());
        }
    }

    private static void execute(Database database, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
