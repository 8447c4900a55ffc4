package io.reconverge.feed.live;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/// Up while the tail stands on every partition of the changes topic.
@Component
final class TailHealthIndicator extends AbstractHealthIndicator {

    private final Tail tail;

    TailHealthIndicator(Tail tail) {
        this.tail = tail;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.status(tail.isAssigned() ? "UP" : "DOWN").withDetail("lag", tail.lag());
    }
}
