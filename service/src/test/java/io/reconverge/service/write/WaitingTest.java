package io.reconverge.service.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class WaitingTest {

    @Test
    void no_more_wait_than_may_and_a_closed_slot_is_free_again() {
        Waiting waiting = new Waiting(2);
        Waiting.Slot first = waiting.open(UUID.randomUUID()).orElseThrow();
        assertThat(waiting.open(UUID.randomUUID())).isPresent();
        assertThat(waiting.open(UUID.randomUUID())).isEmpty();
        first.close();
        assertThat(waiting.open(UUID.randomUUID())).isPresent();
    }

    @Test
    void a_result_reaches_who_waits_for_it_also_when_it_came_first() {
        Waiting waiting = new Waiting(2);
        UUID requestId = UUID.randomUUID();
        Waiting.Slot slot = waiting.open(requestId).orElseThrow();
        waiting.deliver(UUID.randomUUID(), new byte[] {1});
        waiting.deliver(requestId, new byte[] {2});
        waiting.deliver(requestId, new byte[] {3});
        StepVerifier.create(slot.result().map(result -> result[0]))
                .expectNext((byte) 2)
                .verifyComplete();
        assertThat(waiting.size()).isZero();
    }
}
