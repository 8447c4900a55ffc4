package io.reconverge.service.write;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/// Up once results are read: before that, each write would be answered without its decision.
final class ResultsHealthIndicator extends AbstractHealthIndicator {

    private final ResultsReader reader;

    ResultsHealthIndicator(ResultsReader reader) {
        this.reader = reader;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        reader.replyPartition()
                .ifPresentOrElse(
                        partition -> builder.up().withDetail("partition", partition),
                        builder::down);
    }
}
