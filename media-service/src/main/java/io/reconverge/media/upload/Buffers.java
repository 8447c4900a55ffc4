package io.reconverge.media.upload;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.pool.PoolBuilder;

/// The buffers that uploads are received in: as many as there are, so many are received at once.
final class Buffers {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final int WAITING_PER_BUFFER = 40;

    private final InstrumentedPool<PartBuffer> pool;
    private final Duration patience;
    private final int perUser;
    private final ConcurrentHashMap<String, Integer> users = new ConcurrentHashMap<>();

    Buffers(UploadSettings settings, MeterRegistry meters) {
        this.patience = settings.bufferPatience();
        this.perUser = settings.perUser();
        this.pool =
                PoolBuilder.from(Mono.fromSupplier(PartBuffer::new))
                        .sizeBetween(0, settings.buffers())
                        .maxPendingAcquire(settings.buffers() * WAITING_PER_BUFFER)
                        .releaseHandler(buffer -> Mono.fromRunnable(buffer::clear))
                        .acquisitionScheduler(Schedulers.immediate())
                        .buildPool();
        Gauge.builder("reconverge.media.buffers", pool, p -> p.metrics().acquiredSize())
                .description("Uploads that are being received")
                .register(meters);
        Gauge.builder("reconverge.media.waiting", pool, p -> p.metrics().pendingAcquireSize())
                .description("Uploads that wait to be received")
                .register(meters);
    }

    /// Does what is to be done with a buffer, and takes it back whatever comes of that.
    ///
    /// @return fails with a [ProblemException]: `rate-limited` when this user has too many at once,
    ///   `unavailable` when none is free in time
    <T> Mono<T> with(String user, Function<PartBuffer, Mono<T>> use) {
        return Mono.usingWhen(
                Mono.fromRunnable(() -> enter(user)).thenReturn(user),
                entered ->
                        Mono.usingWhen(
                                pool.acquire(patience).onErrorMap(Buffers::isFull, Buffers::full),
                                pooled -> use.apply(pooled.poolable()),
                                pooled -> pooled.release()),
                entered -> Mono.fromRunnable(() -> leave(user)));
    }

    private void enter(String user) {
        users.compute(
                user,
                (name, count) -> {
                    int present = count == null ? 0 : count;
                    if (present >= perUser) {
                        throw new ProblemException(
                                Problem.of(
                                        ProblemType.RATE_LIMITED,
                                        "At most %d uploads of a user at once.".formatted(perUser)),
                                RETRY_AFTER);
                    }
                    return present + 1;
                });
    }

    private void leave(String user) {
        users.computeIfPresent(user, (name, count) -> count == 1 ? null : count - 1);
    }

    private static boolean isFull(Throwable failure) {
        return failure instanceof PoolAcquireTimeoutException
                || failure instanceof PoolAcquirePendingLimitException
                || failure instanceof TimeoutException;
    }

    private static ProblemException full(Throwable failure) {
        return ProblemException.unavailable("As many uploads come in as can be received at once.");
    }
}
