package io.reconverge.client.sync;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.replica.Commit;
import io.reconverge.client.replica.Counts;
import io.reconverge.client.replica.LastRuns;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.Space;
import io.reconverge.client.sync.SyncAction.Ending;
import io.reconverge.client.sync.SyncState.Busy;
import io.reconverge.client.sync.SyncState.Stopped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sync of one space: feeds [SyncMachine] what happens, one thing at a time, and does what it
/// asks for.
///
/// Safe for many threads. No method waits for the network, and none but [#currentStatus] and
/// [#close] for the file: what they ask for is done on the loop.
public final class SyncEngine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SyncEngine.class);

    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    private final Replica replica;
    private final Space space;
    private final EventLoop loop;
    private final SyncMachine machine;
    private final boolean wantsLive;
    private final LiveFeed live;
    private final Requests requests;
    private final Latest<Status> status;
    private final Replica.Observation observation;
    private final AtomicBoolean noticing = new AtomicBoolean();
    private final AtomicBoolean wrote = new AtomicBoolean();

    // what follows is the loop's

    private SyncState state;
    private @Nullable CurrentRun run;
    private EventLoop.Timer timer = () -> {};
    private boolean started;
    private Counts counts;
    private LastRuns lastRuns;

    /// Who asked for a sync, before the run began and since.
    private List<CompletableFuture<SyncResult>> served = new ArrayList<>();

    private List<CompletableFuture<SyncResult>> asked = new ArrayList<>();

    /// Reports that are told when all that belongs to a step is done.
    private final List<Runnable> untold = new ArrayList<>();

    /// @param loop its own, closed with it
    /// @param wantsLive whether to hear of others' changes at once
    public SyncEngine(
            Replica replica,
            String space,
            Transport transport,
            EventLoop loop,
            SyncSettings settings,
            boolean wantsLive) {
        this.replica = replica;
        this.space = replica.space(space);
        this.loop = loop;
        this.machine = new SyncMachine(settings);
        this.wantsLive = wantsLive;
        this.state = SyncState.initial(loop.nowMillis());
        this.counts = this.space.counts();
        this.lastRuns = this.space.exchange().lastRuns();
        this.live =
                new LiveFeed(
                        replica, space, transport, loop, () -> state instanceof Busy, this::on);
        this.requests = new Requests(replica, space, transport, loop, this::on);
        this.status = new Latest<>(statusNow(counts), loop::tell);
        this.observation = replica.observe(this::committed);
    }

    /// Syncs by itself from here on.
    public void start() {
        loop.execute(() -> {
            started = true;
            on(new SyncEvent.Start());
        });
    }

    /// Syncs now, started or not. Ends with the run's report; where something stands in the way, at
    /// once.
    public CompletableFuture<SyncResult> sync() {
        CompletableFuture<SyncResult> result = new CompletableFuture<>();
        boolean given =
                loop.execute(() -> {
                    asked.add(result);
                    if (state instanceof Stopped) {
                        on(new SyncEvent.Start());
                    }
                    on(new SyncEvent.ManualSync());
                });
        if (!given) {
            result.complete(SyncResult.hindered(Ending.STOPPED));
        }
        return result;
    }

    public void foreground() {
        report(new SyncEvent.Foreground());
    }

    public void connectivity(boolean online) {
        report(online ? new SyncEvent.ConnectivityRegained() : new SyncEvent.ConnectivityLost());
    }

    public void signedIn() {
        report(new SyncEvent.TokenAvailable());
    }

    public void signedOut() {
        report(new SyncEvent.TokenLost());
    }

    public void pause() {
        report(new SyncEvent.Pause());
    }

    public void resume() {
        report(new SyncEvent.Resume());
    }

    /// Another process has written to the file, maybe to this space.
    public void othersWrote() {
        loop.execute(() -> {
            try {
                lastRuns = space.exchange().lastRuns();
                count();
                if (space.exchange().hasUnsent()) {
                    on(new SyncEvent.LocalWrite());
                }
            } catch (RuntimeException e) {
                LOG.warn("What another process wrote to {} could not be read.", space.name(), e);
            }
            publish();
        });
    }

    /// The present status at once, then each new one.
    public Flow.Publisher<Status> status() {
        return status;
    }

    /// The present status, with counts of this very moment.
    public Status currentStatus() {
        return status.value().with(space.counts());
    }

    private void report(SyncEvent event) {
        loop.execute(() -> on(event));
    }

    /// By whichever thread wrote.
    private void committed(Commit commit) {
        if (commit.space().equals(space.name())) {
            if (commit.toSend()) {
                wrote.set(true);
            }
            if (noticing.compareAndSet(false, true)) {
                loop.execute(this::notice);
            }
        }
    }

    private void notice() {
        noticing.set(false);
        if (wrote.getAndSet(false)) {
            on(new SyncEvent.LocalWrite());
        }
        count();
        publish();
    }

    private void on(SyncEvent event) {
        Step step = machine.next(state, event, loop.nowMillis());
        state = step.state();
        step.actions().forEach(this::act);
        publish();
        live.store();
        if (!started && served.isEmpty() && asked.isEmpty() && !(state instanceof Stopped)) {
            on(new SyncEvent.Stop());
        }
        untold.forEach(loop::tell);
        untold.clear();
    }

    private void act(SyncAction action) {
        switch (action) {
            case SyncAction.Look(long request) -> {
                served.addAll(asked);
                asked = new ArrayList<>();
                run = new CurrentRun(loop.nowMillis());
                requests.look(request, running());
            }
            case SyncAction.AskReceipts(long request) -> requests.receipts(request, running());
            case SyncAction.Push(long request) -> requests.push(request, running());
            case SyncAction.Pull(long request) -> requests.pull(request, running());
            case SyncAction.Cancel _ -> requests.cancel();
            case SyncAction.WakeAt(long atMillis) -> {
                timer.cancel();
                timer = loop.at(atMillis, () -> on(new SyncEvent.TimerFired()));
            }
            case SyncAction.OpenLive _ -> openLive();
            case SyncAction.CloseLive _ -> live.close();
            case SyncAction.Report(Ending ending) -> report(ending);
        }
    }

    private CurrentRun running() {
        return requireNonNull(run, "no run");
    }

    private void openLive() {
        if (wantsLive && started) {
            try {
                live.open();
            } catch (RuntimeException e) {
                LOG.warn("The live stream of {} could not be opened.", space.name(), e);
                report(new SyncEvent.LiveLost(loop.jitter()));
            }
        }
    }

    private void report(Ending ending) {
        CurrentRun ended = run;
        run = null;
        SyncResult result =
                ended == null ? SyncResult.hindered(ending) : ended.ended(ending, loop.nowMillis());
        if (ended != null) {
            keep(result, ended.hasFailed());
        }
        List<CompletableFuture<SyncResult>> told = served;
        served = new ArrayList<>();
        if (ending != Ending.DONE) {
            told.addAll(asked);
            asked = new ArrayList<>();
        }
        count();
        publish();
        told.forEach(future -> untold.add(() -> future.complete(result)));
    }

    /// Notes in the file how a run ended.
    ///
    /// @param failed whether it did so by itself, and was not broken off
    private void keep(SyncResult result, boolean failed) {
        String did = result.hasEffect() ? result.summary() : null;
        String error = result.error();
        try {
            if (result.isDone()) {
                lastRuns = space.exchange().succeeded(did);
            } else if (failed && error != null) {
                lastRuns = space.exchange().failed(error, did);
            } else if (did != null) {
                space.exchange().log("synced", error == null ? did : did + "; " + error);
            }
        } catch (RuntimeException e) {
            LOG.warn("How a sync of {} ended could not be kept: {}", space.name(), result, e);
            if (failed) {
                lastRuns = new LastRuns(lastRuns.successMillis(), error, replica.nowMillis());
            }
        }
    }

    private void count() {
        try {
            counts = space.counts();
        } catch (RuntimeException e) {
            LOG.warn("What waits in {} could not be counted.", space.name(), e);
        }
    }

    private void publish() {
        status.set(statusNow(counts));
    }

    private Status statusNow(Counts counts) {
        return new Status(
                space.name(),
                Status.Phase.of(state),
                counts,
                lastRuns.successMillis(),
                lastRuns.failure(),
                lastRuns.failureMillis());
    }

    /// Stops, gives up the request that is in the air, and tells everyone who waits. Waits until
    /// what is being stored is stored, for some seconds at most.
    @Override
    public void close() {
        observation.close();
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        boolean given =
                loop.execute(() -> {
                    started = false;
                    on(new SyncEvent.Stop());
                    timer.cancel();
                    status.close();
                    stopped.complete(null);
                });
        loop.close();
        if (given) {
            await(stopped);
        }
    }

    private void await(CompletableFuture<Void> stopped) {
        try {
            stopped.get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The sync of {} did not end in time.", space.name(), e);
        }
    }
}
