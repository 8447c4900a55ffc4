package io.reconverge.ingest.lane;

import io.micrometer.core.instrument.Timer;
import io.r2dbc.spi.ConnectionFactory;
import io.reconverge.ingest.IngestSettings;
import io.reconverge.ingest.apply.Applied;
import io.reconverge.ingest.apply.Applier;
import io.reconverge.ingest.apply.Claim;
import io.reconverge.ingest.apply.Recovery;
import io.reconverge.ingest.apply.Session;
import io.reconverge.ingest.publish.ChangePublisher;
import io.reconverge.ingest.publish.Committed;
import io.reconverge.ingest.publish.PartitionLostException;
import io.reconverge.ingest.publish.ResultSender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One assigned partition: two threads with a bounded queue between them, from when the partition
/// is assigned until it is given up.
///
/// The first thread applies: batches of all that has arrived, each in one Postgres transaction,
/// answered as soon as it is committed. The second publishes what was committed, as many batches at
/// a time as wait, in one Kafka transaction, so that it stands between no client and its answer.
final class Lane {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    /// What every lane of a worker has.
    ///
    /// @param topicId of the writes topic, asked of the broker
    record Parts(
            IngestSettings settings,
            ConnectionFactory connections,
            Applier applier,
            ResultSender results,
            Fetching fetching,
            Callable<UUID> topicId,
            LaneMetrics metrics) {}

    private final Parts parts;
    private final int partition;
    private final boolean offsetsKnown;
    private final ChangePublisher publisher;
    private final Backlog backlog;
    private final BlockingQueue<Committed> unpublished;
    private final Thread applying;
    private final Thread publishing;

    private volatile boolean closing;
    private volatile boolean abandoned;
    private volatile boolean applyingDone;
    private volatile long published = -1;
    private long lastOffered = -1;

    /// While rewinding: a record below this one tells that it has happened.
    private long awaited = Long.MAX_VALUE;

    private long rewoundTo = -1;

    /// @param offsetsKnown whether the group has an offset for the partition: if not, where
    ///   publishing came to is taken from Postgres
    Lane(Parts parts, int partition, boolean offsetsKnown, ChangePublisher publisher) {
        this.parts = parts;
        this.partition = partition;
        this.offsetsKnown = offsetsKnown;
        this.publisher = publisher;
        this.backlog = new Backlog(parts.settings().queueBytes().toBytes());
        this.unpublished = new ArrayBlockingQueue<>(parts.settings().unpublished());
        this.applying = Thread.ofPlatform().name("apply-" + partition).unstarted(this::apply);
        this.publishing = Thread.ofPlatform().name("publish-" + partition).unstarted(this::publish);
    }

    void start() {
        applying.start();
        publishing.start();
    }

    int waiting() {
        return backlog.size();
    }

    /// Takes records, on the consumer's thread. Those that it had already are passed over, and
    /// after a rewind those that were fetched before it.
    void offer(List<Inbound> records) {
        boolean filled;
        synchronized (backlog) {
            if (records.getFirst().offset() < awaited) {
                awaited = Long.MAX_VALUE;
                lastOffered = records.getFirst().offset() - 1;
            }
            List<Inbound> fresh = new ArrayList<>(records.size());
            for (Inbound inbound : records) {
                if (inbound.offset() > lastOffered && awaited == Long.MAX_VALUE) {
                    lastOffered = inbound.offset();
                    fresh.add(inbound);
                }
            }
            filled = backlog.add(fresh);
        }
        if (filled) {
            parts.fetching().pause(partition);
        }
    }

    /// Finishes what is in hand, within the time set for it, and ends. On the consumer's thread,
    /// while the group still counts the partition as ours.
    void drain() {
        close(parts.settings().drain());
    }

    /// Ends at once: the partition is somebody else's already.
    void abandon() {
        abandoned = true;
        close(Duration.ZERO);
    }

    private void close(Duration patience) {
        closing = true;
        backlog.close();
        long deadline = System.nanoTime() + patience.toNanos();
        if (!join(applying, deadline) || !join(publishing, deadline)) {
            abandoned = true;
            applying.interrupt();
            publishing.interrupt();
            join(applying, System.nanoTime() + TimeUnit.SECONDS.toNanos(5));
            join(publishing, System.nanoTime() + TimeUnit.SECONDS.toNanos(5));
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

    private void apply() {
        try (Session session = new Session(parts.connections(), parts.settings().patience())) {
            Claim claim = claim(session);
            while (!closing) {
                Backlog.Drained drained =
                        backlog.drain(
                                parts.settings().batchChanges(),
                                parts.settings().batchBytes().toBytes());
                if (drained.roomAgain()) {
                    parts.fetching().resume(partition);
                }
                if (!drained.records().isEmpty()) {
                    claim = process(session, claim, drained.records());
                }
            }
        } catch (LostException lost) {
            parts.fetching()
                    .rejoin("partition %d was claimed by another worker".formatted(partition));
        } catch (InterruptedException stop) {
            log.debug("Applying of partition {} was interrupted", partition);
        } finally {
            applyingDone = true;
        }
    }

    private Claim claim(Session session) throws InterruptedException {
        UUID topicId = insist("claim", parts.topicId());
        return insist("claim", () -> parts.applier().claim(session, topicId, partition));
    }

    /// Applies the records, whatever it takes, and hands on what was committed.
    private Claim process(Session session, Claim claim, List<Inbound> records)
            throws InterruptedException {
        if (records.getFirst().offset() > claim.nextOffset() && rewound(claim, records)) {
            return claim;
        }
        List<Inbound> left = records;
        Claim at = claim;
        Backoff backoff = new Backoff();
        boolean apart = false;
        while (!left.isEmpty()) {
            int replayed = replayed(left, at);
            int size = replayed > 0 ? replayed : apart ? 1 : left.size();
            List<Inbound> batch = left.subList(0, size);
            try {
                Applied applied =
                        replayed > 0 ? recover(session, at, batch) : commit(session, at, batch);
                at = applied.claim();
                done(applied, batch);
                left = left.subList(size, left.size());
                backoff.reset();
            } catch (RuntimeException failure) {
                switch (Failure.of(failure)) {
                    case Failure.Lost _ -> throw new LostException();
                    case Failure.Poison poison -> {
                        if (size > 1) {
                            apart = true;
                        } else {
                            at = bury(session, at, left.getFirst(), poison);
                            left = left.subList(1, left.size());
                        }
                    }
                    case Failure.Transient trouble -> {
                        if (abandoned) {
                            throw new InterruptedException();
                        }
                        log.warn(
                                "Partition {} waits for Postgres: {}",
                                partition,
                                trouble.cause().toString());
                        backoff.sleep();
                        at = refresh(session, at);
                    }
                }
            }
        }
        return at;
    }

    /// A gap between position and records: Postgres was set back to a backup, and the records that
    /// it lost are fetched again; or they are gone from the topic, and then the second time there
    /// is no way but on.
    private boolean rewound(Claim claim, List<Inbound> records) {
        if (rewoundTo == claim.nextOffset()) {
            return false;
        }
        rewoundTo = claim.nextOffset();
        long from = records.getFirst().offset();
        log.warn(
                "Partition {} goes back from {} to {}, where Postgres is",
                partition,
                from,
                rewoundTo);
        synchronized (backlog) {
            backlog.clear();
            awaited = from + 1;
        }
        parts.fetching().rewind(partition, rewoundTo);
        return true;
    }

    /// How many records at the beginning were decided before: either only such as were published
    /// too, or only such as it is not known of.
    private int replayed(List<Inbound> records, Claim claim) {
        int told = offsetsKnown ? 0 : countBelow(records, claim.published());
        return told > 0 ? told : countBelow(records, claim.nextOffset());
    }

    private static int countBelow(List<Inbound> records, long offset) {
        int count = 0;
        while (count < records.size() && records.get(count).offset() < offset) {
            count++;
        }
        return count;
    }

    private Applied commit(Session session, Claim claim, List<Inbound> batch) {
        Timer.Sample sample = parts.metrics().start();
        Applied applied =
                parts.applier()
                        .apply(session, claim, writes(batch), next(batch), Math.max(0, published));
        parts.metrics().committed(sample, batch.size(), applied);
        return applied;
    }

    private Applied recover(Session session, Claim claim, List<Inbound> batch) {
        Applied applied = Recovery.recover(session, claim, writes(batch));
        parts.metrics().recovered(batch.size());
        return applied;
    }

    /// Refuses one request that stands in the way, tells its sender, and keeps it as a dead letter.
    private Claim bury(Session session, Claim claim, Inbound inbound, Failure.Poison poison)
            throws InterruptedException {
        log.error(
                "The record at offset {} of partition {} goes to the dead letters: {}",
                inbound.offset(),
                partition,
                poison.why(),
                poison.cause());
        if (!(inbound instanceof Inbound.Write write)) {
            throw new IllegalStateException("Only a request can be refused", poison.cause());
        }
        Claim at = refresh(session, claim);
        if (at.nextOffset() <= inbound.offset()) {
            Applied refused = insist("refuse", () -> refuse(session, at, write, poison.why()));
            done(refused, List.of(new Inbound.Dead(write.record(), poison.why(), null)));
            return refused.claim();
        }
        return at;
    }

    /// With receipts; should even these be what cannot be stored, without.
    private Applied refuse(Session session, Claim claim, Inbound.Write write, String why) {
        long known = Math.max(0, published);
        try {
            return parts.applier().refuse(session, claim, write, why, known);
        } catch (RuntimeException failure) {
            if (Failure.of(failure) instanceof Failure.Poison) {
                return parts.applier().apply(session, claim, List.of(), write.offset() + 1, known);
            }
            throw failure;
        }
    }

    private void done(Applied applied, List<Inbound> batch) throws InterruptedException {
        parts.results().send(applied.answers());
        List<Inbound.Dead> dead =
                batch.stream()
                        .filter(Inbound.Dead.class::isInstance)
                        .map(Inbound.Dead.class::cast)
                        .toList();
        parts.results().sendUnread(dead);
        parts.metrics().dead(dead.size());
        boolean told = !offsetsKnown && next(batch) <= applied.claim().published();
        if (!told) {
            Committed committed = new Committed(applied.events(), dead, next(batch));
            while (!unpublished.offer(committed, 100, TimeUnit.MILLISECONDS)) {
                if (abandoned) {
                    throw new InterruptedException();
                }
            }
        }
    }

    private Claim refresh(Session session, Claim claim) throws InterruptedException {
        return insist("refresh", () -> parts.applier().refresh(session, claim));
    }

    /// Until it works, or the lane is abandoned.
    private <T> T insist(String what, Callable<T> work) throws InterruptedException {
        Backoff backoff = new Backoff();
        while (true) {
            try {
                return work.call();
            } catch (InterruptedException stop) {
                throw stop;
            } catch (Exception failure) {
                if (Failure.of(failure) instanceof Failure.Lost) {
                    throw new LostException();
                }
                if (closing) {
                    throw new InterruptedException();
                }
                log.warn("Partition {} cannot {} yet: {}", partition, what, failure.toString());
                backoff.sleep();
            }
        }
    }

    private static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LostException() {
            super(null, null, false, false);
        }
    }

    private static List<Inbound.Write> writes(List<Inbound> batch) {
        return batch.stream()
                .filter(Inbound.Write.class::isInstance)
                .map(Inbound.Write.class::cast)
                .toList();
    }

    private static long next(List<Inbound> batch) {
        return batch.getLast().offset() + 1;
    }

    private void publish() {
        try (publisher) {
            List<Committed> gathered = new ArrayList<>();
            Backoff backoff = new Backoff();
            while (!abandoned && gather(gathered)) {
                if (gathered.isEmpty()) {
                    continue;
                }
                try {
                    Timer.Sample sample = parts.metrics().start();
                    published = publisher.publish(gathered, parts.fetching().group());
                    parts.metrics().published(sample, gathered);
                    gathered.clear();
                    backoff.reset();
                } catch (PartitionLostException lost) {
                    parts.fetching().rejoin(lost.getMessage() + ": " + lost.getCause());
                    return;
                } catch (KafkaException failure) {
                    if (!ChangePublisher.isStaleGeneration(failure)) {
                        log.warn(
                                "Partition {} waits to publish: {}", partition, failure.toString());
                    }
                    backoff.sleep();
                }
            }
        } catch (InterruptedException stop) {
            log.debug("Publishing of partition {} was interrupted", partition);
        }
    }

    /// Adds what waits to what could not be published before.
    ///
    /// @return false at the end
    private boolean gather(List<Committed> gathered) throws InterruptedException {
        if (gathered.isEmpty()) {
            Committed first = unpublished.poll(50, TimeUnit.MILLISECONDS);
            if (first == null) {
                return !(applyingDone && unpublished.isEmpty());
            }
            gathered.add(first);
            long linger = parts.settings().publishLinger().toMillis();
            if (linger > 0 && !closing) {
                Thread.sleep(linger);
            }
        }
        unpublished.drainTo(gathered);
        return true;
    }
}
