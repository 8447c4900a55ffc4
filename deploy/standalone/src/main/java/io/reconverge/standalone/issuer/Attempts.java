package io.reconverge.standalone.issuer;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.Optional;

/// So many attempts a minute for each of many. Safe for use by many threads.
final class Attempts {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int TRACKED = 100_000;

    private final LoadingCache<String, Bucket> buckets;

    Attempts(int perMinute) {
        buckets =
                Caffeine.newBuilder()
                        .maximumSize(TRACKED)
                        .expireAfterAccess(WINDOW)
                        .build(key ->
                                Bucket.builder()
                                        .addLimit(limit ->
                                                limit.capacity(perMinute)
                                                        .refillGreedy(perMinute, WINDOW))
                                        .build());
    }

    /// Counts one.
    ///
    /// @return how long to wait when it is one too many, else empty
    Optional<Duration> count(String key) {
        ConsumptionProbe probe = buckets.get(key).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
}
