package io.reconverge.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static final String APPLIED = "{\"results\":[{\"status\":\"applied\"}]}";

    @Test
    void a_server_that_stands_still_once_is_told_by_all_that_were_due_meanwhile() {
        try (var server = new SlowServer(APPLIED, request -> request == 1 ? 500 : 0);
                var load = new Load()) {
            Outcome outcome =
                    load.pace(
                            server.uri(),
                            new Gets(server.uri(), List.of("token"), "/", 1),
                            1,
                            Duration.ofSeconds(1),
                            100);

            assertThat(outcome.done()).isEqualTo(100);
            assertThat(outcome.failed()).isZero();
            // half of them were due while the one connection waited, each by 10 ms less
            assertThat(outcome.millis(99)).isGreaterThan(400);
            assertThat(outcome.millis(75)).isGreaterThan(150);
        }
    }

    @Test
    void as_many_requests_as_asked_for_are_sent() {
        try (var server = new SlowServer(APPLIED, request -> 1);
                var load = new Load()) {
            Outcome outcome =
                    load.send(
                            server.uri(), new Gets(server.uri(), List.of("token"), "/", 3), 4, 50);

            assertThat(server.requests()).isEqualTo(50);
            assertThat(outcome.done()).isEqualTo(50);
            assertThat(outcome.perSecond()).isPositive();
        }
    }

    @Test
    void an_answer_of_which_not_all_is_applied_has_failed() {
        try (var server = new SlowServer(APPLIED, request -> 0);
                var load = new Load()) {
            assertThat(load.send(server.uri(), new Puts(server.uri(), List.of("t"), 1), 1, 5))
                    .matches(outcome -> outcome.done() == 5 && outcome.failed() == 0);
            assertThat(load.send(server.uri(), new Puts(server.uri(), List.of("t"), 2), 1, 5))
                    .matches(outcome -> outcome.done() == 0 && outcome.failed() == 5);
        }
    }
}
