package io.reconverge.client.sync;

import io.reconverge.client.sync.SyncAction.CloseLive;
import io.reconverge.client.sync.SyncAction.Ending;
import io.reconverge.client.sync.SyncAction.OpenLive;
import io.reconverge.client.sync.SyncAction.Report;
import io.reconverge.client.sync.SyncAction.WakeAt;
import io.reconverge.client.sync.SyncState.Again;
import io.reconverge.client.sync.SyncState.AskingReceipts;
import io.reconverge.client.sync.SyncState.BackingOff;
import io.reconverge.client.sync.SyncState.Busy;
import io.reconverge.client.sync.SyncState.Hindered;
import io.reconverge.client.sync.SyncState.Idle;
import io.reconverge.client.sync.SyncState.Memory;
import io.reconverge.client.sync.SyncState.Offline;
import io.reconverge.client.sync.SyncState.Paused;
import io.reconverge.client.sync.SyncState.Pulling;
import io.reconverge.client.sync.SyncState.Pushing;
import io.reconverge.client.sync.SyncState.Resyncing;
import io.reconverge.client.sync.SyncState.Scheduled;
import io.reconverge.client.sync.SyncState.SignedOut;
import io.reconverge.client.sync.SyncState.Starting;
import io.reconverge.client.sync.SyncState.Stopped;
import io.reconverge.client.sync.SyncState.Waiting;
import java.util.ArrayList;
import java.util.List;

/// When the client talks to the server about one space: the tables of SPEC.md as a pure function.
///
/// It does no IO, and has no clock and no randomness. Whoever runs it feeds it events one at a time
/// and does what it asks for, in order.
public final class SyncMachine {

    private final SyncSettings settings;

    public SyncMachine(SyncSettings settings) {
        this.settings = settings;
    }

    /// What the machine makes of an event.
    ///
    /// @param nowMillis by a clock that never goes back, from any beginning; the same clock for one
    ///   state's whole life
    public Step next(SyncState state, SyncEvent event, long nowMillis) {
        return switch (event) {
            case SyncEvent.Start _ ->
                    state instanceof Stopped stopped
                            ? atRest(stopped.memory(), nowMillis, 0)
                            : Step.to(state);
            case SyncEvent.Stop _ -> stop(state);
            case SyncEvent.LocalWrite _ -> localWrite(state, nowMillis);
            case SyncEvent.Foreground _ -> foreground(state, nowMillis);
            case SyncEvent.ManualSync _ -> manualSync(state, nowMillis);
            case SyncEvent.TimerFired _ -> timerFired(state, nowMillis);
            case SyncEvent.ConnectivityLost _ -> connectivityLost(state);
            case SyncEvent.ConnectivityRegained _ -> connectivityRegained(state, nowMillis);
            case SyncEvent.TokenLost _ -> tokenLost(state);
            case SyncEvent.TokenAvailable _ -> tokenAvailable(state, nowMillis);
            case SyncEvent.Pause _ -> pause(state);
            case SyncEvent.Resume _ -> resume(state, nowMillis);
            case SyncEvent.LiveEvent _ -> Step.to(state);
            case SyncEvent.LiveLost(double jitter) ->
                    state instanceof Idle idle
                            ? schedule(idle.memory(), nowMillis, part(jitter, interval()))
                            : Step.to(state);
            case SyncEvent.Ended ended ->
                    state instanceof Busy busy && busy.memory().request() == ended.request()
                            ? ended(busy, ended, nowMillis)
                            : Step.to(state);
        };
    }

    private Step stop(SyncState state) {
        Stopped stopped = new Stopped(state.memory());
        return switch (state) {
            case Stopped _ -> Step.to(state);
            case Hindered _ -> Step.to(stopped);
            case Waiting _ -> Step.to(stopped, new CloseLive());
            case Busy busy -> breakOff(busy, stopped, Ending.STOPPED);
        };
    }

    private Step localWrite(SyncState state, long now) {
        return switch (state) {
            case Stopped _, Hindered _, BackingOff _ -> Step.to(state);
            case Idle idle -> schedule(idle.memory(), now, settings.writeDebounce().toMillis());
            case Scheduled scheduled ->
                    putOff(scheduled, now + settings.writeDebounce().toMillis());
            case Busy busy -> Step.to(busy.again() == Again.NO ? again(busy, Again.SOON) : busy);
        };
    }

    private Step foreground(SyncState state, long now) {
        return switch (state) {
            case Stopped _, Hindered _, BackingOff _, Busy _ -> Step.to(state);
            case Idle idle -> schedule(idle.memory(), now, 0);
            case Scheduled scheduled -> {
                long due = Math.min(scheduled.dueAtMillis(), earliest(scheduled.memory(), now));
                yield Step.to(
                        new Scheduled(scheduled.memory(), due, scheduled.latestAtMillis()),
                        new WakeAt(due));
            }
        };
    }

    private Step manualSync(SyncState state, long now) {
        return switch (state) {
            case Stopped _ -> Step.to(state, new Report(Ending.STOPPED));
            case Paused _ -> Step.to(state, new Report(Ending.PAUSED));
            case SignedOut _ -> Step.to(state, new Report(Ending.SIGNED_OUT));
            case Offline _ -> Step.to(state, new Report(Ending.OFFLINE));
            case Waiting waiting -> begin(waiting.memory().failures(0), now);
            case Busy busy -> Step.to(again(busy, Again.AT_ONCE));
        };
    }

    private Step timerFired(SyncState state, long now) {
        return switch (state) {
            case Stopped _, Hindered _, Busy _ -> Step.to(state);
            case Waiting waiting ->
                    now >= waiting.dueAtMillis()
                            ? begin(waiting.memory(), now)
                            : Step.to(state, new WakeAt(waiting.dueAtMillis()));
        };
    }

    private static Step connectivityLost(SyncState state) {
        Memory memory = state.memory().online(false);
        return switch (state) {
            case Stopped _ -> Step.to(new Stopped(memory));
            case Paused _ -> Step.to(new Paused(memory));
            case SignedOut _ -> Step.to(new SignedOut(memory));
            case Offline _ -> Step.to(state);
            case Waiting _ -> Step.to(new Offline(memory), new CloseLive());
            case Busy busy -> breakOff(busy, new Offline(memory), Ending.OFFLINE);
        };
    }

    private Step connectivityRegained(SyncState state, long now) {
        Memory memory = state.memory().online(true);
        long debounce = settings.connectivityDebounce().toMillis();
        return switch (state) {
            case Stopped _ -> Step.to(new Stopped(memory));
            case Paused _ -> Step.to(new Paused(memory));
            case SignedOut _ -> Step.to(new SignedOut(memory));
            case Offline _, Idle _, BackingOff _ -> schedule(memory, now, debounce);
            case Scheduled scheduled -> putOff(scheduled, now + debounce);
            case Busy _ -> Step.to(state);
        };
    }

    private static Step tokenLost(SyncState state) {
        Memory memory = state.memory().signedIn(false);
        return switch (state) {
            case Stopped _ -> Step.to(new Stopped(memory));
            case Paused _ -> Step.to(new Paused(memory));
            case SignedOut _ -> Step.to(state);
            case Offline _ -> Step.to(new SignedOut(memory));
            case Waiting _ -> Step.to(new SignedOut(memory), new CloseLive());
            case Busy busy -> breakOff(busy, new SignedOut(memory), Ending.SIGNED_OUT);
        };
    }

    private Step tokenAvailable(SyncState state, long now) {
        Memory memory = state.memory().signedIn(true);
        return switch (state) {
            case Stopped _ -> Step.to(new Stopped(memory));
            case Paused _ -> Step.to(new Paused(memory));
            case SignedOut _ -> atRest(memory, now, 0);
            case Offline _, Waiting _, Busy _ -> Step.to(state);
        };
    }

    private static Step pause(SyncState state) {
        Memory memory = state.memory().paused(true);
        return switch (state) {
            case Stopped _ -> Step.to(new Stopped(memory));
            case Paused _ -> Step.to(state);
            case SignedOut _, Offline _ -> Step.to(new Paused(memory));
            case Waiting _ -> Step.to(new Paused(memory), new CloseLive());
            case Busy busy -> breakOff(busy, new Paused(memory), Ending.PAUSED);
        };
    }

    private Step resume(SyncState state, long now) {
        Memory memory = state.memory().paused(false);
        return switch (state) {
            case Stopped _ -> Step.to(new Stopped(memory));
            case Paused _ -> atRest(memory, now, 0);
            case SignedOut _, Offline _, Waiting _, Busy _ -> Step.to(state);
        };
    }

    private Step ended(Busy busy, SyncEvent.Ended ended, long now) {
        Memory memory = busy.memory();
        return switch (ended) {
            case SyncEvent.Answered(_, SyncEvent.Next next) -> answered(busy, next, now);
            case SyncEvent.Outstanding(_, double jitter) ->
                    backOff(memory, Ending.OUTSTANDING, jitter, now);
            case SyncEvent.CursorExpired(_, double jitter) ->
                    busy instanceof Resyncing
                            ? backOff(memory, Ending.CURSOR_EXPIRED, jitter, now)
                            : resync(busy);
            case SyncEvent.Unauthorized _ ->
                    Step.to(
                            new SignedOut(memory.signedIn(false)),
                            new CloseLive(),
                            new Report(Ending.SIGNED_OUT));
            case SyncEvent.NetworkFailed(_, double jitter) ->
                    backOff(memory, Ending.NETWORK_FAILED, jitter, now);
            case SyncEvent.ServerBusy(_, long retryAfter, double jitter) ->
                    backOff(
                            memory.notBefore(
                                    now
                                            + Math.min(
                                                    retryAfter,
                                                    settings.retryAfterMax().toMillis())),
                            Ending.SERVER_BUSY,
                            jitter,
                            now);
            case SyncEvent.ServerFailed(_, double jitter) ->
                    backOff(memory, Ending.SERVER_FAILED, jitter, now);
            case SyncEvent.ReplicaFailed(_, double jitter) ->
                    backOff(memory, Ending.REPLICA_FAILED, jitter, now);
        };
    }

    private Step answered(Busy busy, SyncEvent.Next next, long now) {
        Memory memory = busy.memory().nextRequest();
        long request = memory.request();
        return switch (next) {
            case RESYNC ->
                    Step.to(new Resyncing(memory, busy.again()), new SyncAction.Pull(request));
            case RECEIPTS ->
                    Step.to(
                            new AskingReceipts(memory, busy.again()),
                            new SyncAction.AskReceipts(request));
            case PUSH -> Step.to(new Pushing(memory, busy.again()), new SyncAction.Push(request));
            case PULL -> Step.to(new Pulling(memory, busy.again()), new SyncAction.Pull(request));
            case LEFT ->
                    done(busy.memory(), busy.again() == Again.NO ? Again.SOON : busy.again(), now);
            case DONE -> done(busy.memory(), busy.again(), now);
        };
    }

    private Step done(Memory busy, Again again, long now) {
        Memory memory = busy.failures(0);
        Step rest =
                switch (again) {
                    case NO -> idle(memory, now);
                    case SOON -> schedule(memory, now, settings.writeDebounce().toMillis());
                    case AT_ONCE -> begin(memory, now);
                };
        List<SyncAction> actions = new ArrayList<>();
        actions.add(new OpenLive());
        actions.add(new Report(Ending.DONE));
        actions.addAll(rest.actions());
        return new Step(rest.state(), actions);
    }

    private static Step resync(Busy busy) {
        Memory memory = busy.memory().nextRequest();
        return Step.to(
                new Resyncing(memory, busy.again()),
                new CloseLive(),
                new SyncAction.Pull(memory.request()));
    }

    private Step backOff(Memory failed, Ending ending, double jitter, long now) {
        Memory memory = failed.failures(failed.failures() + 1);
        long wait = part(jitter, settings.backoffCeilingMillis(memory.failures()));
        long due = earliest(memory, now) + wait;
        return Step.to(new BackingOff(memory, due), new Report(ending), new WakeAt(due));
    }

    private static Step breakOff(Busy busy, SyncState to, Ending ending) {
        return Step.to(
                to,
                new SyncAction.Cancel(busy.memory().request()),
                new CloseLive(),
                new Report(ending));
    }

    /// Where the machine rests when no run is on its way.
    private Step atRest(Memory memory, long now, long delayMillis) {
        if (memory.paused()) {
            return Step.to(new Paused(memory));
        }
        if (!memory.signedIn()) {
            return Step.to(new SignedOut(memory));
        }
        return memory.online() ? schedule(memory, now, delayMillis) : Step.to(new Offline(memory));
    }

    private Step idle(Memory memory, long now) {
        long due = Math.max(now + interval(), memory.earliestAtMillis());
        return Step.to(new Idle(memory, due), new WakeAt(due));
    }

    private Step schedule(Memory memory, long now, long delayMillis) {
        long due = earliest(memory, now + delayMillis);
        long latest = Math.max(due, now + settings.spacing().toMillis());
        return Step.to(new Scheduled(memory, due, latest), new WakeAt(due));
    }

    private static Step putOff(Scheduled scheduled, long untilMillis) {
        long due =
                Math.min(
                        Math.max(scheduled.dueAtMillis(), untilMillis), scheduled.latestAtMillis());
        return Step.to(
                new Scheduled(scheduled.memory(), due, scheduled.latestAtMillis()),
                new WakeAt(due));
    }

    private Step begin(Memory resting, long now) {
        Memory memory = resting.nextRequest().notBefore(now + settings.spacing().toMillis());
        return Step.to(new Starting(memory, Again.NO), new SyncAction.Look(memory.request()));
    }

    private static Busy again(Busy busy, Again again) {
        Memory memory = busy.memory();
        return switch (busy) {
            case Starting _ -> new Starting(memory, again);
            case AskingReceipts _ -> new AskingReceipts(memory, again);
            case Pushing _ -> new Pushing(memory, again);
            case Pulling _ -> new Pulling(memory, again);
            case Resyncing _ -> new Resyncing(memory, again);
        };
    }

    private static long earliest(Memory memory, long atMillis) {
        return Math.max(atMillis, memory.earliestAtMillis());
    }

    private long interval() {
        return settings.interval().toMillis();
    }

    private static long part(double jitter, long millis) {
        return (long) (jitter * millis);
    }
}
