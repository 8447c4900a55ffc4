package io.reconverge.parts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The parts that all tests of one JVM share: each is started when it is first asked for, and ends
/// with the JVM. Tests stay apart by [#isolate], not by parts of their own.
///
/// The system property `reconverge.parts` says what they run on: `embedded` (the default) or
/// `containers`.
public final class Parts {
    private static final Parts SHARED = new Parts();

    private @Nullable Path folder;
    private @Nullable CompletableFuture<Broker> broker;
    private @Nullable CompletableFuture<Database> database;
    private @Nullable CompletableFuture<Tokens> tokens;
    private @Nullable CompletableFuture<ObjectStore> objectStore;

    private Parts() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "parts-end"));
    }

    public static Parts shared() {
        return SHARED;
    }

    public Broker broker() {
        return brokerStarting().join();
    }

    public Database database() {
        return databaseStarting().join();
    }

    public Tokens tokens() {
        return tokensStarting().join();
    }

    public ObjectStore objectStore() {
        return objectStoreStarting().join();
    }

    /// Starts broker, database and tokens, all at once, as far as they are not running yet, and
    /// sets a corner of them apart. An object store is started when the corner's bucket is asked
    /// for.
    ///
    /// @param name letters, digits and hyphens; it shows in the names of topics, schema and bucket
    public Isolation isolate(String name) {
        if (!name.matches("[A-Za-z][A-Za-z0-9-]{0,39}")) {
            throw new IllegalArgumentException("not a name for an isolation: " + name);
        }
        CompletableFuture<?> others = CompletableFuture.allOf(brokerStarting(), tokensStarting());
        String unique =
                name
                        + "-"
                        + Long.toString(
                                ThreadLocalRandom.current().nextLong(36L * 36 * 36 * 36 * 36 * 36),
                                36);
        String schema = unique.toLowerCase(Locale.ROOT).replace('-', '_');
        createSchema(schema);
        others.join();
        return new Isolation(this, unique + ".", schema);
    }

    static boolean onContainers() {
        return "containers".equals(System.getProperty("reconverge.parts"));
    }

    private synchronized CompletableFuture<Broker> brokerStarting() {
        if (broker == null) {
            Path directory = folder().resolve("broker");
            broker =
                    started(() ->
                            onContainers()
                                    ? ContainerBroker.run()
                                    : EmbeddedBroker.start(directory, 0, false));
        }
        return broker;
    }

    private synchronized CompletableFuture<Database> databaseStarting() {
        if (database == null) {
            Path directory = folder().resolve("database");
            database =
                    started(() ->
                            onContainers()
                                    ? ContainerDatabase.run()
                                    : EmbeddedDatabase.start(directory, programs(), 0));
        }
        return database;
    }

    private synchronized CompletableFuture<Tokens> tokensStarting() {
        if (tokens == null) {
            tokens = started(Tokens::start);
        }
        return tokens;
    }

    private synchronized CompletableFuture<ObjectStore> objectStoreStarting() {
        if (objectStore == null) {
            Path directory = folder().resolve("objects");
            objectStore =
                    started(() ->
                            onContainers()
                                    ? ContainerObjectStore.run()
                                    : EmbeddedObjectStore.start(directory, 0));
        }
        return objectStore;
    }

    private static <T> CompletableFuture<T> started(Supplier<T> start) {
        return CompletableFuture.supplyAsync(
                start, task -> Thread.ofPlatform().name("parts-start").start(task));
    }

    private synchronized Path folder() {
        if (folder == null) {
            try {
                folder = Files.createTempDirectory("reconverge-parts-");
            } catch (IOException e) {
                throw new UncheckedIOException("no folder for the parts", e);
            }
        }
        return folder;
    }

    /// Unpacking takes longer than everything else together, so every JVM's tests use the same
    /// programs. In the user's own cache: in a folder that others can write to, others could choose
    /// what runs.
    static Path programs() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path cache =
                configured == null || configured.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(configured);
        return cache.resolve("reconverge");
    }

    private void createSchema(String schema) {
        Database running = database();
        try (Connection connection =
                        DriverManager.getConnection(
                                running.jdbcUrl(), running.user(), running.password());
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + schema);
        } catch (SQLException e) {
            throw new IllegalStateException("the schema %s cannot be made".formatted(schema), e);
        }
    }

    private void close() {
        close(tokens);
        close(objectStore);
        close(broker);
        close(database);
        if (folder != null) {
            try {
                Folders.delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException("the parts' folder cannot be removed: " + folder, e);
            }
        }
    }

    private static void close(@Nullable CompletableFuture<? extends AutoCloseable> part) {
        if (part == null) {
            return;
        }
        try {
            part.join().close();
        } catch (Exception e) {
            System.err.println("a part did not end in order: " + e);
        }
    }
}
