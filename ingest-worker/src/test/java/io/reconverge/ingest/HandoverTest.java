package io.reconverge.ingest;

import static io.reconverge.ingest.WorkerUnderTest.put;
import static io.reconverge.ingest.WorkerUnderTest.request;
import static io.reconverge.ingest.WorkerUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.wire.ChangeEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// A second worker joins, and the first gives it one of its two partitions.
@OnParts
class HandoverTest {

    /// What is committed waits for it to be published, so there is something when it is handed
    /// over.
    private static final String LINGER = "--reconverge.ingest.publish-linger=3s";

    private static final Duration DRAIN = Duration.ofSeconds(60);

    @Test
    void what_is_committed_is_published_by_who_committed_it_before_the_partition_goes_over()
            throws Exception {
        String drain = "--reconverge.ingest.drain=" + DRAIN;
        try (WorkerUnderTest test = WorkerUnderTest.start("handover", LINGER, drain)) {
            test.ask(request("first", put("e", null, "{}")));
            long claims = claims(test);
            AtomicBoolean joined = new AtomicBoolean();
            Thread writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; !joined.get(); i++) {
                                    test.send(request("user-" + i, put("e", null, "{}")));
                                    LockSupport.parkNanos(20_000_000);
                                }
                            });
            long begin = System.nanoTime();
            try (var second = test.another(LINGER, drain)) {
                until("the second worker has a partition", () -> claims(test) > claims);
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                joined.set(true);
                writer.join();
                until(
                        "all is published",
                        () -> test.published().size() == test.number("select count(*) from log"));

                assertThat(took).as("not until the patience for it was over").isLessThan(DRAIN);
                assertThat(test.published()).extracting(ChangeEvent::version).containsOnly(1L);
            }
        }
    }

    private static long claims(WorkerUnderTest test) {
        return test.number("select sum(claims) from source");
    }
}
