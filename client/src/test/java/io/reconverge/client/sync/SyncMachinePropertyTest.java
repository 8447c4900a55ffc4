package io.reconverge.client.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.sync.SyncEvent.Next;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random lives of a machine, in virtual time, held against the invariants of SPEC.md.
class SyncMachinePropertyTest {

    private static final int STEPS = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void the_invariants_hold_whatever_happens(long seed) {
        Life life = new Life(new Random(seed));
        for (int i = 0; i < STEPS; i++) {
            life.step();
        }
        assertThat(life.runs).isGreaterThan(STEPS / 200);
    }

    private static final class Life {

        private final SyncMachine machine = new SyncMachine(SyncSettings.defaults());
        private final Random random;
        private long now;
        private SyncState state;
        private @Nullable Long timer;
        private @Nullable Long inTheAir;
        private long lastRequest;
        private long lastAutomatic;
        private long notBefore;
        private int runs;

        Life(Random random) {
            this.random = random;
            this.now = random.nextInt();
            this.state = SyncState.initial(now);
            this.lastAutomatic = now - 5_000;
            this.notBefore = now;
        }

        void step() {
            SyncEvent event = event();
            boolean inRun = state instanceof SyncState.Busy;
            boolean manual =
                    event instanceof SyncEvent.ManualSync
                            || (state instanceof SyncState.Busy busy
                                    && busy.again() == SyncState.Again.AT_ONCE);
            Step step = machine.next(state, event, now);
            int reports = 0;
            boolean began = false;
            for (SyncAction action : step.actions()) {
                switch (action) {
                    case SyncAction.Request request -> {
                        assertThat(inTheAir).as("C1: one request in the air").isNull();
                        assertThat(request.request()).isGreaterThan(lastRequest);
                        lastRequest = request.request();
                        inTheAir = request.request();
                        if (request instanceof SyncAction.Look) {
                            began = true;
                            begun(manual);
                        }
                    }
                    case SyncAction.Cancel cancel -> {
                        assertThat(cancel.request()).isEqualTo(inTheAir);
                        inTheAir = null;
                    }
                    case SyncAction.WakeAt wake -> timer = wake.atMillis();
                    case SyncAction.Report _ -> reports++;
                    case SyncAction.OpenLive _, SyncAction.CloseLive _ -> {}
                }
            }
            if (event instanceof SyncEvent.ServerBusy busy
                    && inRun
                    && !step.state().equals(state)) {
                notBefore = Math.max(notBefore, now + busy.retryAfterMillis());
            }
            state = step.state();
            boolean left = inRun && (!(state instanceof SyncState.Busy) || began);
            if (inRun) {
                assertThat(reports).as("C4: a run ends in one report").isEqualTo(left ? 1 : 0);
            }
            switch (state) {
                case SyncState.Waiting waiting ->
                        assertThat(timer).as("C3: timer").isEqualTo(waiting.dueAtMillis());
                case SyncState.Busy _ ->
                        assertThat(inTheAir)
                                .as("C1: a run has a request in the air")
                                .isEqualTo(state.memory().request());
                case SyncState.Stopped _, SyncState.Hindered _ ->
                        assertThat(inTheAir).as("C5: nothing is asked").isNull();
            }
        }

        private void begun(boolean manual) {
            runs++;
            if (!manual) {
                assertThat(now - lastAutomatic).as("C2: spacing").isGreaterThanOrEqualTo(5_000);
                assertThat(now).as("C2: Retry-After").isGreaterThanOrEqualTo(notBefore);
                lastAutomatic = now;
            }
        }

        private SyncEvent event() {
            now += random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(300);
            if (timer != null && now >= timer && random.nextInt(4) > 0) {
                now = Math.max(now, timer);
                return new SyncEvent.TimerFired();
            }
            if (inTheAir != null && random.nextInt(3) > 0) {
                long request = inTheAir;
                inTheAir = null;
                return ended(request);
            }
            return switch (random.nextInt(24)) {
                case 0 -> new SyncEvent.Stop();
                case 1, 2 -> new SyncEvent.Start();
                case 3 -> new SyncEvent.ConnectivityLost();
                case 4, 5 -> new SyncEvent.ConnectivityRegained();
                case 6 -> new SyncEvent.TokenLost();
                case 7, 8 -> new SyncEvent.TokenAvailable();
                case 9 -> new SyncEvent.Pause();
                case 10, 11 -> new SyncEvent.Resume();
                case 12 -> new SyncEvent.ManualSync();
                case 13 -> new SyncEvent.Foreground();
                case 14 -> new SyncEvent.LiveEvent();
                case 15 -> new SyncEvent.LiveLost(random.nextDouble());
                case 16 -> ended(lastRequest - 1);
                case 17, 18 -> new SyncEvent.TimerFired();
                default -> new SyncEvent.LocalWrite();
            };
        }

        private SyncEvent ended(long request) {
            return switch (random.nextInt(13)) {
                case 0 -> new SyncEvent.Outstanding(request, random.nextDouble());
                case 1 -> new SyncEvent.CursorExpired(request, random.nextDouble());
                case 2 -> new SyncEvent.Unauthorized(request);
                case 3 -> new SyncEvent.NetworkFailed(request, random.nextDouble());
                case 4 ->
                        new SyncEvent.ServerBusy(
                                request, random.nextInt(100_000), random.nextDouble());
                case 5 -> new SyncEvent.ServerFailed(request, random.nextDouble());
                case 6 -> new SyncEvent.ReplicaFailed(request, random.nextDouble());
                default -> new SyncEvent.Answered(request, oneOf(List.of(Next.values())));
            };
        }

        private Next oneOf(List<Next> choices) {
            return choices.get(random.nextInt(choices.size()));
        }
    }
}
