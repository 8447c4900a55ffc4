package io.reconverge.client.sync;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A value that changes, as a publisher: each subscriber gets the present value, then the newest
/// each time that it has asked for one and there is one. What it was too slow for it misses.
///
/// Safe for many threads. Subscribers are called by the executor, each one call at a time.
final class Latest<T> implements Flow.Publisher<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Latest.class);

    /// One that was set.
    private record Version<T>(long number, T value) {}

    private final Executor executor;
    private final CopyOnWriteArrayList<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private volatile Version<T> latest;
    private volatile boolean closed;

    Latest(T first, Executor executor) {
        this.latest = new Version<>(1, first);
        this.executor = executor;
    }

    T value() {
        return latest.value;
    }

    /// Publishes a value, unless it equals the present one.
    synchronized void set(T value) {
        if (!latest.value.equals(value)) {
            latest = new Version<>(latest.number + 1, value);
            subscriptions.forEach(Subscription::wake);
        }
    }

    /// Completes all subscriptions, those that are still to come as well.
    void close() {
        closed = true;
        subscriptions.forEach(Subscription::wake);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Subscription subscription = new Subscription(requireNonNull(subscriber, "subscriber"));
        subscriptions.add(subscription);
        subscription.wake();
    }

    private final class Subscription implements Flow.Subscription {

        private final Flow.Subscriber<? super T> subscriber;
        private final AtomicLong requested = new AtomicLong();
        private final AtomicInteger wakes = new AtomicInteger();
        private volatile boolean ended;
        private volatile boolean misused;

        // of the one call at a time
        private boolean begun;
        private long told;

        Subscription(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                misused = true;
            } else {
                requested.accumulateAndGet(
                        n, (have, more) -> have + more < 0 ? Long.MAX_VALUE : have + more);
            }
            wake();
        }

        @Override
        public void cancel() {
            ended = true;
            subscriptions.remove(this);
        }

        void wake() {
            if (wakes.getAndIncrement() == 0) {
                executor.execute(this::run);
            }
        }

        private void run() {
            int missed = 1;
            do {
                try {
                    step();
                } catch (RuntimeException e) {
                    LOG.error("A subscriber failed; it is told no more.", e);
                    cancel();
                }
                missed = wakes.addAndGet(-missed);
            } while (missed != 0);
        }

        private void step() {
            if (!begun) {
                begun = true;
                subscriber.onSubscribe(this);
            }
            boolean closing = closed;
            Version<T> newest = latest;
            if (!ended && !misused && newest.number > told && requested.get() > 0) {
                told = newest.number;
                requested.accumulateAndGet(
                        1, (have, one) -> have == Long.MAX_VALUE ? have : have - one);
                subscriber.onNext(newest.value);
            }
            if (!ended && misused) {
                cancel();
                subscriber.onError(
                        new IllegalArgumentException("more than 0 must be requested (3.9)"));
            } else if (!ended && closing) {
                cancel();
                subscriber.onComplete();
            }
        }
    }
}
