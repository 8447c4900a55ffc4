package io.reconverge.ingest.lane;

import io.micrometer.core.instrument.Timer;
import io.reconverge.ingest.apply.Applied;
import io.reconverge.ingest.apply.Applier;
import io.reconverge.ingest.apply.Claim;
import io.reconverge.ingest.apply.Eraser;
import io.reconverge.ingest.apply.Recovery;
import io.reconverge.ingest.apply.Session;
import io.reconverge.ingest.publish.Committed;
import io.reconverge.service.request.RequestId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lane's first thread: takes all that has arrived as one batch, commits it in one Postgres
/// transaction, together with what other lanes bring ([GroupCommit]), answers those who wait, and
/// hands what was committed to the second.
///
/// What Postgres does not answer to is tried again for as long as the partition is ours. What it
/// cannot store is found by trying the batch's requests one by one, and buried.
final class ApplyStage implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ApplyStage.class);

    /// How often a batch may fail, with Postgres answering in between, of what nobody knows to
    /// pass.
    private static final int DOUBTS_MAX = 3;

    private static final long NEWS_MILLIS = 5;

    private final Lane.Parts parts;
    private final int partition;
    private final Lane.Start start;
    private final Backlog backlog;
    private final Unpublished unpublished;

    private volatile boolean closing;
    private volatile boolean abandoned;
    private long lastOffered = -1;

    /// Everything below was fetched, and came this way.
    private long reached;

    ApplyStage(Lane.Parts parts, int partition, Lane.Start start, Unpublished unpublished) {
        this.parts = parts;
        this.partition = partition;
        this.start = start;
        this.backlog = new Backlog(parts.settings().queueBytes().toBytes());
        this.unpublished = unpublished;
        this.reached = start.offset();
    }

    int waiting() {
        return backlog.size();
    }

    /// Takes records, on the consumer's thread. Those that it had already are passed over.
    void offer(List<Inbound> records) {
        List<Inbound> fresh =
                records.stream().filter(inbound -> inbound.offset() > lastOffered).toList();
        if (fresh.isEmpty()) {
            return;
        }
        lastOffered = fresh.getLast().offset();
        if (backlog.add(fresh)) {
            parts.fetching().pause(partition);
        }
    }

    /// Finishes the batch in hand and takes no other.
    void close() {
        closing = true;
        backlog.close();
    }

    /// Does not even finish the batch in hand.
    void abandon() {
        abandoned = true;
        close();
    }

    @Override
    public void run() {
        try (Session session = new Session(parts.connections(), parts.settings().patience())) {
            Claim claim = claim(session);
            while (!closing && !isBehind(claim)) {
                // not needed again, mostly: what follows is committed by the session of a group
                session.close();
                backlog.await();
                Backlog.Drained drained =
                        backlog.drain(
                                parts.settings().batchChanges(),
                                parts.settings().batchBytes().toBytes());
                if (drained.roomAgain()) {
                    parts.fetching().resume(partition);
                }
                claim = process(session, claim, drained.records());
            }
        } catch (LostException lost) {
            parts.fetching()
                    .rejoin("partition %d was claimed by another worker".formatted(partition));
        } catch (InterruptedException stop) {
            log.debug("Applying of partition {} was interrupted", partition);
        } catch (RuntimeException | Error fault) {
            log.error("Applying of partition {} failed", partition, fault);
            parts.fetching().rejoin("applying of partition %d failed".formatted(partition));
        }
    }

    private Claim claim(Session session) throws InterruptedException {
        UUID topicId = insist("claim", parts.topic()::id);
        Claim claim = insist("claim", () -> parts.applier().claim(session, topicId, partition));
        long end = insist("claim", () -> parts.topic().end(partition));
        if (end >= claim.nextOffset()) {
            return claim;
        }
        log.error(
                "Partition {} ends at {}, below position {}: the broker lost records. What comes from {} on is"
                        + " decided, and known by its change ids if it was before",
                partition,
                end,
                claim.nextOffset(),
                start.offset());
        return insist(
                "set back",
                () -> parts.applier().setBack(session, claim, Math.min(end, start.offset())));
    }

    /// Applies the records, whatever it takes, and hands on what was committed.
    private Claim process(Session session, Claim claim, List<Inbound> records)
            throws InterruptedException {
        List<Inbound> left = records;
        Claim at = claim;
        Backoff backoff = new Backoff();
        boolean alone = false;
        boolean apart = false;
        int doubts = 0;
        while (!left.isEmpty() && at.nextOffset() >= reached) {
            int replayed = replayed(left, at);
            int size = apart ? 1 : replayed > 0 ? replayed : together(left);
            List<Inbound> batch = left.subList(0, size);
            try {
                Applied applied =
                        replayed > 0
                                ? recover(session, at, batch)
                                : commit(session, at, batch, alone);
                at = applied.claim();
                reached = Math.max(reached, next(batch));
                done(applied, batch);
                left = left.subList(size, left.size());
                backoff.reset();
                doubts = 0;
            } catch (GroupCommit.AmongOthersException failure) {
                log.warn("Partition {} tries again, by itself: {}", partition, failure.toString());
                alone = true;
                at = refresh(session, at);
            } catch (RuntimeException failure) {
                Failure known = Failure.of(failure);
                if (known instanceof Failure.Doubtful doubtful && ++doubts >= DOUBTS_MAX) {
                    known = doubtful.asPoison();
                }
                switch (known) {
                    case Failure.Lost _ -> throw new LostException();
                    case Failure.Poison poison -> {
                        if (size > 1) {
                            alone = true;
                            apart = true;
                        } else {
                            at = bury(session, at, left.getFirst(), poison);
                            left = left.subList(1, left.size());
                        }
                    }
                    case Failure.Doubtful doubtful ->
                            at = later(session, at, doubtful.cause(), backoff);
                    case Failure.Transient trouble ->
                            at = later(session, at, trouble.cause(), backoff);
                }
            }
        }
        return at;
    }

    /// Waits a little, and then until Postgres answers.
    private Claim later(Session session, Claim claim, Throwable why, Backoff backoff)
            throws InterruptedException {
        if (abandoned) {
            throw new InterruptedException();
        }
        log.warn("Partition {} tries again: {}", partition, why.toString());
        backoff.sleep();
        return refresh(session, claim);
    }

    /// Whether Postgres knows less than what came this way: it was set back to a backup, and what
    /// it lost is fetched again. (A record above the position that nothing came between is no gap:
    /// the topic has no more.)
    private boolean isBehind(Claim claim) {
        if (claim.nextOffset() >= reached) {
            return false;
        }
        log.warn(
                "Partition {} goes back from {} to {}, where Postgres is",
                partition,
                reached,
                claim.nextOffset());
        parts.fetching().rewind(partition, claim.nextOffset());
        return true;
    }

    /// How many records at the beginning were decided before: either only such as were published
    /// too, or only such as it is not known of.
    private int replayed(List<Inbound> records, Claim claim) {
        int told = start.known() ? 0 : countBelow(records, claim.published());
        return told > 0 ? told : countBelow(records, claim.nextOffset());
    }

    private static int countBelow(List<Inbound> records, long offset) {
        int count = 0;
        while (count < records.size() && records.get(count).offset() < offset) {
            count++;
        }
        return count;
    }

    /// How many records at the beginning are decided in one transaction: an erasure is alone.
    private static int together(List<Inbound> records) {
        int size = 0;
        while (size < records.size() && !isErasure(records.get(size))) {
            size++;
        }
        return Math.max(1, size);
    }

    private static boolean isErasure(Inbound inbound) {
        return inbound instanceof Inbound.Write write && Eraser.isErasure(write.request());
    }

    /// In steps, between which the lane may be closed; and after everything before it is told.
    private Applied erase(Session session, Claim claim, Inbound.Write erasure)
            throws InterruptedException {
        while (!unpublished.isDone()) {
            goOn();
            Thread.sleep(NEWS_MILLIS);
        }
        while (parts.eraser().takeSome(session, claim, erasure)) {
            goOn();
        }
        return parts.eraser()
                .erase(session, claim, erasure, unpublished.published(), parts.news()::send);
    }

    private void goOn() throws InterruptedException {
        if (closing) {
            throw new InterruptedException();
        }
    }

    /// @param alone not in a transaction with other lanes'
    private Applied commit(Session session, Claim claim, List<Inbound> batch, boolean alone)
            throws InterruptedException {
        Applier.Part part =
                new Applier.Part(claim, writes(batch), next(batch), unpublished.published());
        boolean erasure = isErasure(batch.getFirst());
        if (!alone && !erasure) {
            return parts.commits().commit(part);
        }
        Timer.Sample sample = parts.metrics().start();
        Applied applied =
                erasure
                        ? erase(session, claim, part.fresh().getFirst())
                        : parts.applier().apply(session, part);
        parts.metrics().committed(sample, List.of(applied));
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
        log.atError()
                .addKeyValue(RequestId.KEY, requestId(inbound))
                .setCause(poison.cause())
                .log(
                        "Offset {} of partition {} cannot be committed: {}",
                        inbound.offset(),
                        partition,
                        poison.why());
        if (!(inbound instanceof Inbound.Write write)) {
            throw new IllegalStateException("Only a request can be refused", poison.cause());
        }
        Claim at = refresh(session, claim);
        if (at.nextOffset() <= inbound.offset()) {
            Applied refused = insist("refuse", () -> refuse(session, at, write, poison.why()));
            reached = Math.max(reached, inbound.offset() + 1);
            done(refused, List.of(new Inbound.Dead(write.record(), poison.why(), null)));
            return refused.claim();
        }
        return at;
    }

    /// With receipts; should even these be what cannot be stored, without.
    private Applied refuse(Session session, Claim claim, Inbound.Write write, String why) {
        long known = unpublished.published();
        try {
            return parts.applier().refuse(session, claim, write, why, known);
        } catch (RuntimeException failure) {
            if (Failure.of(failure) instanceof Failure.Poison) {
                return parts.applier()
                        .apply(
                                session,
                                new Applier.Part(claim, List.of(), write.offset() + 1, known));
            }
            throw failure;
        }
    }

    private static String requestId(Inbound inbound) {
        return switch (inbound) {
            case Inbound.Write write -> write.request().requestId().toString();
            case Inbound.Dead dead -> dead.reply() == null ? "" : dead.reply().requestId();
        };
    }

    /// Under the id that the gateway's logs have it under.
    private void note(List<Inbound> batch) {
        if (log.isDebugEnabled()) {
            for (Inbound inbound : batch) {
                log.atDebug()
                        .addKeyValue(RequestId.KEY, requestId(inbound))
                        .log("Done with offset {} of partition {}", inbound.offset(), partition);
            }
        }
    }

    private void done(Applied applied, List<Inbound> batch) throws InterruptedException {
        note(batch);
        parts.results().send(applied.answers());
        List<Inbound.Dead> dead =
                batch.stream()
                        .filter(Inbound.Dead.class::isInstance)
                        .map(Inbound.Dead.class::cast)
                        .toList();
        parts.results().sendUnread(dead);
        for (Inbound.Dead letter : dead) {
            log.atWarn()
                    .addKeyValue(RequestId.KEY, requestId(letter))
                    .log(
                            "Offset {} of partition {} is a dead letter: {}",
                            letter.offset(),
                            partition,
                            letter.reason());
        }
        parts.metrics().dead(dead.size());
        boolean told = !start.known() && next(batch) <= applied.claim().published();
        if (!told) {
            parts.live().send(applied.events());
            Committed committed = new Committed(applied.events(), dead, next(batch));
            while (!unpublished.offer(committed)) {
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
}
