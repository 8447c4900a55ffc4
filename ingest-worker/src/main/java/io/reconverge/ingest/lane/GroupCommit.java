package io.reconverge.ingest.lane;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Commits what several lanes bring at the same time in one transaction, as databases do with
/// commits that come together: a transaction costs much the same for one row as for fifty.
///
/// Whoever comes first and finds a session leads: it lets those come who were given something at
/// the same time, and commits what all of them brought. Who comes later waits, and the first of
/// them leads as soon as there is a session. So nobody waits for company that is not there, and
/// under load transactions grow. Safe for many threads.
///
/// @param <P> what a lane brings
/// @param <R> what it comes to
final class GroupCommit<P, R> implements AutoCloseable {

    /// One session, used by one thread at a time.
    interface Work<P, R> extends AutoCloseable {

        /// All of it in one transaction.
        ///
        /// @return what came of each part, in their order
        List<R> commit(List<P> parts);

        @Override
        void close();
    }

    private final ToDoubleFunction<P> share;
    private final Deque<Work<P, R>> idle;
    private final Deque<Seat> waiting = new ArrayDeque<>();

    /// Whether somebody has a session and is about to take those along who wait.
    private boolean forming;

    /// @param atOnce transactions at the same time
    /// @param share of the largest transaction that a part makes up
    GroupCommit(int atOnce, ToDoubleFunction<P> share, Supplier<Work<P, R>> sessions) {
        this.share = share;
        this.idle = new ArrayDeque<>(Stream.generate(sessions).limit(atOnce).toList());
    }

    /// Commits a part, alone or among others.
    ///
    /// @throws RuntimeException what the transaction failed with, when there was nothing else in it
    /// @throws AmongOthersException when there was; whether it was committed is for the caller to
    ///   find out, and to try again by itself
    R commit(P part) throws InterruptedException {
        Seat seat = new Seat(part);
        synchronized (this) {
            waiting.add(seat);
            form();
        }
        Work<P, R> session = await(seat);
        if (session != null) {
            lead(seat, session);
        }
        return seat.result();
    }

    /// @return a session to commit with; none when another has done it
    private @Nullable Work<P, R> await(Seat seat) throws InterruptedException {
        try {
            return seat.await();
        } catch (InterruptedException stop) {
            Work<P, R> unused;
            synchronized (this) {
                waiting.remove(seat);
                unused = seat.session;
                forming &= unused == null;
            }
            if (unused != null) {
                handOn(unused);
            }
            throw stop;
        }
    }

    private void lead(Seat own, Work<P, R> session) {
        List<Seat> group = new ArrayList<>(List.of(own));
        List<R> results = null;
        Throwable failure = null;
        try {
            gather(group);
            results = session.commit(group.stream().map(seat -> seat.part).toList());
        } catch (RuntimeException | Error thrown) {
            failure = thrown;
        }
        handOn(session);
        for (int i = 0; i < group.size(); i++) {
            Seat seat = group.get(i);
            if (results != null) {
                seat.done(results.get(i), null);
            } else {
                seat.done(null, group.size() == 1 ? failure : new AmongOthersException(failure));
            }
        }
    }

    private void gather(List<Seat> group) {
        // lanes are virtual threads: behind this one in the queue are those of the same fetch
        Thread.yield();
        synchronized (this) {
            try {
                double filled = share.applyAsDouble(group.getFirst().part);
                while (!waiting.isEmpty()) {
                    filled += share.applyAsDouble(waiting.peek().part);
                    if (filled > 1) {
                        break;
                    }
                    group.add(waiting.remove());
                }
            } finally {
                forming = false;
                form();
            }
        }
    }

    private synchronized void handOn(Work<P, R> session) {
        idle.push(session);
        form();
    }

    /// Has the first of those who wait lead the others, if there is a session, and nobody does.
    private synchronized void form() {
        if (!forming && !waiting.isEmpty() && !idle.isEmpty()) {
            forming = true;
            waiting.remove().lead(idle.pop());
        }
    }

    /// Once nobody commits any more.
    @Override
    public synchronized void close() {
        idle.forEach(Work::close);
        idle.clear();
    }

    /// One who waits.
    private final class Seat {
        private final P part;
        private @Nullable Work<P, R> session;
        private @Nullable R result;
        private @Nullable Throwable failure;

        private Seat(P part) {
            this.part = part;
        }

        private synchronized @Nullable Work<P, R> await() throws InterruptedException {
            while (session == null && result == null && failure == null) {
                wait();
            }
            return session;
        }

        private synchronized void lead(Work<P, R> session) {
            this.session = session;
            notifyAll();
        }

        private synchronized void done(@Nullable R result, @Nullable Throwable failure) {
            this.result = result;
            this.failure = failure;
            notifyAll();
        }

        private synchronized R result() {
            switch (failure) {
                case null -> {}
                case RuntimeException thrown -> throw thrown;
                case Error thrown -> throw thrown;
                default -> throw new IllegalStateException(failure);
            }
            if (result == null) {
                throw new IllegalStateException("A part was committed to no result");
            }
            return result;
        }
    }

    /// A transaction failed that held other lanes' parts as well, any of which may be why.
    static final class AmongOthersException extends RuntimeException {
        private static final long serialVersionUID = 1;

        AmongOthersException(@Nullable Throwable cause) {
            super(cause);
        }
    }
}
