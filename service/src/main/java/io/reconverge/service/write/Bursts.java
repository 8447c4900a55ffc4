package io.reconverge.service.write;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/// Lets sends go together that come within a short time: what follows a send, such as a request to
/// the broker, a fetch and a transaction, costs much the same for one record as for twenty.
///
/// What comes alone goes at once, and nothing waits for company that is not there. But after a
/// burst of several there is a rest, as long as its acknowledgement took, in which the next one
/// gathers. So nobody waits long where the machine is quick, and the busier it is the larger bursts
/// grow.
///
/// Safe for many threads. A send is begun on the thread that asked for it, on that which
/// acknowledged those before it, or on one of the timer's.
final class Bursts {

    /// What is gathered at most. Beyond it there is company enough: sends go at once.
    static final int GATHERED_MAX = 64;

    private final Duration restMax;
    private final Scheduler timer;
    private final List<Held<?>> gathered = new ArrayList<>();

    /// What is on its way, or rests.
    private @Nullable Burst current;

    /// @param restMax longest that a burst waits for the one before it to be acknowledged, and
    ///   again for its rest; 0 for sends to go as they come
    Bursts(Duration restMax, Scheduler timer) {
        this.restMax = restMax;
        this.timer = timer;
    }

    /// @param send does not block
    /// @return what it comes to
    <T> CompletableFuture<T> add(Supplier<CompletableFuture<T>> send) {
        if (restMax.isZero()) {
            return send.get();
        }
        Held<T> held = new Held<>(send, new CompletableFuture<>());
        Burst alone = null;
        synchronized (this) {
            if (current == null) {
                alone = new Burst(List.of(held));
                current = alone;
            } else if (gathered.size() < GATHERED_MAX) {
                gathered.add(held);
                current.waitedFor();
                return held.result;
            }
        }
        if (alone != null) {
            alone.go();
        } else {
            held.go();
        }
        return held.result;
    }

    private void next() {
        Burst burst;
        synchronized (this) {
            burst = gathered.isEmpty() ? null : new Burst(List.copyOf(gathered));
            gathered.clear();
            current = burst;
        }
        if (burst != null) {
            burst.go();
        }
    }

    /// Sends that go together. Its fields are the outer object's to guard.
    private final class Burst {
        private final List<Held<?>> sends;
        private final long begin = timer.now(TimeUnit.NANOSECONDS);
        private @Nullable Disposable patience;

        /// Acknowledged, or waited for long enough.
        private boolean over;

        private Burst(List<Held<?>> sends) {
            this.sends = sends;
        }

        private void go() {
            CompletableFuture.allOf(sends.stream().map(Held::go).toArray(CompletableFuture[]::new))
                    .whenComplete((all, failure) -> rest());
        }

        /// Somebody does, who is to be kept no longer than `restMax`. The timer, which costs a
        /// change of threads, is not set for what nobody waits for.
        private void waitedFor() {
            if (patience == null && !over) {
                long left = begin + restMax.toNanos() - timer.now(TimeUnit.NANOSECONDS);
                patience = timer.schedule(this::rest, Math.max(0, left), TimeUnit.NANOSECONDS);
            }
        }

        private void rest() {
            synchronized (Bursts.this) {
                if (over) {
                    return;
                }
                over = true;
                if (patience != null) {
                    patience.dispose();
                }
            }
            if (sends.size() == 1) {
                next();
            } else {
                long took = timer.now(TimeUnit.NANOSECONDS) - begin;
                timer.schedule(
                        Bursts.this::next, Math.min(took, restMax.toNanos()), TimeUnit.NANOSECONDS);
            }
        }
    }

    /// One that is to be sent.
    private record Held<T>(Supplier<CompletableFuture<T>> send, CompletableFuture<T> result) {

        CompletableFuture<T> go() {
            try {
                send.get()
                        .whenComplete((sent, failure) -> {
                            if (failure == null) {
                                result.complete(sent);
                            } else {
                                result.completeExceptionally(failure);
                            }
                        });
            } catch (RuntimeException | Error refused) {
                result.completeExceptionally(refused);
            }
            return result;
        }
    }
}
