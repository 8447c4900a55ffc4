package io.reconverge.feed.live;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.feed.FeedSettings;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Who reads which space's tail.
@Component
final class Subscriptions implements SmartLifecycle {

    private final int perSpaceMax;
    private final int eventsMax;
    private final long bytesMax;
    private final long allBytesMax;
    private final ConcurrentHashMap<UUID, Set<Subscription>> bySpace = new ConcurrentHashMap<>();
    private final AtomicLong held = new AtomicLong();
    private volatile boolean running;

    Subscriptions(FeedSettings settings, MeterRegistry meters) {
        this.perSpaceMax = settings.readersPerSpace();
        this.eventsMax = settings.bufferEvents();
        this.bytesMax = settings.bufferSize().toBytes();
        this.allBytesMax = settings.buffersSize().toBytes();
        Gauge.builder("reconverge.feed.buffers.held", held, AtomicLong::get)
                .description("Changes of the tail that wait for their readers")
                .baseUnit("bytes")
                .register(meters);
    }

    /// From here on the subscription is told whatever the tail brings.
    ///
    /// @throws ProblemException `rate-limited` when too many read this space already, `unavailable`
    ///   when the service is going away
    Subscription open(UUID space) {
        var subscription = new Subscription(this, space);
        bySpace.compute(
                space,
                (_, present) -> {
                    Set<Subscription> readers =
                            present == null ? ConcurrentHashMap.newKeySet() : present;
                    if (readers.size() >= perSpaceMax) {
                        throw new ProblemException(
                                ProblemType.RATE_LIMITED,
                                "This space has %d readers already.".formatted(perSpaceMax));
                    }
                    readers.add(subscription);
                    return readers;
                });
        // after it was added: either the one who ends them all saw it, or this sees that they end
        if (!running) {
            subscription.close();
            throw ProblemException.unavailable("This instance is going away.");
        }
        return subscription;
    }

    boolean anyFor(UUID space) {
        return bySpace.containsKey(space);
    }

    /// Whether any reader of the space has yet to be offered this version.
    boolean lack(UUID space, long version) {
        return bySpace.getOrDefault(space, Set.of()).stream()
                .anyMatch(reader -> reader.lacks(version));
    }

    void offer(UUID space, LiveChange change) {
        bySpace.getOrDefault(space, Set.of()).forEach(reader -> reader.offer(change));
    }

    /// What the tail brought for this space could not be read.
    void tellGap(UUID space) {
        bySpace.getOrDefault(space, Set.of()).forEach(Subscription::tellGap);
    }

    /// The tail may have missed something of any space.
    void tellGap() {
        all(Subscription::tellGap);
    }

    private void all(Consumer<Subscription> action) {
        bySpace.values().forEach(readers -> readers.forEach(action));
    }

    boolean admits(int events, long bytes, LiveChange change) {
        return events <= eventsMax
                && bytes <= bytesMax
                && held.get() + change.size() <= allBytesMax;
    }

    void hold(long bytes) {
        held.addAndGet(bytes);
    }

    void remove(Subscription subscription) {
        bySpace.computeIfPresent(
                subscription.space(),
                (_, readers) -> {
                    readers.remove(subscription);
                    return readers.isEmpty() ? null : readers;
                });
    }

    @Override
    public void start() {
        running = true;
    }

    /// Ends every stream and wait with a word, before the server waits for its requests to end.
    @Override
    public void stop() {
        running = false;
        all(Subscription::tellEnding);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
