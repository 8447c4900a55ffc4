package io.reconverge.service.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class BurstsTest {

    private static final Duration REST_MAX = Duration.ofMillis(40);

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final Bursts bursts = new Bursts(REST_MAX, timer);
    private final List<CompletableFuture<Integer>> sent = new ArrayList<>();

    @Test
    void what_comes_alone_goes_at_once_and_so_does_what_comes_after_it() {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Integer> result = add();
            assertThat(sent).hasSize(i + 1);
            sent.getLast().complete(i);
            assertThat(result).isCompletedWithValue(i);
        }
    }

    @Test
    void what_comes_meanwhile_goes_together_once_it_is_acknowledged() {
        add();
        add();
        add();
        assertThat(sent).hasSize(1);

        sent.getFirst().complete(0);
        assertThat(sent).hasSize(3);
    }

    @Test
    void after_several_the_next_gather_for_as_long_as_the_acknowledgement_took() {
        several();
        timer.advanceTimeBy(Duration.ofMillis(10));
        acknowledgeAll();
        add();
        add();
        timer.advanceTimeBy(Duration.ofMillis(9));
        assertThat(sent).hasSize(3);

        timer.advanceTimeBy(Duration.ofMillis(1));
        assertThat(sent).hasSize(5);
    }

    @Test
    void after_a_rest_in_which_nothing_came_the_next_one_is_alone_again() {
        several();
        acknowledgeAll();
        timer.advanceTimeBy(REST_MAX);

        add();
        assertThat(sent).hasSize(4);
    }

    @Test
    void a_burst_that_is_not_acknowledged_holds_up_the_next_one_for_no_longer_than_it_may() {
        several();
        add();
        timer.advanceTimeBy(REST_MAX.multipliedBy(2));

        assertThat(sent).hasSize(4);
    }

    @Test
    void with_company_enough_it_goes_at_once() {
        add();
        IntStream.range(0, Bursts.GATHERED_MAX).forEach(i -> add());
        assertThat(sent).hasSize(1);

        add();
        assertThat(sent).hasSize(2);
    }

    @Test
    void what_fails_tells_its_own_sender_and_the_others_go_on() {
        add();
        CompletableFuture<Integer> refused =
                bursts.add(() -> {
                    throw new IllegalStateException("the buffer is full");
                });
        CompletableFuture<Integer> good = add();
        sent.getFirst().completeExceptionally(new IllegalStateException("no broker"));

        assertThatThrownBy(refused::join).hasRootCauseMessage("the buffer is full");
        sent.getLast().complete(2);
        assertThat(good).isCompletedWithValue(2);
    }

    /// One, and two that came while it was on its way.
    private void several() {
        add();
        add();
        add();
        sent.getFirst().complete(0);
        assertThat(sent).hasSize(3);
    }

    private void acknowledgeAll() {
        List.copyOf(sent).forEach(one -> one.complete(1));
    }

    private CompletableFuture<Integer> add() {
        return bursts.add(() -> {
            CompletableFuture<Integer> one = new CompletableFuture<>();
            sent.add(one);
            return one;
        });
    }
}
