package io.reconverge.gateway.sync;

import static io.reconverge.gateway.TestGateway.eventually;
import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.Broker;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
final class KafkaStoppedTest {

    /// What the producer's settings allow, and as much again for a machine that is busy.
    private static final Duration BOUND = Duration.ofSeconds(9);

    private final TestGateway gateway = TestGateway.shared();
    private final Broker broker = Parts.shared().broker();

    @Test
    void without_kafka_writes_are_503_in_bounded_time_and_with_it_they_go_on()
            throws InterruptedException {
        push(gateway).expectStatus().isOk();
        TestGateway late;
        broker.stop();
        try {
            List<Duration> took = pushAtOnce(50);
            assertThat(took).hasSize(50).allMatch(each -> each.compareTo(BOUND) < 0);
            pushAtOnce(50);
            eventually(() -> GoneClientTest.waiting(gateway) == 0);
            health(gateway, "readiness").expectStatus().isEqualTo(503);

            late = gateway.another();
            push(late).expectStatus().isEqualTo(503);
            health(late, "liveness").expectStatus().isOk();
            health(late, "readiness").expectStatus().isEqualTo(503);
        } finally {
            broker.start();
        }
        for (TestGateway each : List.of(gateway, late)) {
            eventually(() ->
                    health(each, "readiness")
                            .returnResult(String.class)
                            .getStatus()
                            .is2xxSuccessful());
            eventually(() -> push(each).returnResult(String.class).getStatus().value() == 200);
            push(each).expectStatus().isOk();
        }
        late.stop();
    }

    private List<Duration> pushAtOnce(int requests) throws InterruptedException {
        List<Duration> took = new CopyOnWriteArrayList<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            clients.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                long start = System.nanoTime();
                                push(gateway)
                                        .expectStatus()
                                        .isEqualTo(503)
                                        .expectHeader()
                                        .exists(HttpHeaders.RETRY_AFTER)
                                        .expectBody()
                                        .jsonPath("$.type")
                                        .isEqualTo("urn:reconverge:problem:unavailable");
                                took.add(Duration.ofNanos(System.nanoTime() - start));
                            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        return took;
    }

    private static WebTestClient.ResponseSpec health(TestGateway gateway, String probe) {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + gateway.managementPort())
                .responseTimeout(Duration.ofSeconds(20))
                .build()
                .get()
                .uri("/actuator/health/" + probe)
                .exchange();
    }

    private static WebTestClient.ResponseSpec push(TestGateway gateway) {
        return gateway.as(someone())
                .post()
                .uri("/v1/spaces/me/sync")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(
                        """
                        {"deviceId": "d", "changes": [
                          {"changeId": "%s", "type": "thing", "id": "a", "op": "put", "data": {}}]}
                        """
                                .formatted(UUID.randomUUID()))
                .exchange();
    }
}
