package io.reconverge.feed.live;

import java.util.ArrayDeque;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/// One reader's place on a space's tail. The tail's thread puts in and never waits; the reader
/// takes out, one thread at a time. When it takes too slowly the buffer is dropped, and the reader
/// learns that it has to look into PostgreSQL.
final class Subscription implements AutoCloseable {

    private final Subscriptions all;
    private final UUID space;

    private final ArrayDeque<LiveChange> buffer = new ArrayDeque<>();
    private long bytes;

    /// The highest version that was offered. What comes again, on the other topic or in a
    /// transaction that is repeated, is passed over; and so is what comes late: its reader sees
    /// that it is missing, and finds it in PostgreSQL.
    private long offered;

    private boolean gap;
    private boolean ending;
    private @Nullable MonoSink<Void> waiter;

    Subscription(Subscriptions all, UUID space) {
        this.all = all;
        this.space = space;
    }

    UUID space() {
        return space;
    }

    /// By the tail.
    void offer(LiveChange change) {
        synchronized (this) {
            if (!lacks(change.version())) {
                return;
            }
            offered = change.version();
            if (gap) {
                return;
            }
            if (all.admits(buffer.size() + 1, bytes + change.size(), change)) {
                buffer.add(change);
                hold(change.size());
            } else {
                drop();
                gap = true;
            }
        }
        signal();
    }

    synchronized boolean lacks(long version) {
        return version > offered;
    }

    /// By the tail: it may have missed something.
    void tellGap() {
        synchronized (this) {
            drop();
            gap = true;
        }
        signal();
    }

    /// The service is going away.
    void tellEnding() {
        synchronized (this) {
            ending = true;
        }
        signal();
    }

    /// By the reader.
    synchronized @Nullable LiveChange poll() {
        LiveChange change = buffer.poll();
        if (change != null) {
            hold(-change.size());
        }
        return change;
    }

    synchronized boolean hasGap() {
        return gap;
    }

    synchronized boolean isEnding() {
        return ending;
    }

    /// Before PostgreSQL is read: whatever is committed later than that read will be in the buffer.
    synchronized void restart() {
        drop();
        offered = 0;
        gap = false;
    }

    /// Completes, on a thread of its own, when there is something to take, a gap or the end.
    Mono<Void> changed() {
        return Mono.<Void>create(
                        sink -> {
                            boolean already;
                            synchronized (this) {
                                already = gap || ending || !buffer.isEmpty();
                                if (!already) {
                                    waiter = sink;
                                }
                            }
                            if (already) {
                                sink.success();
                            }
                        })
                .publishOn(Schedulers.parallel());
    }

    @Override
    public void close() {
        all.remove(this);
        synchronized (this) {
            drop();
            gap = true;
        }
    }

    private void signal() {
        @Nullable MonoSink<Void> woken;
        synchronized (this) {
            woken = waiter;
            waiter = null;
        }
        if (woken != null) {
            woken.success();
        }
    }

    private void drop() {
        buffer.clear();
        hold(-bytes);
    }

    private void hold(long more) {
        bytes += more;
        all.hold(more);
    }
}
