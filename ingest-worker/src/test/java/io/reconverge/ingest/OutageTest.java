package io.reconverge.ingest;

import static io.reconverge.ingest.WorkerUnderTest.put;
import static io.reconverge.ingest.WorkerUnderTest.request;
import static io.reconverge.ingest.WorkerUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.ResultRecord;
import io.reconverge.wire.WriteRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the worker does while what it needs is gone, or was set back.
@OnParts
class OutageTest {

    private WorkerUnderTest test;

    @BeforeEach
    void start() {
        test = WorkerUnderTest.start("outage", "--reconverge.topics.partitions=1");
    }

    @AfterEach
    void stop() {
        test.close();
    }

    @Test
    void writes_that_arrive_while_postgres_is_stopped_are_committed_when_it_is_back() {
        test.ask(request("ann", put("before", null, "{}")));
        WriteRecord during = request("ann", put("during", null, "{}"));

        Parts.shared().database().stop();
        try {
            test.send(during);
        } finally {
            Parts.shared().database().start();
        }

        ResultRecord result = test.answer(during.requestId());
        assertThat(result.version()).isEqualTo(2);
        until("published", () -> test.published().size() == 2);
    }

    @Test
    void the_worker_goes_on_by_itself_after_the_broker_was_stopped() {
        test.ask(request("bea", put("before", null, "{}")));

        Parts.shared().broker().stop();
        Parts.shared().broker().start();

        ResultRecord result = test.ask(request("bea", put("after", null, "{}")));
        assertThat(result.version()).isEqualTo(2);
        until("published", () -> versions().equals(List.of(1L, 2L)));
    }

    @Test
    void a_group_that_lost_its_offsets_publishes_nothing_twice() throws Exception {
        for (int i = 0; i < 5; i++) {
            test.ask(request("cat", put("e-" + i, null, "{}")));
            int expected = i + 1;
            until("published", () -> test.published().size() == expected);
        }
        String group = test.bean(Topics.class).workerGroup();
        test.stopWorker();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", WorkerUnderTest.broker()))) {
            until("the group is empty", () -> deleteOffsets(admin, group));
        }
        test.startWorker("--reconverge.topics.partitions=1");

        test.ask(request("cat", put("last", null, "{}")));

        until("published", () -> versions().contains(6L));
        // what was published last before the loss may not have been noted down yet
        assertThat(versions().subList(0, 5)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(versions().stream().filter(version -> version < 5)).doesNotHaveDuplicates();
    }

    @Test
    void a_database_set_back_to_a_backup_gets_its_lost_writes_from_the_topic_again()
            throws Exception {
        WriteRecord kept = request("dan", put("kept", null, "{}"));
        WriteRecord lost = request("dan", put("lost", null, "{}"));
        test.ask(kept);
        long position = test.number("select next_offset from source");
        test.ask(lost);
        until("published", () -> test.published().size() == 2);
        test.stopWorker();
        setBack(position);

        test.startWorker("--reconverge.topics.partitions=1");
        test.ask(request("dan", put("new", null, "{}")));

        assertThat(test.number("select count(*) from entity where id in ('kept', 'lost', 'new')"))
                .isEqualTo(3);
        assertThat(test.number("select version from entity where id = 'lost'")).isEqualTo(2);
    }

    @Test
    void a_broker_that_lost_records_does_not_make_later_writes_look_decided() throws Exception {
        test.ask(request("eve", put("before", null, "{}")));
        test.stopWorker();
        try (Connection database = test.database();
                var statement = database.createStatement()) {
            statement.execute("update source set next_offset = next_offset + 1000");
        }

        test.startWorker("--reconverge.topics.partitions=1");
        ResultRecord result = test.ask(request("eve", put("after", null, "{}")));

        assertThat(result.results().getFirst()).isInstanceOf(ChangeResult.Applied.class);
        assertThat(result.version()).isEqualTo(2);
        until("published", () -> versions().equals(List.of(1L, 2L)));
    }

    private void setBack(long position) throws SQLException {
        try (Connection database = test.database();
                var statement = database.createStatement()) {
            statement.execute("delete from entity where id = 'lost'");
            statement.execute("delete from log where id = 'lost'");
            statement.execute("update space set head = 1");
            statement.execute("update source set next_offset = " + position + ", published = 0");
        }
    }

    private boolean deleteOffsets(Admin admin, String group) {
        try {
            admin.deleteConsumerGroupOffsets(
                            group, Set.of(new TopicPartition(test.topic("writes"), 0)))
                    .all()
                    .get();
            return true;
        } catch (Exception notYet) {
            return false;
        }
    }

    private List<Long> versions() {
        return test.published().stream().map(ChangeEvent::version).toList();
    }
}
