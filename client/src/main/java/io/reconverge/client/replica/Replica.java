package io.reconverge.client.replica;

import io.reconverge.client.outbox.Moment;
import io.reconverge.wire.SpaceId;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A device's data in one SQLite file: everything the app reads and writes, and everything that
/// sync needs to know, in the same transactions.
///
/// ```java
/// try (Replica replica = Replica.open(Path.of("notes.db"), ReplicaSettings.defaults())) {
///     Space me = replica.me();
///     me.put("note", "n-1", JsonObject.ofText("{\"title\": \"Tide\"}"));
///     me.list(Query.of("note"));
/// }
/// ```
///
/// A write that returned is on disk: it survives the end of the process and the loss of power.
/// Reads see it at once. All methods block, for as long as a local file takes, and may be called by
/// any thread; writes go one after the other. Other processes may have the file open as well.
///
/// Methods throw [ReplicaException] where the file cannot be used, and `IllegalStateException`
/// after [#close].
public final class Replica implements AutoCloseable {

    /// The name of the space whose entities never leave the device.
    static final String DRAFTS = "drafts";

    private final Database database;
    private final ReplicaSettings settings;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final Commits commits = new Commits();
    private final String deviceId;

    private Replica(Database database, ReplicaSettings settings, Clock clock, Supplier<UUID> ids) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        this.ids = ids;
        this.deviceId = transact(session -> Meta.deviceId(session, ids));
    }

    /// Opens the file, made where there is none; its folder must be there.
    ///
    /// @throws ReplicaException also when the file is something else's, or a newer Reconverge's
    public static Replica open(Path file, ReplicaSettings settings) {
        return open(file, settings, Clock.systemUTC(), UUID::randomUUID);
    }

    /// The same, with a clock and ids of the caller's.
    ///
    /// @param ids never the same twice, on any device
    public static Replica open(
            Path file, ReplicaSettings settings, Clock clock, Supplier<UUID> ids) {
        return open(Database.open(file), settings, clock, ids);
    }

    static Replica open(
            Database database, ReplicaSettings settings, Clock clock, Supplier<UUID> ids) {
        try {
            return new Replica(database, settings, clock, ids);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /// A UUID that was made with the file.
    public String deviceId() {
        return deviceId;
    }

    /// The user's own space.
    public Space me() {
        return space(SpaceId.ME);
    }

    /// A space that is synced, by what a URL calls it. Nothing is stored of it before a write or a
    /// page.
    public Space space(String name) {
        if (name.isBlank() || name.equals(DRAFTS)) {
            throw new IllegalArgumentException("no space can be called '" + name + "'");
        }
        return new Space(this, name);
    }

    /// What never leaves the device. It has no outbox, and no conflicts but those that an import
    /// settles.
    public Space drafts() {
        return new Space(this, DRAFTS);
    }

    /// The synced spaces that something is stored of, by name.
    public List<String> spaces() {
        return database.read(session ->
                Spaces.names(session).stream().filter(name -> !name.equals(DRAFTS)).toList());
    }

    /// The files that are to be sent.
    public Uploads uploads() {
        return new Uploads(this);
    }

    /// The `sub` of the user whose data this is; empty as long as nobody has claimed it.
    public Optional<String> owner() {
        return Optional.ofNullable(database.read(Meta::owner));
    }

    /// Says whose data this is, before the first sync: one person's changes must not be sent as
    /// another's.
    ///
    /// @return false when it is another's
    public boolean claim(String subject) {
        // each request asks, and an owner stays: only the first has anything to write
        Optional<String> known = owner();
        if (known.isPresent()) {
            return known.get().equals(subject);
        }
        return transact(session -> {
            String owner = Meta.owner(session);
            if (owner == null) {
                Meta.owner(session, subject);
            }
            return owner == null || owner.equals(subject);
        });
    }

    /// Whether the user has switched sync off.
    public boolean isPaused() {
        return database.read(Meta::isPaused);
    }

    /// Switches sync off or on, for all processes that have the file open, and those that will.
    public void setPaused(boolean paused) {
        transact(session -> {
            Meta.paused(session, paused);
            return null;
        });
    }

    /// Makes one transaction of all that `work` writes through this replica on this thread, in
    /// whatever spaces: all of it is there, or, if it throws, none. What it reads, it reads with
    /// its own writes. It must not wait for another thread that writes.
    public <T extends @Nullable Object> T atomically(Supplier<T> work) {
        return transact(_ -> work.get());
    }

    /// Reads one state of all of it, however long that takes and whatever is written meanwhile.
    /// Writes go on; the file's log grows until it ends. `work` must not write.
    public <T extends @Nullable Object> T snapshot(Function<Snapshot, T> work) {
        return read(session -> work.apply(new Snapshot(session)));
    }

    /// Has `observer` told of every commit made through this object, in their order, one at a time,
    /// soon after each and outside the transaction: it may read and write. What other processes
    /// write it is not told of. What it throws is logged.
    public Observation observe(Consumer<Commit> observer) {
        return commits.observe(observer);
    }

    /// Ends the telling of an observer.
    @FunctionalInterface
    public interface Observation extends AutoCloseable {
        @Override
        void close();
    }

    /// Reads all of the file, which takes as long as that takes, and says whether it is sound.
    public Health health() {
        return database.read(session -> Health.of(session, settings));
    }

    /// A number that is another than before when another process has committed something. Costs no
    /// more than a look at the file's head.
    public long othersCommits() {
        return database.othersCommits();
    }

    /// The newest lines of the sync log, newest first.
    public List<LogLine> log(int limit) {
        return database.read(session -> SyncLog.latest(session, limit));
    }

    /// How many statements SQLite has run for this object: what its work costs, whatever the
    /// machine.
    public long statements() {
        return database.statements();
    }

    @Override
    public void close() {
        database.close();
    }

    ReplicaSettings settings() {
        return settings;
    }

    /// The time by this replica's clock, epoch milliseconds.
    public long nowMillis() {
        return clock.millis();
    }

    <T extends @Nullable Object> T read(Function<Session, T> work) {
        return database.read(work);
    }

    <T extends @Nullable Object> T transact(Function<Session, T> work) {
        boolean outermost = !database.isWriting();
        try {
            return database.write(work, commits::committed);
        } catch (RuntimeException | Error e) {
            if (outermost) {
                commits.rolledBack();
            }
            throw e;
        } finally {
            if (outermost) {
                commits.tell();
            }
        }
    }

    /// A transaction on one space.
    <T extends @Nullable Object> T transact(String space, Function<Transaction, T> work) {
        return transact(session ->
                work.apply(
                        new Transaction(
                                session,
                                Spaces.ensure(session, space),
                                settings,
                                commits,
                                new Moment(
                                        clock.millis(),
                                        ids,
                                        () -> Meta.nextNumber(session),
                                        settings.triesMax()))));
    }

    UUID newId() {
        return ids.get();
    }

    Commits commits() {
        return commits;
    }
}
