package io.reconverge.ingest;

import static io.reconverge.ingest.WorkerUnderTest.put;
import static io.reconverge.ingest.WorkerUnderTest.request;
import static io.reconverge.ingest.WorkerUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WriteRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests of three partitions, of which one commits at a time: while the first holds the only
/// session, the other two come together in one transaction.
@OnParts
class CompanyTest {

    private static final int PARTITIONS = 3;

    @TempDir Path dumps;

    @Test
    void what_cannot_be_stored_is_refused_and_what_was_in_its_transaction_is_not()
            throws Exception {
        try (WorkerUnderTest test =
                WorkerUnderTest.start(
                        "company",
                        "--reconverge.topics.partitions=" + PARTITIONS,
                        "--reconverge.ingest.at-once=1")) {
            WriteRecord first = request(userOf(0), put("e", null, "{}"));
            WriteRecord blocking = request(userOf(0), put("f", null, "{}"));
            WriteRecord bad = request(userOf(1), put("bad\0", null, "{}"));
            WriteRecord good = request(userOf(2), put("good", null, "{}"));
            test.ask(first);
            try (Connection other = test.database();
                    var statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("select from space for update");
                test.send(blocking);
                until("the first commits", () -> committing() == 1);
                test.send(bad);
                test.send(good);
                until("the others wait for it", () -> committing() == PARTITIONS);
                other.rollback();
            }

            assertThat(test.answer(good.requestId()).results().getFirst())
                    .isInstanceOf(ChangeResult.Applied.class);
            ChangeResult refused = test.answer(bad.requestId()).results().getFirst();
            assertThat(((ChangeResult.Rejected) refused).problem().type())
                    .isEqualTo(ProblemType.UNPROCESSABLE.urn());
            assertThat(test.answer(blocking.requestId()).version()).isEqualTo(2);
            until("what is committed is published", () -> test.published().size() == 3);
        }
    }

    private static String userOf(int partition) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "user-" + i)
                .filter(user -> partitionOf(user) == partition)
                .findFirst()
                .orElseThrow();
    }

    /// As Kafka's producers choose it.
    private static int partitionOf(String user) {
        byte[] key = SpaceId.personal(user).toString().getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(key)) % PARTITIONS;
    }

    private long committing() {
        try {
            Path dump = Files.createTempDirectory(dumps, "dump").resolve("threads");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(
                            dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            return Stream.of(Files.readString(dump).split("\n\n"))
                    .filter(thread -> thread.contains("\"apply-"))
                    .filter(thread -> thread.contains(".GroupCommit."))
                    .count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
