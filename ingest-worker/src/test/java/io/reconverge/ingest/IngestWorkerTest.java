package io.reconverge.ingest;

import static io.reconverge.ingest.WorkerUnderTest.put;
import static io.reconverge.ingest.WorkerUnderTest.request;
import static io.reconverge.ingest.WorkerUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.ResultRecord;
import io.reconverge.wire.WriteRecord;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
}
