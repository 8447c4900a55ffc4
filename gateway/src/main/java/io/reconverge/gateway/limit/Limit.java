package io.reconverge.gateway.limit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.time.Duration;
import org.springframework.http.HttpHeaders;

/// So many requests a minute for each of many callers. Safe for use by many threads.
///
/// Says how things stand in the headers of draft-ietf-httpapi-ratelimit-headers: `RateLimit` has
/// what remains, `r`, and in how many seconds `t` the quota is whole again; where nothing remains,
/// `RateLimit-Policy` has the quota `q` and its window `w`.
final class Limit {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final String POLICY_HEADER = "RateLimit-Policy";
    private static final String HEADER = "RateLimit";

    private final String name;
    private final String quoted;
    private final String policy;
    private final LoadingCache<String, Bucket> buckets;
    private final Counter refused;

    /// @param name of the policy: letters and hyphens
    Limit(String name, int perMinute, int tracked, MeterRegistry meters) {
        this.name = name;
        this.quoted = '"' + name + '"';
        this.policy = quoted + ";q=" + perMinute + ";w=" + WINDOW.toSeconds();
        this.buckets =
                Caffeine.newBuilder()
                        .maximumSize(tracked)
                        // whoever stays away this long has a full quota, as one never seen has
                        .expireAfterAccess(WINDOW)
                        .build(key ->
                                Bucket.builder()
                                        .addLimit(bandwidth ->
                                                bandwidth
                                                        .capacity(perMinute)
                                                        .refillGreedy(perMinute, WINDOW))
                                        .build());
        this.refused =
                Counter.builder("reconverge.gateway.rate.limited")
                        .description("Requests refused for coming too often")
                        .tag("policy", name)
                        .register(meters);
    }

    /// Counts a request, and tells in the headers how things stand.
    ///
    /// @throws ProblemException `rate-limited`, when there is nothing left
    void count(String caller, HttpHeaders headers) {
        ConsumptionProbe probe = buckets.get(caller).tryConsumeAndReturnRemaining(1);
        tell(headers, probe.getRemainingTokens(), probe.getNanosToWaitForReset());
        if (!probe.isConsumed()) {
            throw refuse(headers, probe.getNanosToWaitForRefill());
        }
    }

    /// Counts a request that has its answer already.
    void countAnswered(String caller, HttpHeaders headers) {
        ConsumptionProbe probe = buckets.get(caller).tryConsumeAndReturnRemaining(1);
        tell(headers, probe.getRemainingTokens(), probe.getNanosToWaitForReset());
    }

    /// Counts nothing.
    ///
    /// @throws ProblemException `rate-limited`, when there is nothing left
    void check(String caller, HttpHeaders headers) {
        EstimationProbe probe = buckets.get(caller).estimateAbilityToConsume(1);
        if (!probe.canBeConsumed()) {
            tell(headers, 0, WINDOW.toNanos());
            throw refuse(headers, probe.getNanosToWaitForRefill());
        }
    }

    private void tell(HttpHeaders headers, long remaining, long nanosToWhole) {
        // on each request, where a format would be parsed each time
        headers.set(HEADER, quoted + ";r=" + remaining + ";t=" + secondsUp(nanosToWhole));
    }

    private ProblemException refuse(HttpHeaders headers, long nanosToNext) {
        refused.increment();
        headers.set(POLICY_HEADER, policy);
        return new ProblemException(
                Problem.of(
                        ProblemType.RATE_LIMITED,
                        "This is more than one %s may ask in a minute.".formatted(name)),
                Duration.ofSeconds(secondsUp(nanosToNext)));
    }

    private static long secondsUp(long nanos) {
        return Math.ceilDiv(nanos, 1_000_000_000L);
    }
}
