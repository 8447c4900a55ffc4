package io.reconverge.gateway.write;

import static io.reconverge.gateway.TestGateway.eventually;
import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.RawConnection;
import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

@OnParts
final class WaitingTest {

    @Test
    void a_client_that_goes_away_is_not_waited_for_any_more() throws IOException {
        TestGateway gateway = TestGateway.shared();
        Waiting waiting = gateway.bean(Waiting.class);
        gateway.worker().answer(write -> Optional.empty());
        String body =
                """
                {"deviceId": "d", "changes": [
                  {"changeId": "%s", "type": "thing", "id": "a", "op": "delete"}]}
                """
                        .formatted(UUID.randomUUID());
        int others = waiting.size();
        try (RawConnection connection = new RawConnection(gateway.port())) {
            connection
                    .head(
                            "POST /v1/spaces/me/sync HTTP/1.1",
                            "Host: gateway",
                            "Authorization: Bearer " + TestGateway.tokens().of(someone()),
                            "Content-Type: application/json",
                            "Prefer: wait=30",
                            "Content-Length: " + body.length())
                    .send(body.getBytes(StandardCharsets.UTF_8));
            eventually(() -> waiting.size() == others + 1);
        }
        eventually(() -> waiting.size() == others);
    }

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
