package io.reconverge.ingest.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;

class FailureTest {

    @Test
    void data_that_a_column_cannot_hold_is_poison() {
        assertThat(Failure.of(new R2dbcNonTransientResourceException("nul", "22021")))
                .isInstanceOf(Failure.Poison.class);
        assertThat(Failure.of(new R2dbcDataIntegrityViolationException("check", "23514")))
                .isInstanceOf(Failure.Poison.class);
    }

    @Test
    void two_writers_at_one_version_and_a_database_that_is_gone_pass_by_themselves() {
        assertThat(Failure.of(new R2dbcDataIntegrityViolationException("unique", "23505")))
                .isInstanceOf(Failure.Transient.class);
        assertThat(Failure.of(new R2dbcNonTransientResourceException("gone", "57P01")))
                .isInstanceOf(Failure.Transient.class);
        assertThat(Failure.of(Exceptions.propagate(new TimeoutException())))
                .isInstanceOf(Failure.Transient.class);
        assertThat(Failure.of(Exceptions.propagate(new IOException("reset"))))
                .isInstanceOf(Failure.Transient.class);
    }

    @Test
    void what_nobody_knows_is_not_held_against_the_request_at_once() {
        assertThat(Failure.of(new IllegalStateException("event loop shut down")))
                .isInstanceOf(Failure.Doubtful.class);
    }
}
