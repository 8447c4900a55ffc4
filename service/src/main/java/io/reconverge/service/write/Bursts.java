package io.reconverge.service.write;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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
/// Safe for many threads. A send is begun on the thread that asked for it or on one of the timer's.
final class Bursts {

    /// What is gathered at most. Beyond it there is company enough: sends go at once.
    static final int GATHERED_MAX = 64;

    private final Duration restMax;
    private final Scheduler timer;
    private final List<Held<?>> gathered = new ArrayList<>();

    /// A burst is on its way, or rests.
    private boolean busy;

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
        boolean free;
        synchronized (this) {
            if (busy && gathered.size() < GATHERED_MAX) {
                gathered.add(held);
                return held.result;
            }
            free = !busy;
            busy = true;
        }
        if (free) {
            go(List.of(held));
        } else {
            held.go();
        }
        return held.result;
    }

    private void go(List<Held<?>> burst) {
        long begin = timer.now(TimeUnit.NANOSECONDS);
        AtomicBoolean over = new AtomicBoolean();
        Disposable patience =
                timer.schedule(
                        () -> rest(burst, begin, over), restMax.toNanos(), TimeUnit.NANOSECONDS);
        CompletableFuture.allOf(burst.stream().map(Held::go).toArray(CompletableFuture[]::new))
                .whenComplete((all, failure) -> {
                    patience.dispose();
                    rest(burst, begin, over);
                });
    }

    private void rest(List<Held<?>> burst, long begin, AtomicBoolean over) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        if (burst.size() == 1) {
            next();
        } else {
            long took = timer.now(TimeUnit.NANOSECONDS) - begin;
            timer.schedule(this::next, Math.min(took, restMax.toNanos()), TimeUnit.NANOSECONDS);
        }
    }

    private void next() {
        List<Held<?>> burst;
        synchronized (this) {
            burst = List.copyOf(gathered);
            gathered.clear();
            busy = !burst.isEmpty();
        }
        if (!burst.isEmpty()) {
            go(burst);
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
