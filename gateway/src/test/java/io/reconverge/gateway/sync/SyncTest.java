package io.reconverge.gateway.sync;

import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.gateway.TestWorker;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.RecordHeaders;
import io.reconverge.wire.ResultRecord;
import io.reconverge.wire.SpaceId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
final class SyncTest {

    private final TestGateway gateway = TestGateway.shared();
    private final String user = someone();

    @Test
    void a_push_is_appended_whole_and_answered_with_its_results_in_order() {
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        UUID requestId =
                requestIdOf(
                        push("""
                        {"deviceId": "phone-1", "atomic": true, "changes": [
                          {"changeId": "%s", "type": "thing", "id": "a/b", "op": "put",
                           "data": {"n": 1.10}, "modifiedAt": 5, "baseVersion": 0},
                          {"changeId": "%s", "type": "thing", "id": "c", "op": "delete"}]}
                        """
                                        .formatted(first, second))
                                .expectStatus()
                                .isOk()
                                .expectBody()
                                .jsonPath("$.results[0].changeId")
                                .isEqualTo(first.toString())
                                .jsonPath("$.results[0].status")
                                .isEqualTo("applied")
                                .jsonPath("$.results[0].version")
                                .isEqualTo(1)
                                .jsonPath("$.results[1].changeId")
                                .isEqualTo(second.toString())
                                .jsonPath("$.version")
                                .isEqualTo(2)
                                .jsonPath("$.serverTime")
                                .isNumber()
                                .jsonPath("$.changes")
                                .doesNotExist()
                                .jsonPath("$.cursor")
                                .doesNotExist()
                                .returnResult());

        TestWorker.Seen seen = gateway.worker().seen(requestId).orElseThrow();
        UUID space = SpaceId.personal(user);
        assertThat(seen.key()).isEqualTo(space.toString());
        assertThat(seen.write().space()).isEqualTo(space);
        assertThat(seen.write().actor()).isEqualTo(user);
        assertThat(seen.write().deviceId()).isEqualTo("phone-1");
        assertThat(seen.write().atomic()).isTrue();
        assertThat(seen.write().changes()).hasSize(2);
        assertThat(seen.write().changes().getFirst().data()).hasToString("{\"n\":1.10}");
        assertThat(seen.write().changes().getFirst().modifiedAt()).isEqualTo(5);
        assertThat(seen.write().changes().getLast().op()).isEqualTo(Op.DELETE);
        assertThat(seen.write().changes().getLast().modifiedAt())
                .isEqualTo(seen.write().receivedAt());
        assertThat(seen.headers())
                .containsEntry(RecordHeaders.REQUEST_ID, requestId.toString())
                .containsKeys(RecordHeaders.REPLY_PARTITION, "traceparent");
    }

    @Test
    void a_callers_trace_goes_on_through_kafka_but_its_request_id_does_not() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        UUID given = UUID.randomUUID();
        UUID requestId =
                requestIdOf(
                        client().post()
                                .uri("/v1/spaces/me/sync")
                                .contentType(MediaType.APPLICATION_JSON)
                                .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
                                .header("X-Request-Id", given.toString())
                                .bodyValue(onePut(UUID.randomUUID()))
                                .exchange()
                                .expectStatus()
                                .isOk()
                                .expectBody()
                                .returnResult());

        assertThat(requestId).isNotEqualTo(given);
        assertThat(gateway.worker().seen(requestId).orElseThrow().headers().get("traceparent"))
                .contains(trace);
    }

    @Test
    void a_request_without_changes_appends_nothing() {
        int before = gateway.worker().count();
        push("{\"deviceId\": \"d\", \"changes\": []}")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.results")
                .isEmpty();
        assertThat(gateway.worker().count()).isEqualTo(before);
    }

    @Test
    void who_prefers_not_to_wait_is_answered_once_kafka_has_it() {
        UUID changeId = UUID.randomUUID();
        UUID requestId =
                requestIdOf(
                        push(onePut(changeId), "respond-async")
                                .expectStatus()
                                .isAccepted()
                                .expectHeader()
                                .valueEquals("Preference-Applied", "respond-async")
                                .expectBody()
                                .jsonPath("$.results[0].status")
                                .isEqualTo("pending")
                                .jsonPath("$.results[0].changeId")
                                .isEqualTo(changeId.toString())
                                .jsonPath("$.version")
                                .doesNotExist()
                                .returnResult());

        TestWorker.Seen seen = awaitSeen(requestId);
        assertThat(seen.headers()).doesNotContainKey(RecordHeaders.REPLY_PARTITION);
    }

    @Test
    void no_decision_in_the_time_preferred_is_202_and_the_write_is_not_lost() {
        gateway.worker().answer(write -> Optional.empty());
        long start = System.nanoTime();
        UUID requestId =
                requestIdOf(
                        push(onePut(UUID.randomUUID()), "wait=1")
                                .expectStatus()
                                .isAccepted()
                                .expectHeader()
                                .valueEquals("Preference-Applied", "wait=1")
                                .expectBody()
                                .jsonPath("$.results[0].status")
                                .isEqualTo("pending")
                                .returnResult());
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
        awaitSeen(requestId);
    }

    @Test
    void a_result_that_comes_twice_or_for_nobody_does_no_harm() {
        gateway.worker()
                .answer(write -> {
                    ResultRecord result = gateway.worker().decideNow(write);
                    for (int partition = 0; partition < 4; partition++) {
                        gateway.worker().send(partition, result);
                        gateway.worker()
                                .send(
                                        partition,
                                        new ResultRecord(
                                                UUID.randomUUID(),
                                                write.space(),
                                                1,
                                                List.of(),
                                                null));
                    }
                    return Optional.of(result);
                });
        push(onePut(UUID.randomUUID())).expectStatus().isOk();
        push(onePut(UUID.randomUUID())).expectStatus().isOk();
    }

    @Test
    void what_the_worker_could_not_read_is_answered_with_its_problem() {
        gateway.worker()
                .answer(write ->
                        Optional.of(
                                new ResultRecord(
                                        write.requestId(),
                                        write.space(),
                                        0,
                                        List.of(),
                                        Problem.of(
                                                ProblemType.UNPROCESSABLE,
                                                "It cannot be stored."))));
        push(onePut(UUID.randomUUID()))
                .expectStatus()
                .isEqualTo(422)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:unprocessable");
    }

    @Test
    void a_result_that_is_not_of_the_requests_changes_decides_nothing() {
        gateway.worker()
                .answer(write ->
                        Optional.of(
                                new ResultRecord(
                                        write.requestId(), write.space(), 9, List.of(), null)));
        push(onePut(UUID.randomUUID())).expectStatus().isAccepted();
    }

    @Test
    void requests_at_once_each_get_their_own_results() throws InterruptedException {
        List<String> wrong = new CopyOnWriteArrayList<>();
        List<Thread> clients =
                java.util.stream.IntStream.range(0, 8)
                        .mapToObj(n -> Thread.ofVirtual().start(() -> pushMany(wrong)))
                        .toList();
        for (Thread client : clients) {
            client.join();
        }
        assertThat(wrong).isEmpty();
    }

    private void pushMany(List<String> wrong) {
        for (int i = 0; i < 10; i++) {
            UUID changeId = UUID.randomUUID();
            String body =
                    push(onePut(changeId))
                            .expectBody(String.class)
                            .returnResult()
                            .getResponseBody();
            if (body == null || !body.contains(changeId.toString())) {
                wrong.add(String.valueOf(body));
            }
        }
    }

    private TestWorker.Seen awaitSeen(UUID requestId) {
        TestGateway.eventually(() -> gateway.worker().seen(requestId).isPresent());
        return gateway.worker().seen(requestId).orElseThrow();
    }

    private static UUID requestIdOf(EntityExchangeResult<?> result) {
        String header = result.getResponseHeaders().getFirst("X-Request-Id");
        assertThat(header).isNotNull();
        return UUID.fromString(String.valueOf(header));
    }

    private static String onePut(UUID changeId) {
        return """
        {"deviceId": "d", "changes": [
          {"changeId": "%s", "type": "thing", "id": "a", "op": "put", "data": {}}]}
        """
                .formatted(changeId);
    }

    private WebTestClient client() {
        return gateway.as(user);
    }

    private WebTestClient.ResponseSpec push(String body) {
        return client().post()
                .uri("/v1/spaces/me/sync")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private WebTestClient.ResponseSpec push(String body, String prefer) {
        return client().post()
                .uri("/v1/spaces/me/sync")
                .contentType(MediaType.APPLICATION_JSON)
                .header("Prefer", prefer)
                .bodyValue(body)
                .exchange();
    }
}
