package io.reconverge.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir Path directory;

    @Test
    void data_survives_a_stop_and_a_start() throws Exception {
        try (Database database = started(directory, 0)) {
            int port = database.port();
            insert(database, 1_000);

            database.stop();
            assertThatThrownBy(() -> count(database)).isInstanceOf(SQLException.class);
            database.start();

            assertThat(database.port()).isEqualTo(port);
            assertThat(count(database)).isEqualTo(1_000);
            insert(database, 10);
            assertThat(count(database)).isEqualTo(1_010);
        }
        try (Database again = started(directory, 0)) {
            assertThat(count(again)).isEqualTo(1_010);
        }
    }

    @Test
    void everything_it_needs_is_below_its_folder() throws Exception {
        try (Database database = Database.start(directory, 0)) {
            insert(database, 5);
            assertThat(count(database)).isEqualTo(5);
            assertThat(directory.resolve("programs"))
                    .isDirectoryRecursivelyContaining("glob:**/bin/postgres");
        }
    }

    @Test
    void it_runs_with_the_settings_that_it_is_given() throws Exception {
        try (Database database = Database.start(directory, 0, Map.of("wal_level", "logical"))) {
            assertThat(answer(database, "show wal_level")).isEqualTo("logical");
        }
    }

    @Test
    void fsync_is_really_on() throws Exception {
        try (Database database = started(directory, 0)) {
            assertThat(answer(database, "show fsync")).isEqualTo("on");
            assertThat(answer(database, "show full_page_writes")).isEqualTo("on");
            assertThat(answer(database, "show synchronous_commit")).isEqualTo("on");
        }
    }

    @Test
    void it_is_version_18_with_a_locale_of_its_own() throws Exception {
        try (Database database = started(directory, 0)) {
            assertThat(answer(database, "show server_version")).startsWith("18.");
            assertThat(answer(database, "show max_connections")).isEqualTo("200");
            assertThat(
                            answer(
                                    database,
                                    "select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()"))
                    .isEqualTo("b C.UTF-8");
            assertThat(answer(database, "select lower('ÄÖ') || upper('ß')")).isEqualTo("äöß");
        }
    }

    @Test
    void only_the_password_opens_it_and_only_its_owner_can_read_that() throws Exception {
        try (Database database = started(directory, 0)) {
            assertThatThrownBy(() ->
                            DriverManager.getConnection(
                                            database.jdbcUrl(), database.user(), "guess")
                                    .close())
                    .hasMessageContaining("password authentication failed");
            assertThat(
                            answer(
                                    database,
                                    "select rolsuper from pg_roles where rolname = current_user"))
                    .isEqualTo("f");
            assertThat(answer(database, "show listen_addresses")).isEqualTo("127.0.0.1");
        }
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory.resolve("password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void a_postmaster_left_by_a_killed_jvm_is_taken_over_safely() throws Exception {
        long left;
        try (var owner = OwnerProcess.start(DatabaseOwner.class, directory)) {
            left = postmaster();
            // without the watchman, as when a whole group of processes is killed
            owner.process()
                    .descendants()
                    .filter(child -> child.pid() != left)
                    .forEach(ProcessHandle::destroyForcibly);
            owner.kill();
        }
        assertThat(isRunning(left)).isTrue();

        try (Database database = started(directory, 0)) {
            assertThat(postmaster()).isNotEqualTo(left);
            assertThat(isRunning(left)).isFalse();
            assertThat(count(database)).isEqualTo(500);
        }
    }

    @Test
    void a_postmaster_does_not_outlive_its_killed_jvm_for_long() throws Exception {
        long left;
        try (var owner = OwnerProcess.start(DatabaseOwner.class, directory)) {
            left = postmaster();
            owner.kill();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> !isRunning(left));
        try (Database database = started(directory, 0)) {
            assertThat(count(database)).isEqualTo(500);
        }
    }

    @Test
    void the_number_of_a_postmaster_that_another_program_has_now_does_no_harm() throws Exception {
        try (Database database = started(directory, 0)) {
            insert(database, 5);
        }
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(
                    directory.resolve("data/postmaster.pid"),
                    other.pid() + "\n" + directory.resolve("data"));
            try (Database database = started(directory, 0)) {
                assertThat(count(database)).isEqualTo(5);
                assertThat(other.isAlive()).isTrue();
            }
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void a_second_owner_of_the_same_folder_is_refused() throws Exception {
        try (Database database = started(directory, 0)) {
            insert(database, 5);
            assertThatThrownBy(() -> started(directory, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("another process uses the database in %s", directory);
            assertThat(count(database)).isEqualTo(5);
        }
    }

    @Test
    void a_port_that_another_server_holds_is_named() throws Exception {
        int port = Ports.free();
        try (var other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();
            assertThatThrownBy(() -> started(directory, port))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("port %d, which the database needs, is taken", port);
        }
    }

    private long postmaster() throws Exception {
        return Long.parseLong(
                Files.readAllLines(directory.resolve("data/postmaster.pid")).getFirst().strip());
    }

    /// Not just in the table of processes: one that nobody has waited for stays there after its
    /// end.
    private static boolean isRunning(long process) {
        return ProcessHandle.of(process).flatMap(handle -> handle.info().command()).isPresent();
    }

    /// Without unpacking the programs each time.
    private static Database started(Path directory, int port) {
        return EmbeddedDatabase.start(directory, Parts.programs(), port);
    }

    private static void insert(Database database, int count) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists kept (n bigint)");
            statement.execute("insert into kept select generate_series(1, %d)".formatted(count));
        }
    }

    private static int count(Database database) throws SQLException {
        return Integer.parseInt(answer(database, "select count(*) from kept"));
    }

    private static String answer(Database database, String query) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Connection connect(Database database) throws SQLException {
        return DriverManager.getConnection(
                database.jdbcUrl(), database.user(), database.password());
    }

    static final class DatabaseOwner {
        public static void main(String[] arguments) throws Exception {
            Database database = started(Path.of(arguments[0]), 0);
            insert(database, 500);
            System.out.println("ready " + database.port());
            Thread.currentThread().join();
        }
    }
}
