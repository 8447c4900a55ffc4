package io.reconverge.ingest.lane;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.stereotype.Component;

/// Down once the consumer of writes has ended without having been asked to: no write comes in any
/// more, and nothing in the process will change that. So it belongs to liveness.
///
/// Up while the consumer leaves the group to join it again, and while there is no broker: it waits.
@Component
final class ConsumerHealthIndicator extends AbstractHealthIndicator {

    private final MessageListenerContainer writes;

    ConsumerHealthIndicator(MessageListenerContainer writes) {
        this.writes = writes;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.status(writes.isInExpectedState() ? "UP" : "DOWN");
    }
}
