package io.reconverge.parts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL that runs as a child of this process, from programs unpacked for it.
final class EmbeddedDatabase implements Database {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PASSWORD_BYTES = 24;
    private static final String HOST = "127.0.0.1";

    /// What must hold for a commit to be a promise; read back from the running server.
    private static final Map<String, String> DURABLE =
            Map.of("fsync", "on", "full_page_writes", "on", "synchronous_commit", "on");

    private final Path directory;
    private final Path data;
    private final PostgresPrograms programs;
    private final boolean portIsFixed;
    private final Map<String, String> settings;
    private final String password;
    private int port;
    private @Nullable FileChannel lock;
    private @Nullable Process watchman;

    private EmbeddedDatabase(
            Path directory, PostgresPrograms programs, int port, Map<String, String> settings) {
        this.directory = directory;
        this.data = directory.resolve("data");
        this.programs = programs;
        this.portIsFixed = port != 0;
        this.settings = Map.copyOf(settings);
        this.port = port;
        this.password = KeptSecret.in(directory.resolve("password"), PASSWORD_BYTES);
    }

    static EmbeddedDatabase start(Path directory, Path programs, int port) {
        return start(directory, programs, port, Map.of());
    }

    static EmbeddedDatabase start(
            Path directory, Path programs, int port, Map<String, String> settings) {
        Path home = Folders.createPrivate(directory.toAbsolutePath());
        FileChannel lock = lock(home.resolve("lock"));
        try {
            var database =
                    new EmbeddedDatabase(
                            home,
                            PostgresPrograms.unpackedBelow(programs.toAbsolutePath()),
                            port,
                            settings);
            database.lock = lock;
            database.firstStart();
            return database;
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public synchronized int port() {
        return port;
    }

    @Override
    public String name() {
        return OwnedDatabase.NAME;
    }

    @Override
    public String user() {
        return OwnedDatabase.NAME;
    }

    @Override
    public String password() {
        return password;
    }

    @Override
    public synchronized void start() {
        if (watchman == null) {
            if (lock == null) {
                lock = lock(directory.resolve("lock"));
            }
            startServer();
        }
    }

    @Override
    public synchronized void stop() {
        Process watching = watchman;
        if (watching != null) {
            dismiss(watching);
            watchman = null;
            stopServer();
        }
    }

    /// The server goes first: it would otherwise put new processes in the place of those that end.
    @Override
    public synchronized void kill() {
        Process watching = watchman;
        if (watching != null) {
            dismiss(watching);
            watchman = null;
            serverProcess()
                    .ifPresent(server -> {
                        List<ProcessHandle> itsOwn = server.descendants().toList();
                        server.destroyForcibly();
                        itsOwn.forEach(ProcessHandle::destroyForcibly);
                        server.onExit().join();
                        itsOwn.forEach(process -> process.onExit().join());
                    });
        }
    }

    @Override
    public synchronized void close() {
        stop();
        if (lock != null) {
            release(lock);
            lock = null;
        }
    }

    private synchronized void firstStart() {
        stopServerLeftBehind();
        if (Files.notExists(data.resolve("PG_VERSION"))) {
            initialise();
        }
        if (portIsFixed) {
            startServer();
        } else {
            Ports.onFree(free -> {
                port = free;
                startServer();
            });
        }
    }

    /// Made beside its place and moved there whole: a kill in the middle leaves nothing that looks
    /// like a database.
    private void initialise() {
        Path unfinished = directory.resolve("data-unfinished");
        try {
            if (Files.exists(unfinished)) {
                Folders.delete(unfinished);
            }
            run(
                    "initdb",
                    List.of(
                            "--pgdata=" + unfinished,
                            "--username=" + OwnedDatabase.SUPERUSER,
                            "--pwfile=" + directory.resolve("password"),
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--locale=C"));
            Files.move(unfinished, data);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the database's folder cannot be written: " + directory, e);
        }
    }

    private void startServer() {
        if (!Ports.isFree(port)) {
            throw new PortTakenException(port, "database");
        }
        configure();
        Path log = directory.resolve("start.log");
        try {
            Files.deleteIfExists(log);
            List<String> start =
                    List.of(
                            "start",
                            "-w",
                            "-t",
                            Long.toString(LIMIT.toSeconds()),
                            "-D",
                            data.toString(),
                            "-l",
                            log.toString());
            // twice the time that pg_ctl itself was given
            PostgresPrograms.Outcome outcome = programs.run(LIMIT.multipliedBy(2), "pg_ctl", start);
            if (outcome.exitCode() != 0) {
                if (!Ports.isFree(port)) {
                    throw new PortTakenException(port, "database");
                }
                String why = Files.exists(log) ? Files.readString(log).strip() : outcome.output();
                throw new IllegalStateException("PostgreSQL did not start: " + why);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the database's folder cannot be read: " + directory, e);
        }
        watchman =
                watch(
                        serverProcess()
                                .orElseThrow(() ->
                                        new IllegalStateException("PostgreSQL stopped at once")));
        try {
            OwnedDatabase.createOnce(url("postgres"), password);
            check();
        } catch (SQLException e) {
            stop();
            throw new IllegalStateException("PostgreSQL runs but does not serve", e);
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    /// Written at every start, so that a new version of this program brings its settings to old
    /// data.
    private void configure() {
        try {
            Files.writeString(
                    data.resolve("postgresql.conf"),
                    """
                    # written at every start
                    listen_addresses = '%s'
                    port = %d
                    unix_socket_directories = ''
                    max_connections = 200
                    fsync = on
                    full_page_writes = on
                    synchronous_commit = on
                    shared_buffers = 128MB
                    timezone = 'UTC'
                    log_timezone = 'UTC'
                    jit = off
                    # a row's content belongs in no log
                    log_error_verbosity = terse
                    log_min_error_statement = panic
                    # one file a weekday, begun anew each week
                    logging_collector = on
                    log_directory = '../log'
                    log_filename = 'postgresql-%%a.log'
                    log_rotation_age = 1d
                    log_rotation_size = 0
                    log_truncate_on_rotation = on
                    %s\
                    """
                            .formatted(HOST, port, furtherSettings()));
            Files.writeString(
                    data.resolve("pg_hba.conf"),
                    "host all all %s/32 scram-sha-256\n".formatted(HOST));
        } catch (IOException e) {
            throw new UncheckedIOException("the database's folder cannot be written: " + data, e);
        }
    }

    private String furtherSettings() {
        return settings.entrySet().stream()
                .map(one -> "%s = '%s'\n".formatted(one.getKey(), one.getValue()))
                .collect(Collectors.joining());
    }

    /// Whoever answers on the port must be the server on our data, and must keep what it commits.
    private void check() throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                url("postgres"), OwnedDatabase.SUPERUSER, password);
                Statement statement = connection.createStatement()) {
            Path served = Path.of(setting(statement, "data_directory"));
            if (!served.equals(data)) {
                throw new IllegalStateException(
                        "port %d is served from %s instead of %s".formatted(port, served, data));
            }
            for (Map.Entry<String, String> wanted : DURABLE.entrySet()) {
                String is = setting(statement, wanted.getKey());
                if (!is.equals(wanted.getValue())) {
                    throw new IllegalStateException(
                            "PostgreSQL runs with %s = %s instead of %s"
                                    .formatted(wanted.getKey(), is, wanted.getValue()));
                }
            }
        }
    }

    private static String setting(Statement statement, String name) throws SQLException {
        try (ResultSet rows = statement.executeQuery("show " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(HOST, port, database);
    }

    /// A server whose parent was killed is stopped rather than taken as it is: its settings and
    /// port may be older than ours.
    private void stopServerLeftBehind() {
        if (serverProcess().isPresent()) {
            stopServer();
            return;
        }
        // A number that now belongs to some other program would keep PostgreSQL from starting. One
        // of a dead process is
        // left to PostgreSQL, which also sees whether any of its children still live.
        if (serverNumber().flatMap(ProcessHandle::of).isPresent()) {
            try {
                Files.delete(data.resolve("postmaster.pid"));
            } catch (IOException e) {
                throw new UncheckedIOException("a stale file cannot be removed from " + data, e);
            }
        }
    }

    private void stopServer() {
        run(
                "pg_ctl",
                List.of(
                        "stop",
                        "-w",
                        "-t",
                        Long.toString(LIMIT.toSeconds()),
                        "-m",
                        "fast",
                        "-D",
                        data.toString()));
    }

    private void run(String program, List<String> arguments) {
        PostgresPrograms.Outcome outcome = programs.run(LIMIT.multipliedBy(2), program, arguments);
        if (outcome.exitCode() != 0) {
            throw new IllegalStateException("%s failed: %s".formatted(program, outcome.output()));
        }
    }

    /// The running server on our data, if there is one.
    private Optional<ProcessHandle> serverProcess() {
        return serverNumber()
                .flatMap(ProcessHandle::of)
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"))
                .filter(process ->
                        List.of(process.info().arguments().orElse(new String[0]))
                                .contains(data.toString()));
    }

    private Optional<Long> serverNumber() {
        Path file = data.resolve("postmaster.pid");
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream()
                            .findFirst()
                            .map(String::strip)
                            .map(Long::valueOf)
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("the database's folder cannot be read: " + data, e);
        }
    }

    /// A server outlives a killed parent. This shell waits at a pipe that only our death can close,
    /// and then stops it; a Ctrl-C, which a terminal sends to the whole group, is not for it.
    private static Process watch(ProcessHandle server) {
        try {
            return new ProcessBuilder(
                            "/bin/sh",
                            "-c",
                            "trap '' INT TERM HUP; read -r _ || kill -INT %d"
                                    .formatted(server.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("no watchman for the database", e);
        }
    }

    private static void dismiss(Process watchman) {
        try (var out = watchman.getOutputStream()) {
            out.write('\n');
        } catch (IOException e) {
            watchman.destroyForcibly();
        }
    }

    private static FileChannel lock(Path file) {
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock taken = channel.tryLock();
                if (taken != null) {
                    return channel;
                }
            } catch (OverlappingFileLockException sameProcess) {
                // said below
            }
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the database's folder cannot be locked: " + file, e);
        }
        throw new IllegalStateException("another process uses the database in " + file.getParent());
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the database's folder cannot be unlocked", e);
        }
    }
}
