package io.reconverge.service.kafka;

import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import reactor.core.publisher.Mono;

/// Up while a broker answers within [#PATIENCE].
final class KafkaHealthIndicator extends AbstractReactiveHealthIndicator {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Admin admin;

    KafkaHealthIndicator(Admin admin) {
        super("No Kafka broker answers");
        this.admin = admin;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        return Mono.fromCompletionStage(() ->
                        admin.describeCluster(
                                        new DescribeClusterOptions()
                                                .timeoutMs((int) PATIENCE.toMillis()))
                                .nodes()
                                .toCompletionStage())
                .timeout(PATIENCE)
                .map(nodes -> builder.up().withDetail("brokers", nodes.size()).build());
    }
}
