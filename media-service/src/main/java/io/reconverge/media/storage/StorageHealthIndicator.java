package io.reconverge.media.storage;

import java.time.Duration;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import reactor.core.publisher.Mono;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/// Up while the bucket answers within [#PATIENCE].
final class StorageHealthIndicator extends AbstractReactiveHealthIndicator {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final S3AsyncClient client;
    private final String bucket;

    StorageHealthIndicator(S3AsyncClient client, StorageSettings settings) {
        super("The bucket does not answer");
        this.client = client;
        this.bucket = settings.bucket();
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        return Mono.fromFuture(() ->
                        client.headBucket(request ->
                                request.bucket(bucket)
                                        .overrideConfiguration(
                                                call -> call.apiCallTimeout(PATIENCE))))
                .map(answer -> builder.up().build());
    }
}
