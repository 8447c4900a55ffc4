package io.reconverge.media.sweep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the sweep tells of itself, in numbers and in the log. Its counters count what is done, also
/// in a pass that fails later.
final class SweepMeters {

    private static final Logger log = LoggerFactory.getLogger(SweepMeters.class);

    private static final long NONE = Long.MAX_VALUE;

    private final MeterRegistry registry;
    private final Counter blobs;
    private final Counter uploads;
    private final Counter objects;
    private final Counter multiparts;
    private final AtomicLong oldestGarbage = new AtomicLong(NONE);
    private final AtomicLong foreign = new AtomicLong();

    SweepMeters(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        blobs = removed("blob");
        uploads = removed("upload");
        objects = removed("object");
        multiparts = removed("multipart");
        Gauge.builder("reconverge.media.sweep.garbage.age", () -> age(clock.millis()))
                .description("Age of the oldest folder that waits to be cleaned; 0: none waits")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("reconverge.media.sweep.foreign", foreign, AtomicLong::get)
                .description("What the last patrol met in the bucket that is not of our form")
                .register(registry);
    }

    private Counter removed(String kind) {
        return Counter.builder("reconverge.media.sweep.removed")
                .description("What was no longer wanted, and is gone")
                .tag("kind", kind)
                .register(registry);
    }

    private double age(long now) {
        long oldest = oldestGarbage.get();
        return oldest == NONE ? 0 : Math.max(0, now - oldest) / 1_000.0;
    }

    void removedBlobs(long count) {
        blobs.increment(count);
    }

    void removedUploads(long count) {
        uploads.increment(count);
    }

    void removedObjects(long count) {
        objects.increment(count);
    }

    void removedMultipart() {
        multiparts.increment();
    }

    /// @param since epoch milliseconds
    void garbageWaits(long since) {
        oldestGarbage.set(since);
    }

    void noGarbageWaits() {
        oldestGarbage.set(NONE);
    }

    void foreign(long count) {
        foreign.set(count);
    }

    /// @param pass that did not do all that it had to; it will come again
    void failed(String pass, Throwable failure) {
        log.warn("The sweep of {} failed: {}", pass, failure.toString());
        Counter.builder("reconverge.media.sweep.failures")
                .description("What could not be removed, and will be tried again")
                .tag("pass", pass)
                .register(registry)
                .increment();
    }
}
