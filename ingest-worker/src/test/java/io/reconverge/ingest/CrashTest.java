package io.reconverge.ingest;

import static io.reconverge.ingest.WorkerUnderTest.until;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.JavaProcess;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.ResultRecord;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import io.reconverge.wire.WriteRecord;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// The worker killed with SIGKILL, again and again, while writes arrive. Afterwards: each write
/// that was acknowledged is in the log (I1), each change id once (I2), versions are dense (I3), and
/// the topic holds each log row once, in order (I5).
@OnParts
class CrashTest {

    private static final long SEED = 20_261_121;
    private static final int KILLS = 6;
    private static final int SPACES = 7;

    @Test
    void whatever_moment_a_worker_is_killed_at_each_write_is_committed_and_published_once()
            throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        try (WorkerUnderTest test = WorkerUnderTest.start("crash")) {
            test.stopWorker();
            // publishing is held back, so that kills find rows that are committed and not yet
            // published
            String[] arguments =
                    test.arguments(
                            "--reconverge.ingest.publish-linger=400ms",
                            "--reconverge.ingest.instance-id=crash");
            List<WriteRecord> sent = new ArrayList<>();
            AtomicBoolean stop = new AtomicBoolean();
            SplittableRandom writing = random.split();
            Thread writer = Thread.ofPlatform().start(() -> write(test, writing, sent, stop));
            int between = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                try (JavaProcess worker = WorkerProcess.start(arguments)) {
                    long before = rows(test);
                    until("rows are committed; " + worker, () -> rows(test) > before);
                    if (kill % 2 == 1) {
                        LockSupport.parkNanos(random.nextLong(1_500_000_000L));
                    }
                    worker.kill();
                }
                if (rows(test) > test.published().size()) {
                    between++;
                }
            }
            stop.set(true);
            writer.join();
            test.startWorker();
            until("every request is answered", () -> answered(test).size() == sent.size());
            until("every row is published", () -> test.published().size() >= rows(test));

            assertThat(between).as("kills between the two commits").isPositive();
            check(test, sent);
        }
    }

    private static long rows(WorkerUnderTest test) {
        return test.number("select count(*) from log");
    }

    /// Sends requests with new changes, and now and then one that was sent before.
    private static void write(
            WorkerUnderTest test,
            SplittableRandom random,
            List<WriteRecord> sent,
            AtomicBoolean stop) {
        while (!stop.get()) {
            if (!sent.isEmpty() && random.nextInt(5) == 0) {
                WriteRecord old = sent.get(random.nextInt(sent.size()));
                WriteRecord again =
                        new WriteRecord(
                                UUID.randomUUID(),
                                old.space(),
                                old.actor(),
                                old.deviceId(),
                                old.atomic(),
                                old.receivedAt(),
                                old.changes());
                sent.add(again);
                test.send(again);
                continue;
            }
            String user = "user-" + random.nextInt(SPACES);
            List<Change> changes = new ArrayList<>();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                Op op = Op.values()[random.nextInt(3)];
                changes.add(
                        new Change(
                                new UUID(random.nextLong(), random.nextLong()),
                                "thing",
                                "e-" + random.nextInt(10),
                                op,
                                op == Op.DELETE
                                        ? null
                                        : JsonObject.ofText(
                                                "{\"f%d\":%d}"
                                                        .formatted(
                                                                random.nextInt(4),
                                                                random.nextInt(1000))),
                                null,
                                random.nextLong(1_000_000),
                                null));
            }
            WriteRecord request =
                    new WriteRecord(
                            UUID.randomUUID(),
                            SpaceId.personal(user),
                            user,
                            "d" + random.nextInt(3),
                            false,
                            1,
                            changes);
            sent.add(request);
            test.send(request);
            LockSupport.parkNanos(3_000_000);
        }
    }

    private static Map<UUID, ResultRecord> answered(WorkerUnderTest test) {
        Map<UUID, ResultRecord> answers = new HashMap<>();
        test.records(test.topic("results"))
                .forEach(record -> {
                    ResultRecord result =
                            WireJson.MAPPER.readValue(record.value(), ResultRecord.class);
                    answers.putIfAbsent(result.requestId(), result);
                });
        return answers;
    }

    private record Row(UUID space, long version, UUID changeId) {}

    private static void check(WorkerUnderTest test, List<WriteRecord> sent) throws Exception {
        Map<UUID, List<Row>> log = new HashMap<>();
        Map<UUID, Row> byChange = new HashMap<>();
        try (Connection database = test.database();
                ResultSet rows =
                        database.createStatement()
                                .executeQuery(
                                        "select space_id, version, change_id from log order by space_id, version")) {
            while (rows.next()) {
                Row row =
                        new Row(
                                rows.getObject(1, UUID.class),
                                rows.getLong(2),
                                rows.getObject(3, UUID.class));
                log.computeIfAbsent(row.space(), space -> new ArrayList<>()).add(row);
                assertThat(byChange.put(row.changeId(), row)).as("I2: %s", row).isNull();
            }
        }
        log.forEach((space, rows) -> {
            for (int i = 0; i < rows.size(); i++) {
                assertThat(rows.get(i).version()).as("I3 in %s", space).isEqualTo(i + 1);
            }
            assertThat(test.number("select head from space where space_id = ?", space))
                    .as("I3: head of %s", space)
                    .isEqualTo(rows.size());
        });

        Map<UUID, ResultRecord> answers = answered(test);
        for (WriteRecord request : sent) {
            for (ChangeResult result : requireNonNull(answers.get(request.requestId())).results()) {
                long version =
                        switch (result) {
                            case ChangeResult.Applied applied -> applied.version();
                            case ChangeResult.Merged merged -> merged.version();
                            case ChangeResult.Superseded superseded -> superseded.version();
                            case ChangeResult.Conflict _,
                                    ChangeResult.Rejected _,
                                    ChangeResult.Pending _,
                                    ChangeResult.Unknown _ ->
                                    throw new AssertionError(
                                            "nothing here can be refused: " + result);
                        };
                Row row = requireNonNull(byChange.get(result.changeId()), "I1: lost");
                assertThat(row.version()).as("I1: %s", result).isEqualTo(version);
            }
        }

        Map<UUID, List<Long>> topic = new HashMap<>();
        for (ChangeEvent event : test.published()) {
            topic.computeIfAbsent(event.space(), space -> new ArrayList<>()).add(event.version());
        }
        Map<UUID, List<Long>> expected = new HashMap<>();
        log.forEach((space, rows) -> expected.put(space, rows.stream().map(Row::version).toList()));
        assertThat(topic).as("I5").isEqualTo(expected);
    }
}
