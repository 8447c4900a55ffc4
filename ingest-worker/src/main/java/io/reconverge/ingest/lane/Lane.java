package io.reconverge.ingest.lane;

import io.r2dbc.spi.ConnectionFactory;
import io.reconverge.ingest.IngestSettings;
import io.reconverge.ingest.apply.Applied;
import io.reconverge.ingest.apply.Applier;
import io.reconverge.ingest.apply.Eraser;
import io.reconverge.ingest.publish.LiveSender;
import io.reconverge.ingest.publish.MembershipNews;
import io.reconverge.ingest.publish.ResultSender;
import java.time.Duration;
import java.util.List;

/// One assigned partition, from when it is assigned until it is given up: a thread that commits its
/// records, [ApplyStage], and a bounded queue of what is committed for [PublishStage].
final class Lane {

    /// How long a thread that was interrupted may take to end.
    private static final Duration INTERRUPTED = Duration.ofSeconds(5);

    /// What every lane of a worker has.
    ///
    /// @param commits where batches of several lanes come together
    /// @param publishing what they commit
    record Parts(
            IngestSettings settings,
            ConnectionFactory connections,
            Applier applier,
            Eraser eraser,
            ResultSender results,
            LiveSender live,
            MembershipNews news,
            Fetching fetching,
            WritesTopic topic,
            GroupCommit<Applier.Part, Applied> commits,
            PublishStage publishing,
            LaneMetrics metrics) {}

    private static final long PUBLISHED_MILLIS = 2;

    private final Duration drain;
    private final ApplyStage apply;
    private final PublishStage publishing;
    private final Unpublished unpublished;
    private final Thread applying;

    /// Where fetching begins.
    ///
    /// @param known whether the group had that offset; if not, how far it was published is taken
    ///   from Postgres
    record Start(long offset, boolean known) {}

    Lane(Parts parts, int partition, Start start) {
        this.drain = parts.settings().drain();
        this.publishing = parts.publishing();
        this.unpublished = publishing.add(partition);
        this.apply = new ApplyStage(parts, partition, start, unpublished);
        // a fetch wakes several lanes, and what they bring is to be committed together
        this.applying = Thread.ofVirtual().name("apply-" + partition).unstarted(apply);
    }

    void start() {
        applying.start();
    }

    int partition() {
        return unpublished.partition();
    }

    int waiting() {
        return apply.waiting();
    }

    /// Takes records, on the consumer's thread.
    void offer(List<Inbound> records) {
        apply.offer(records);
    }

    /// Finishes what is in hand, within the time set for it, and ends. On the consumer's thread,
    /// while the group still counts the partition as ours.
    ///
    /// @return whether all that was committed is published
    boolean drain() {
        apply.close();
        long deadline = System.nanoTime() + drain.toNanos();
        boolean done = join(applying, deadline) && isPublished(deadline);
        abandon();
        return done;
    }

    /// Ends at once: the partition is somebody else's already, or time is up.
    void abandon() {
        apply.abandon();
        publishing.remove(unpublished);
        applying.interrupt();
        join(applying, System.nanoTime() + INTERRUPTED.toNanos());
    }

    private boolean isPublished(long deadline) {
        try {
            while (!unpublished.isDone()) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                Thread.sleep(PUBLISHED_MILLIS);
            }
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean join(Thread thread, long deadline) {
        try {
            return thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
