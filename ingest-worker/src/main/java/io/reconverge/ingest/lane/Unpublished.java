package io.reconverge.ingest.lane;

import io.reconverge.ingest.publish.Committed;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a lane has committed and [PublishStage] has still to publish, in order and bounded. One
/// thread offers, another takes.
final class Unpublished {

    private static final long OFFER_MILLIS = 100;

    private final int partition;
    private final BlockingQueue<Committed> waiting;
    private final Runnable bell;

    private volatile boolean abandoned;
    private volatile long published;

    /// Of the thread that offers.
    private volatile long offered;

    /// @param max batches that wait at most
    /// @param bell is rung when something is there
    Unpublished(int partition, int max, Runnable bell) {
        this.partition = partition;
        this.waiting = new ArrayBlockingQueue<>(max);
        this.bell = bell;
    }

    int partition() {
        return partition;
    }

    /// Waits a little for room.
    ///
    /// @return whether it was taken
    boolean offer(Committed committed) throws InterruptedException {
        boolean taken = waiting.offer(committed, OFFER_MILLIS, TimeUnit.MILLISECONDS);
        if (taken) {
            offered = committed.nextOffset();
            bell.run();
        }
        return taken;
    }

    /// Whether all that was offered is published, and told.
    boolean isDone() {
        return published >= offered;
    }

    /// The offset below which this lane has published everything; 0 at its beginning.
    long published() {
        return published;
    }

    /// The next of what waits.
    @Nullable Committed poll() {
        return waiting.poll();
    }

    void published(long nextOffset) {
        published = nextOffset;
    }

    /// The partition is somebody else's: what waits is for them to publish.
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }
}
