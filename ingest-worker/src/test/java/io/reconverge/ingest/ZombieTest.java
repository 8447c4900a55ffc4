package io.reconverge.ingest;

import static io.reconverge.ingest.WorkerUnderTest.put;
import static io.reconverge.ingest.WorkerUnderTest.request;
import static io.reconverge.ingest.WorkerUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.JavaProcess;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.WriteRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Two workers, one partition, one of them stopped by the kernel for longer than its session: it
/// wakes up believing that the partition is its own (I10).
@OnParts
class ZombieTest {

    @Test
    void a_worker_that_wakes_up_after_its_session_commits_and_publishes_nothing_twice() {
        try (WorkerUnderTest test =
                WorkerUnderTest.start("zombie", "--reconverge.topics.partitions=1")) {
            test.stopWorker();
            String[] arguments =
                    test.arguments(
                            "--reconverge.topics.partitions=1",
                            "--spring.kafka.consumer.properties.session.timeout.ms=6000",
                            "--reconverge.ingest.publish-linger=500ms");
            List<WriteRecord> sent = new ArrayList<>();
            try (JavaProcess sleeper = WorkerProcess.start(arguments)) {
                send(test, sent, 20);
                until("the first worker publishes; " + sleeper, () -> !test.published().isEmpty());
                send(test, sent, 20);
                sleeper.pause();
                long claims = claims(test);

                test.startWorker(
                        "--reconverge.topics.partitions=1",
                        "--spring.kafka.consumer.properties.session.timeout.ms=6000");
                until("the second worker claims the partition", () -> claims(test) > claims);
                send(test, sent, 20);
                until("the second worker commits all", () -> rows(test) == sent.size());
                sleeper.resume();
                until("the first one notices; " + sleeper, () -> sleeper.said("Gave up [0]"));
                send(test, sent, 20);
                until("all is committed", () -> rows(test) == sent.size());
            }
            until("all is published", () -> test.published().size() >= sent.size());

            List<Long> versions = test.published().stream().map(ChangeEvent::version).toList();
            assertThat(versions).doesNotHaveDuplicates().isSorted().hasSize(sent.size());
        }
    }

    private static void send(WorkerUnderTest test, List<WriteRecord> sent, int count) {
        for (int i = 0; i < count; i++) {
            WriteRecord request = request("dora", put("e-" + UUID.randomUUID(), null, "{}"));
            sent.add(request);
            test.send(request);
        }
    }

    private static long rows(WorkerUnderTest test) {
        return test.number("select count(*) from log");
    }

    private static long claims(WorkerUnderTest test) {
        return test.number("select max(claims) from source");
    }
}
