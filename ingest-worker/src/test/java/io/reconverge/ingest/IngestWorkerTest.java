package io.reconverge.ingest;

import static io.reconverge.ingest.WorkerUnderTest.put;
import static io.reconverge.ingest.WorkerUnderTest.request;
import static io.reconverge.ingest.WorkerUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.ResultRecord;
import io.reconverge.wire.WireJson;
import io.reconverge.wire.WriteRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
class IngestWorkerTest {

    static WorkerUnderTest worker;

    @BeforeAll
    static void start() {
        worker = WorkerUnderTest.start("worker");
    }

    @AfterAll
    static void stop() {
        worker.close();
    }

    @Test
    void a_put_is_committed_answered_and_published_once() {
        Change change = put("n-1", null, "{\"title\":\"Tide\"}");
        WriteRecord request = request("alice", change);

        ResultRecord result = worker.ask(request);

        assertThat(result.results())
                .containsExactly(new ChangeResult.Applied(change.changeId(), 1, false, true));
        assertThat(result.version()).isEqualTo(1);
        assertThat(worker.number("select head from space where space_id = ?", request.space()))
                .isEqualTo(1);
        until(
                "published",
                () ->
                        worker.published().stream()
                                .anyMatch(event -> event.space().equals(request.space())));
        ChangeEvent event =
                worker.published().stream()
                        .filter(published -> published.space().equals(request.space()))
                        .findFirst()
                        .orElseThrow();
        assertThat(event.toEntity().data()).isEqualTo(change.data());
    }

    @Test
    void live_readers_are_told_at_once_of_small_commits_and_not_of_large_ones() {
        Change[] many =
                IntStream.range(0, 101)
                        .mapToObj(i -> put("n-" + i, null, "{}"))
                        .toArray(Change[]::new);
        WriteRecord large = request("grace", many);
        WriteRecord small = request("heidi", put("n-1", null, "{\"title\":\"Tide\"}"));
        worker.ask(large);
        worker.ask(small);

        until("told", () -> told(small.space()).size() == 1);
        assertThat(told(small.space()).getFirst().toEntity().data())
                .isEqualTo(small.changes().getFirst().data());
        assertThat(told(large.space())).isEmpty();
        until(
                "published",
                () ->
                        worker.published().stream()
                                        .filter(event -> event.space().equals(large.space()))
                                        .count()
                                == many.length);
    }

    private static List<ChangeEvent> told(UUID space) {
        return worker.records(worker.topic("live")).stream()
                .map(record -> WireJson.MAPPER.readValue(record.value(), ChangeEvent.class))
                .filter(event -> event.space().equals(space))
                .toList();
    }

    @Test
    void the_same_request_again_gets_the_first_answer_marked_duplicate() {
        Change change = put("n-1", null, "{\"title\":\"Tide\"}");
        worker.ask(request("bob", change));

        ResultRecord again = worker.ask(request("bob", change));

        assertThat(again.results())
                .containsExactly(new ChangeResult.Applied(change.changeId(), 1, true, true));
    }

    @Test
    void garbage_goes_to_the_dead_letters_and_the_partition_moves_on() {
        WriteRecord request = request("carol", put("n-1", null, "{}"));
        byte[] key = request.space().toString().getBytes(StandardCharsets.UTF_8);
        var garbage = request("carol");

        worker.send(key, "no json".getBytes(StandardCharsets.UTF_8), garbage.requestId());
        ResultRecord result = worker.ask(request);

        assertThat(result.version()).isEqualTo(1);
        assertThat(worker.answer(garbage.requestId()).problem()).isNotNull();
        until(
                "dead letter",
                () ->
                        worker.records(worker.topic("writes.dlt")).stream()
                                .anyMatch(letter ->
                                        new String(letter.value(), StandardCharsets.UTF_8)
                                                .equals("no json")));
    }

    @Test
    void what_postgres_cannot_store_is_refused_and_does_not_hold_up_its_batch() {
        WriteRecord good = request("erin", put("good", null, "{\"n\":1}"));
        WriteRecord nul = request("erin", put("bad\0", null, "{}"));
        WriteRecord later = request("erin", put("later", null, "{}"));
        worker.send(good);
        worker.send(nul);
        worker.send(later);

        assertThat(worker.answer(good.requestId()).results().getFirst())
                .isInstanceOf(ChangeResult.Applied.class);
        assertThat(worker.answer(later.requestId()).version()).isEqualTo(2);
        ChangeResult refused = worker.answer(nul.requestId()).results().getFirst();
        assertThat(((ChangeResult.Rejected) refused).problem().type())
                .isEqualTo(ProblemType.UNPROCESSABLE.urn());
        until(
                "dead letter",
                () ->
                        worker.records(worker.topic("writes.dlt")).stream()
                                .anyMatch(letter ->
                                        new String(letter.value(), StandardCharsets.UTF_8)
                                                .contains(nul.requestId().toString())));
    }

    @Test
    void whatever_bytes_arrive_the_partition_moves_on() {
        SplittableRandom random = new SplittableRandom(8);
        WriteRecord model = request("finn", put("e", null, "{\"a\":[1,2,{\"b\":\"c\"}]}"));
        byte[] text = WireJson.MAPPER.writeValueAsBytes(model);
        byte[] key = model.space().toString().getBytes(StandardCharsets.UTF_8);
        int garbage = 60;
        for (int i = 0; i < garbage; i++) {
            byte[] bytes =
                    switch (i % 4) {
                        case 0 -> new byte[random.nextInt(200)];
                        case 1 -> Arrays.copyOf(text, random.nextInt(text.length));
                        case 2 -> ("[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
                        default -> "{\"requestId\":null}".getBytes(StandardCharsets.UTF_8);
                    };
            if (i % 4 == 0) {
                random.nextBytes(bytes);
            }
            worker.send(i % 3 == 0 ? null : key, bytes, UUID.randomUUID());
        }
        worker.send(key, null, UUID.randomUUID());
        worker.send(
                key,
                WireJson.MAPPER.writeValueAsBytes(request("gus", put("e", null, "{}"))),
                UUID.randomUUID());

        assertThat(worker.ask(model).version()).isEqualTo(1);
    }

    @Test
    void nobody_writes_to_another_persons_space_whatever_the_record_says() {
        WriteRecord own = request("hal", put("e", null, "{}"));
        WriteRecord foreign =
                new WriteRecord(
                        UUID.randomUUID(), own.space(), "mallory", "d", false, 1, own.changes());
        worker.ask(own);

        ChangeResult result = worker.ask(foreign).results().getFirst();

        assertThat(((ChangeResult.Rejected) result).problem().type())
                .isEqualTo(ProblemType.NOT_A_MEMBER.urn());
        assertThat(worker.number("select head from space where space_id = ?", own.space()))
                .isEqualTo(1);
    }

    @Test
    void health_and_metrics_are_there_for_whoever_watches() {
        WebTestClient http =
                WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + worker.port()).build();
        worker.ask(request("ida", put("e", null, "{}")));

        http.get().uri("/actuator/health/readiness").exchange().expectStatus().isOk();
        http.get().uri("/actuator/health/liveness").exchange().expectStatus().isOk();
        String metrics =
                http.get()
                        .uri("/actuator/prometheus")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody();
        assertThat(metrics)
                .contains(
                        "reconverge_ingest_decisions_total{",
                        "reconverge_ingest_batch_changes_count",
                        "reconverge_ingest_commit_seconds_bucket",
                        "reconverge_ingest_waiting",
                        "kafka_consumer_fetch_manager_records_lag");
    }

    @Test
    void a_refused_change_leaves_a_receipt_that_names_what_stood_against_it() {
        WriteRecord standing = request("jo", put("e", null, "{}"));
        worker.ask(standing);
        Change create =
                new Change(
                        UUID.randomUUID(),
                        "thing",
                        "e",
                        Op.PUT,
                        JsonObject.ofText("{}"),
                        0L,
                        1,
                        OnConflict.REJECT);

        worker.ask(request("jo", create));

        assertThat(
                        worker.number(
                                """
                                select count(*) from receipt
                                 where change_id = ? and result->>'status' = 'conflict'
                                   and result->>'type' = 'thing' and result->>'id' = 'e'
                                   and result->'entity' is null
                                """,
                                create.changeId()))
                .isEqualTo(1);
    }
}
