package io.reconverge.client.replica;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// The SQLite file: one connection that writes, and as many that read as threads do at once.
///
/// Every commit is synced (`synchronous = FULL`): a write that returned survives the loss of power
/// as well as of the process.
final class Database implements AutoCloseable {

    private static final int BUSY_TIMEOUT_MILLIS = 5_000;
    private static final int IDLE_READERS_MAX = 4;

    private final Path file;
    private final SynchronousMode durability;
    private final Session writer;
    private final LongAdder statements;
    private final ReentrantLock writing = new ReentrantLock();
    private final ConcurrentLinkedDeque<Session> idleReaders = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /// As the writing connection knows it, which hears of no commit of its own.
    private volatile long othersCommits;

    private Database(Path file, SynchronousMode durability, Session writer, LongAdder statements) {
        this.file = file;
        this.durability = durability;
        this.writer = writer;
        this.statements = statements;
    }

    static Database open(Path file) {
        return open(file, SynchronousMode.FULL);
    }

    /// @param durability less than `FULL` is for tests, whose files nobody will miss
    static Database open(Path file, SynchronousMode durability) {
        LongAdder statements = new LongAdder();
        Session writer = connect(file, durability, false, statements);
        try {
            Database database = new Database(file, durability, writer, statements);
            database.write(
                    session -> {
                        Schema.migrate(session);
                        return null;
                    },
                    () -> {});
            return database;
        } catch (RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    /// Does the work in a transaction, which commits unless the work throws. Within a transaction
    /// of the same thread it is a part of that.
    ///
    /// @param committed called after the commit, before any other transaction begins
    <T extends @Nullable Object> T write(Function<Session, T> work, Runnable committed) {
        if (writing.isHeldByCurrentThread()) {
            return work.apply(writer);
        }
        writing.lock();
        try {
            ensureOpen();
            writer.execute("begin immediate");
            T result;
            try {
                result = work.apply(writer);
                writer.execute("commit");
            } catch (RuntimeException | Error e) {
                rollBack(e);
                throw e;
            }
            committed.run();
            return result;
        } finally {
            writing.unlock();
        }
    }

    /// Reads one state of the file: the last committed one, or, within a transaction of the same
    /// thread, that one's.
    <T extends @Nullable Object> T read(Function<Session, T> work) {
        if (writing.isHeldByCurrentThread()) {
            return work.apply(writer);
        }
        ensureOpen();
        Session idle = idleReaders.poll();
        Session reader = idle == null ? connect(file, durability, true, statements) : idle;
        try {
            reader.execute("begin");
            try {
                return work.apply(reader);
            } finally {
                reader.execute("commit");
            }
        } finally {
            if (closed || idleReaders.size() >= IDLE_READERS_MAX) {
                reader.close();
            } else {
                idleReaders.add(reader);
            }
        }
    }

    /// How many statements were run since it was opened.
    long statements() {
        return statements.sum();
    }

    /// Whether this thread is in the midst of [#write].
    boolean isWriting() {
        return writing.isHeldByCurrentThread();
    }

    /// A number that is another than before when another process has committed. While this one is
    /// writing, the last that is known.
    long othersCommits() {
        if (writing.tryLock()) {
            try {
                ensureOpen();
                othersCommits = writer.number("pragma data_version");
            } finally {
                writing.unlock();
            }
        }
        return othersCommits;
    }

    private void rollBack(Throwable cause) {
        try {
            writer.execute("rollback");
        } catch (ReplicaException e) {
            // SQLite rolls some failures back by itself; then there is nothing to roll back
            cause.addSuppressed(e);
        }
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("the replica is closed");
        }
    }

    private static Session connect(
            Path file, SynchronousMode durability, boolean reader, LongAdder statements) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(durability);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.enforceForeignKeys(true);
        try {
            Session session =
                    new Session(
                            config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()),
                            statements);
            // where fsync alone leaves data in the disk's cache: macOS
            session.execute("pragma fullfsync = 1");
            session.execute("pragma checkpoint_fullfsync = 1");
            if (reader) {
                session.execute("pragma query_only = 1");
            }
            return session;
        } catch (SQLException e) {
            throw new ReplicaException(file + " could not be opened: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                for (Session reader = idleReaders.poll();
                        reader != null;
                        reader = idleReaders.poll()) {
                    reader.close();
                }
                writer.close();
            }
        } finally {
            writing.unlock();
        }
    }
}
