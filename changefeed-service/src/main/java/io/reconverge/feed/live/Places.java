package io.reconverge.feed.live;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.service.problem.ProblemException;
import java.util.concurrent.atomic.AtomicInteger;

/// A bounded number of places for those who stay.
final class Places {

    private final String who;
    private final int max;
    private final AtomicInteger taken = new AtomicInteger();

    Places(String who, int max, String gauge, MeterRegistry meters) {
        this.who = who;
        this.max = max;
        Gauge.builder(gauge, taken, AtomicInteger::get)
                .description("How many there are now: " + who)
                .register(meters);
    }

    /// @throws ProblemException `unavailable` when there is none left
    void take() {
        if (taken.incrementAndGet() > max) {
            taken.decrementAndGet();
            throw ProblemException.unavailable("There are too many " + who + ".");
        }
    }

    void giveBack() {
        taken.decrementAndGet();
    }
}
