package io.reconverge.ingest.lane;

import io.micrometer.core.instrument.Timer;
import io.reconverge.ingest.IngestSettings;
import io.reconverge.ingest.publish.ChangePublisher;
import io.reconverge.ingest.publish.Committed;
import io.reconverge.ingest.publish.MembershipNews;
import io.reconverge.ingest.publish.PartitionLostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Publishes what the lanes have committed, on a thread of its own: what waits, of all of them, in
/// one Kafka transaction. So it stands between no client and its answer, nor between two batches,
/// and costs the broker the same however many partitions there are.
///
/// It lets batches gather for a moment first: a transaction costs the broker a dozen requests,
/// whatever is in it, and live readers were told already.
final class PublishStage implements Runnable, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PublishStage.class);

    private final IngestSettings settings;
    private final ChangePublisher publisher;
    private final MembershipNews news;
    private final LaneMetrics metrics;
    private final Fetching fetching;
    private final Set<Unpublished> lanes = ConcurrentHashMap.newKeySet();
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread;

    private volatile boolean closed;

    PublishStage(
            IngestSettings settings,
            ChangePublisher publisher,
            MembershipNews news,
            LaneMetrics metrics,
            Fetching fetching) {
        this.settings = settings;
        this.publisher = publisher;
        this.news = news;
        this.metrics = metrics;
        this.fetching = fetching;
        this.thread = Thread.ofPlatform().name("publish").daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    /// For a lane to put in what it commits.
    Unpublished add(int partition) {
        Unpublished lane = new Unpublished(partition, settings.unpublished(), bell::release);
        lanes.add(lane);
        return lane;
    }

    /// What still waits there is not published.
    void remove(Unpublished lane) {
        lane.abandon();
        lanes.remove(lane);
    }

    @Override
    public void run() {
        Map<Unpublished, List<Committed>> gathered = new HashMap<>();
        Backoff backoff = new Backoff();
        boolean left = false;
        while (!closed) {
            try {
                boolean again = !gathered.isEmpty();
                if (!again && !left) {
                    await();
                }
                // before looking who is still there: with it nobody publishes for a partition that
                // goes over to another meanwhile
                ConsumerGroupMetadata group = fetching.group();
                if (!again) {
                    left = gather(gathered);
                }
                gathered.keySet().removeIf(Unpublished::isAbandoned);
                if (gathered.isEmpty()) {
                    continue;
                }
                publish(gathered, group);
                gathered.clear();
                backoff.reset();
                continue;
            } catch (InterruptedException stop) {
                log.debug("Publishing was interrupted");
                return;
            } catch (PartitionLostException lost) {
                fetching.rejoin(lost.getMessage() + ": " + lost.getCause());
            } catch (KafkaException failure) {
                if (!ChangePublisher.isStaleGeneration(failure)) {
                    log.warn("Committed batches wait to be published: {}", failure.toString());
                }
            } catch (RuntimeException | Error fault) {
                log.error("Publishing failed", fault);
                fetching.rejoin("publishing failed");
            }
            if (!rest(backoff)) {
                return;
            }
        }
    }

    private static boolean rest(Backoff backoff) {
        try {
            backoff.sleep();
            return true;
        } catch (InterruptedException stop) {
            return false;
        }
    }

    private void await() throws InterruptedException {
        bell.acquire();
        if (settings.publishLinger().isPositive()) {
            Thread.sleep(settings.publishLinger());
        }
    }

    /// Takes what waits, of one lane after the other, as much as one transaction in Postgres may
    /// hold, or one batch.
    ///
    /// @return whether something may be left, for the next one
    private boolean gather(Map<Unpublished, List<Committed>> gathered) {
        bell.drainPermits();
        int changes = 0;
        long bytes = 0;
        boolean more = true;
        while (more) {
            more = false;
            for (Unpublished lane : lanes) {
                if (changes >= settings.batchChanges()
                        || bytes >= settings.batchBytes().toBytes()) {
                    return true;
                }
                Committed batch = lane.poll();
                if (batch != null) {
                    gathered.computeIfAbsent(lane, key -> new ArrayList<>()).add(batch);
                    changes += batch.events().size();
                    bytes += batch.size();
                    more = true;
                }
            }
        }
        return false;
    }

    private void publish(Map<Unpublished, List<Committed>> gathered, ConsumerGroupMetadata group) {
        Timer.Sample sample = metrics.start();
        Map<Integer, List<Committed>> batches = new HashMap<>();
        gathered.forEach((lane, waiting) -> batches.put(lane.partition(), waiting));
        List<Committed> all = batches.values().stream().flatMap(List::stream).toList();
        news.tell(all);
        publisher.publish(batches, group);
        gathered.forEach((lane, waiting) -> lane.published(waiting.getLast().nextOffset()));
        metrics.published(sample, all);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
