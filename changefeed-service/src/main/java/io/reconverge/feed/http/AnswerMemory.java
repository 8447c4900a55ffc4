package io.reconverge.feed.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.feed.FeedSettings;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/// Bytes of answers that are made and not yet taken by their readers.
@Component
public final class AnswerMemory {

    private final long max;
    private final AtomicLong held = new AtomicLong();

    AnswerMemory(FeedSettings settings, MeterRegistry meters) {
        this.max = settings.answersSize().toBytes();
        Gauge.builder("reconverge.feed.answers.held", held, AtomicLong::get)
                .description("Answers that are made and not yet taken")
                .baseUnit("bytes")
                .register(meters);
    }

    /// Whether nothing more should be made for now.
    public boolean full() {
        return held.get() >= max;
    }

    void hold(long bytes) {
        held.addAndGet(bytes);
    }

    void release(long bytes) {
        held.addAndGet(-bytes);
    }
}
