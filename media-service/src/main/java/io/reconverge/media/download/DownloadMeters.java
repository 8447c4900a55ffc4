package io.reconverge.media.download;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

@Component
final class DownloadMeters {

    private final AtomicInteger underWay = new AtomicInteger();
    private final Map<Outcome, Counter> ended = new EnumMap<>(Outcome.class);
    private final Counter bytes;

    DownloadMeters(MeterRegistry meters) {
        for (Outcome outcome : Outcome.values()) {
            ended.put(
                    outcome,
                    Counter.builder("reconverge.media.downloads")
                            .description("Downloads that have ended")
                            .tag("outcome", outcome.tag())
                            .register(meters));
        }
        bytes =
                Counter.builder("reconverge.media.downloaded")
                        .description("Bytes of media that readers have taken")
                        .baseUnit("bytes")
                        .register(meters);
        Gauge.builder("reconverge.media.downloads.active", underWay, AtomicInteger::get)
                .description("Downloads under way")
                .register(meters);
    }

    void ended(Outcome outcome) {
        Objects.requireNonNull(ended.get(outcome)).increment();
    }

    void taken(long count) {
        bytes.increment(count);
    }

    /// @return how many there are with this one
    int begun() {
        return underWay.incrementAndGet();
    }

    void left() {
        underWay.decrementAndGet();
    }
}
