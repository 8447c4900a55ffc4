package io.reconverge.ingest.lane;

import io.r2dbc.spi.ConnectionFactory;
import io.reconverge.ingest.IngestSettings;
import io.reconverge.ingest.apply.Applied;
import io.reconverge.ingest.apply.Applier;
import io.reconverge.ingest.apply.Eraser;
import io.reconverge.ingest.publish.ChangePublisher;
import io.reconverge.ingest.publish.MembershipNews;
import io.reconverge.ingest.publish.ResultSender;
import java.time.Duration;
import java.util.List;

/// One assigned partition, from when it is assigned until it is given up: two threads with a
/// bounded queue between them, [ApplyStage] and [PublishStage].
final class Lane {

    /// How long a thread that was interrupted may take to end.
    private static final Duration INTERRUPTED = Duration.ofSeconds(5);

    /// What every lane of a worker has.
    ///
    /// @param commits where batches of several lanes come together
    /// @param publishing turns to publish
    record Parts(
            IngestSettings settings,
            ConnectionFactory connections,
            Applier applier,
            Eraser eraser,
            ResultSender results,
            MembershipNews news,
            Fetching fetching,
            WritesTopic topic,
            GroupCommit<Applier.Part, Applied> commits,
            Turns publishing,
            LaneMetrics metrics) {}

    private final Duration drain;
    private final ApplyStage apply;
    private final PublishStage publish;
    private final Thread applying;
    private final Thread publishing;

    /// Where fetching begins.
    ///
    /// @param known whether the group had that offset; if not, how far it was published is taken
    ///   from Postgres
    record Start(long offset, boolean known) {}

    Lane(Parts parts, int partition, Start start, ChangePublisher publisher) {
        this.drain = parts.settings().drain();
        this.publish = new PublishStage(parts, partition, publisher);
        this.apply = new ApplyStage(parts, partition, start, publish);
        this.applying = Thread.ofPlatform().name("apply-" + partition).unstarted(apply);
        this.publishing = Thread.ofPlatform().name("publish-" + partition).unstarted(publish);
    }

    void start() {
        applying.start();
        publishing.start();
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
    void drain() {
        apply.close();
        long deadline = System.nanoTime() + drain.toNanos();
        if (!join(applying, deadline) || !join(publishing, deadline)) {
            abandon();
        }
    }

    /// Ends at once: the partition is somebody else's already, or time is up.
    void abandon() {
        apply.abandon();
        publish.abandon();
        applying.interrupt();
        publishing.interrupt();
        long deadline = System.nanoTime() + INTERRUPTED.toNanos();
        join(applying, deadline);
        join(publishing, deadline);
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
