package io.reconverge.gateway.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.service.problem.ProblemException;
import org.junit.jupiter.api.Test;

final class InFlightBytesTest {

    private final InFlightBytes budget = new InFlightBytes(100);

    @Test
    void what_passes_the_budget_is_refused_and_takes_nothing() {
        InFlightBytes.Share one = budget.share();
        InFlightBytes.Share other = budget.share();
        one.take(60);
        assertThatThrownBy(() -> other.take(41)).isInstanceOf(ProblemException.class);
        other.take(40);
        assertThat(budget.held()).isEqualTo(100);
        one.release();
        assertThat(budget.held()).isEqualTo(40);
    }

    @Test
    void what_is_there_already_is_counted_and_makes_others_wait() {
        InFlightBytes.Share one = budget.share();
        one.takeUnasked(150);
        InFlightBytes.Share other = budget.share();
        assertThatThrownBy(() -> other.take(1)).isInstanceOf(ProblemException.class);
        one.release();
        other.take(1);
    }

    @Test
    void what_is_taken_after_the_end_is_given_back_at_once() {
        InFlightBytes.Share share = budget.share();
        share.release();
        share.take(10);
        share.takeUnasked(10);
        assertThat(budget.held()).isZero();
    }

    @Test
    void nothing_is_given_back_twice() {
        InFlightBytes.Share share = budget.share();
        share.take(30);
        share.giveBack(20);
        share.giveBack(20);
        share.release();
        share.release();
        share.giveBack(5);
        assertThat(budget.held()).isZero();
    }
}
