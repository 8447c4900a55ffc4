package io.reconverge.ingest.lane;

import io.micrometer.core.instrument.Timer;
import io.reconverge.ingest.publish.ChangePublisher;
import io.reconverge.ingest.publish.Committed;
import io.reconverge.ingest.publish.PartitionLostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lane's second thread: publishes what was committed, as many batches as wait in one Kafka
/// transaction, so that it stands between no client and its answer, nor between two batches.
final class PublishStage implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(PublishStage.class);

    private final Lane.Parts parts;
    private final int partition;
    private final ChangePublisher publisher;
    private final BlockingQueue<Committed> waiting;

    private volatile boolean noMore;
    private volatile boolean abandoned;
    private volatile long published;

    /// Of the thread that offers.
    private long offered;

    PublishStage(Lane.Parts parts, int partition, ChangePublisher publisher) {
        this.parts = parts;
        this.partition = partition;
        this.publisher = publisher;
        this.waiting = new ArrayBlockingQueue<>(parts.settings().unpublished());
    }

    /// Waits a little for room.
    ///
    /// @return whether it was taken
    boolean offer(Committed committed) throws InterruptedException {
        boolean taken = waiting.offer(committed, 100, TimeUnit.MILLISECONDS);
        if (taken) {
            offered = committed.nextOffset();
        }
        return taken;
    }

    /// Whether all that was offered is published, and told. For the thread that offers.
    boolean isDone() {
        return published >= offered;
    }

    /// Ends once what waits is published.
    void noMore() {
        noMore = true;
    }

    void abandon() {
        abandoned = true;
    }

    /// The offset below which this lane has published everything; 0 at its beginning.
    long published() {
        return published;
    }

    @Override
    public void run() {
        try (publisher) {
            List<Committed> gathered = new ArrayList<>();
            Backoff backoff = new Backoff();
            boolean troubled = false;
            while (!abandoned && gather(gathered)) {
                if (gathered.isEmpty()) {
                    continue;
                }
                try (Turns.Turn turn = parts.publishing().take()) {
                    if (troubled) {
                        // nobody else waits for what may take as long as the broker's patience
                        turn.close();
                    }
                    waiting.drainTo(gathered);
                    Timer.Sample sample = parts.metrics().start();
                    parts.news().tell(gathered);
                    published = publisher.publish(gathered, parts.fetching().group());
                    parts.metrics().published(sample, gathered);
                    gathered.clear();
                    backoff.reset();
                    troubled = false;
                } catch (PartitionLostException lost) {
                    parts.fetching().rejoin(lost.getMessage() + ": " + lost.getCause());
                    return;
                } catch (KafkaException failure) {
                    troubled = true;
                    if (!ChangePublisher.isStaleGeneration(failure)) {
                        log.warn(
                                "Partition {} waits to publish: {}", partition, failure.toString());
                    }
                    backoff.sleep();
                }
            }
        } catch (InterruptedException stop) {
            log.debug("Publishing of partition {} was interrupted", partition);
        } catch (RuntimeException | Error fault) {
            log.error("Publishing of partition {} failed", partition, fault);
            parts.fetching().rejoin("publishing of partition %d failed".formatted(partition));
        }
    }

    /// Adds what waits to what could not be published before.
    ///
    /// @return false at the end
    private boolean gather(List<Committed> gathered) throws InterruptedException {
        if (gathered.isEmpty()) {
            Committed first = waiting.poll(50, TimeUnit.MILLISECONDS);
            if (first == null) {
                return !(noMore && waiting.isEmpty());
            }
            gathered.add(first);
            long linger = parts.settings().publishLinger().toMillis();
            if (linger > 0 && !noMore) {
                Thread.sleep(linger);
            }
        }
        return true;
    }
}
