package io.reconverge.client.outbox;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Moments with ids and numbers that count up.
final class Moments {

    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong numbers = new AtomicLong();

    Moment at(long nowMillis) {
        return new Moment(
                nowMillis, () -> new UUID(0, ids.incrementAndGet()), numbers::incrementAndGet, 5);
    }
}
