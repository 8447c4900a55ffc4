package io.reconverge.gateway;

import static io.reconverge.gateway.TestGateway.eventually;
import static io.reconverge.gateway.TestGateway.someone;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.RecordHeaders;
import io.reconverge.wire.WriteRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

@OnParts
final class ShutdownTest {

    private static final String TOKEN = TestGateway.tokens().of(someone());

    @Test
    void a_gateway_that_stops_answers_what_it_has_in_hand_and_ends_live_streams()
            throws IOException, InterruptedException {
        TestGateway gateway = TestGateway.start();
        AtomicReference<WriteRecord> held = new AtomicReference<>();
        gateway.worker()
                .answer(write -> {
                    held.set(write);
                    return Optional.empty();
                });
        gateway.feed()
                .answer((request, response) ->
                        response.sse()
                                .send(
                                        Flux.concat(
                                                Flux.just(
                                                        Unpooled.copiedBuffer(
                                                                "data: 1\n\n", UTF_8)),
                                                Flux.never()),
                                        flush -> true));
        String body =
                """
                {"deviceId": "d", "changes": [
                  {"changeId": "%s", "type": "thing", "id": "a", "op": "put", "data": {}}]}
                """
                        .formatted(UUID.randomUUID());
        try (RawConnection stream = new RawConnection(gateway.port());
                RawConnection push = new RawConnection(gateway.port())) {
            stream.head(
                    "GET /v1/spaces/me/changes HTTP/1.1",
                    "Host: gateway",
                    "Accept: text/event-stream",
                    "Authorization: Bearer " + TOKEN);
            stream.readUntil("data: 1\n\n");
            push.head(
                            "POST /v1/spaces/me/sync HTTP/1.1",
                            "Host: gateway",
                            "Authorization: Bearer " + TOKEN,
                            "Content-Type: application/json",
                            "Prefer: wait=20",
                            "Content-Length: " + body.length())
                    .send(body);
            eventually(() -> held.get() != null);

            long start = System.nanoTime();
            Thread closing = Thread.ofVirtual().start(gateway::close);
            // the last chunk, which is empty: the stream was ended, not cut off
            assertThat(stream.readUntil("\r\n0\r\n\r\n")).endsWith("\r\n0\r\n\r\n");
            decide(gateway, held.get());
            assertThat(push.readStatus()).isEqualTo(200);
            closing.join();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(15));
        }
    }

    private static void decide(TestGateway gateway, WriteRecord write) {
        Map<String, String> headers =
                gateway.worker().seen(write.requestId()).orElseThrow().headers();
        gateway.worker()
                .send(
                        Integer.parseInt(
                                String.valueOf(headers.get(RecordHeaders.REPLY_PARTITION))),
                        gateway.worker().decideNow(write));
    }
}
