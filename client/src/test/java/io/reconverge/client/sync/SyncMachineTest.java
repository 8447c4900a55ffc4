package io.reconverge.client.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reconverge.client.sync.SyncEvent.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the tables do not show: times, and what is noted.
class SyncMachineTest {

    private final SyncMachine machine = new SyncMachine(SyncSettings.defaults());
    private long now = 50_000;
    private SyncState state = SyncState.initial(now);
    private final List<SyncAction> done = new ArrayList<>();

    @Test
    void starting_syncs_at_once() {
        when(new SyncEvent.Start());

        assertThat(wake()).isEqualTo(now);
    }

    @Test
    void a_write_is_sent_half_a_second_later() {
        idleAfterARun();
        pass(10_000);

        when(new SyncEvent.LocalWrite());

        assertThat(wake()).isEqualTo(now + 500);
    }

    @Test
    void further_writes_put_it_off_to_at_most_five_seconds_after_the_first() {
        idleAfterARun();
        pass(10_000);
        when(new SyncEvent.LocalWrite());
        long first = now;

        pass(400);
        when(new SyncEvent.LocalWrite());
        assertThat(wake()).isEqualTo(first + 900);

        for (int i = 0; i < 20; i++) {
            pass(400);
            when(new SyncEvent.LocalWrite());
        }
        assertThat(wake()).isEqualTo(first + 5_000);
    }

    @Test
    void two_automatic_syncs_begin_five_seconds_apart() {
        idleAfterARun();
        long began = now;
        pass(100);

        when(new SyncEvent.LocalWrite());

        assertThat(wake()).isEqualTo(began + 5_000);
    }

    @Test
    void a_manual_sync_waits_for_nothing() {
        idleAfterARun();
        pass(1);

        when(new SyncEvent.ManualSync());

        assertThat(state).isInstanceOf(SyncState.Starting.class);
    }

    @Test
    void a_manual_sync_during_a_run_gets_a_run_of_its_own() {
        run();
        when(new SyncEvent.ManualSync());
        when(new SyncEvent.LocalWrite());

        when(new SyncEvent.Answered(request(), Next.DONE));

        assertThat(state).isInstanceOf(SyncState.Starting.class);
        assertThat(done).contains(new SyncAction.Report(SyncAction.Ending.DONE));
    }

    @Test
    void a_write_during_a_run_is_sent_by_the_next() {
        run();
        when(new SyncEvent.LocalWrite());

        when(new SyncEvent.Answered(request(), Next.DONE));

        assertThat(state).isInstanceOf(SyncState.Scheduled.class);
    }

    @Test
    void nothing_new_is_asked_for_every_thirty_seconds() {
        idleAfterARun();

        assertThat(wake()).isEqualTo(now + 30_000);
    }

    @Test
    void the_network_must_be_back_for_two_seconds() {
        idleAfterARun();
        pass(10_000);
        when(new SyncEvent.ConnectivityLost());

        when(new SyncEvent.ConnectivityRegained());
        assertThat(wake()).isEqualTo(now + 2_000);

        pass(1_000);
        when(new SyncEvent.ConnectivityRegained());
        assertThat(wake()).isEqualTo(now + 2_000);
    }

    @Test
    void failures_double_what_is_waited_at_most_up_to_a_minute() {
        List<Long> ceilings = new ArrayList<>();
        run();
        for (int i = 0; i < 8; i++) {
            long began = now;
            when(new SyncEvent.NetworkFailed(request(), 0.5));
            ceilings.add(2 * (wake() - (began + 5_000)));
            now = wake();
            when(new SyncEvent.TimerFired());
        }

        assertThat(ceilings)
                .containsExactly(
                        2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L, 60_000L);
    }

    @Test
    void a_run_that_ends_well_makes_the_waits_short_again() {
        run();
        for (int i = 0; i < 4; i++) {
            when(new SyncEvent.ServerFailed(request(), 0));
            now = wake();
            when(new SyncEvent.TimerFired());
        }
        when(new SyncEvent.Answered(request(), Next.DONE));

        assertThat(state.memory().failures()).isZero();
    }

    @Test
    void what_the_server_says_to_wait_is_waited_whatever_happens() {
        run();
        when(new SyncEvent.ServerBusy(request(), 90_000, 0.25));
        long busy = now;
        assertThat(wake()).isEqualTo(busy + 90_000 + 500);

        when(new SyncEvent.ConnectivityLost());
        when(new SyncEvent.ConnectivityRegained());

        assertThat(wake()).isEqualTo(busy + 90_000);
    }

    @Test
    void a_server_that_says_to_wait_for_days_is_not_believed() {
        run();

        when(new SyncEvent.ServerBusy(request(), Duration.ofDays(900).toMillis(), 0));

        assertThat(wake()).isEqualTo(now + Duration.ofHours(1).toMillis());
    }

    @Test
    void an_early_timer_is_set_again() {
        idleAfterARun();
        long due = wake();
        SyncState before = state;

        when(new SyncEvent.TimerFired());

        assertThat(state).isEqualTo(before);
        assertThat(done).containsExactly(new SyncAction.WakeAt(due));
    }

    @Test
    void of_several_hindrances_the_first_is_shown_and_none_forgotten() {
        run();
        when(new SyncEvent.ConnectivityLost());
        when(new SyncEvent.TokenLost());
        when(new SyncEvent.Pause());
        assertThat(state).isInstanceOf(SyncState.Paused.class);

        when(new SyncEvent.Resume());
        assertThat(state).isInstanceOf(SyncState.SignedOut.class);
        when(new SyncEvent.TokenAvailable());
        assertThat(state).isInstanceOf(SyncState.Offline.class);
        when(new SyncEvent.ConnectivityRegained());
        assertThat(state).isInstanceOf(SyncState.Scheduled.class);
    }

    @Test
    void what_happens_before_the_start_is_known_at_the_start() {
        when(new SyncEvent.Pause());

        when(new SyncEvent.Start());

        assertThat(state).isInstanceOf(SyncState.Paused.class);
    }

    @Test
    void a_lost_stream_asks_for_a_sync_within_the_interval() {
        idleAfterARun();
        pass(10_000);

        when(new SyncEvent.LiveLost(0.5));

        assertThat(wake()).isEqualTo(now + 15_000);
    }

    @Test
    void jitter_is_a_part_of_one() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SyncEvent.LiveLost(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SyncEvent.NetworkFailed(1, Double.NaN));
    }

    @Test
    void settings_out_of_bounds_are_refused() {
        SyncSettings good = SyncSettings.defaults();

        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new SyncSettings(
                                good.writeDebounce(),
                                good.connectivityDebounce(),
                                Duration.ZERO,
                                good.spacing(),
                                good.backoffFirst(),
                                good.backoffMax(),
                                good.retryAfterMax()))
                .withMessage("interval must be PT1S..PT24H, was PT0S");
    }

    private void run() {
        when(new SyncEvent.Start());
        when(new SyncEvent.TimerFired());
        assertThat(state).isInstanceOf(SyncState.Starting.class);
    }

    private void idleAfterARun() {
        run();
        when(new SyncEvent.Answered(request(), Next.DONE));
        assertThat(state).isInstanceOf(SyncState.Idle.class);
    }

    private void when(SyncEvent event) {
        Step step = machine.next(state, event, now);
        state = step.state();
        done.clear();
        done.addAll(step.actions());
    }

    private void pass(long millis) {
        now += millis;
    }

    private long request() {
        return state.memory().request();
    }

    private long wake() {
        return ((SyncState.Waiting) state).dueAtMillis();
    }
}
