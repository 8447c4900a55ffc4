package io.reconverge.client.replica;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.RandomData;
import io.reconverge.client.outbox.Entry;
import io.reconverge.client.outbox.EntryState;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that write, send and pull without end, and are killed with SIGKILL wherever they are.
class KilledTest {

    private static final int KILLS = 20;
    private static final int ENTITIES = 8;

    @TempDir private Path folder;

    /// What the child said that it had done, each line after the fact.
    private final Map<String, Long> acknowledged = new HashMap<>();

    private static final Pattern WROTE = Pattern.compile("wrote (e\\d+) (\\d+);");
    private static final Pattern PULLED = Pattern.compile("pulled (\\d+);");

    private long pulled;
    private final Map<UUID, Change> sent = new HashMap<>();

    @Test
    void whatever_the_instant_no_acknowledged_write_is_lost_and_all_of_the_file_agrees()
            throws Exception {
        Random random = new Random(11);
        Path file = folder.resolve("r.db");
        int acknowledgedInAll = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int lines = killed(file, 1 + random.nextInt(120), random.nextInt(3_000_000));
            acknowledgedInAll += lines;
            try (Replica replica = Replica.open(file, ReplicaSettings.defaults())) {
                check(replica);
            }
        }
        assertThat(acknowledgedInAll).isGreaterThan(KILLS * 20);
    }

    /// Lets a child run until it has said so many things, and then some nanoseconds more.
    private int killed(Path file, int lines, int nanos) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                file.toString())
                        .redirectError(new File(folder.toFile(), "child.err"))
                        .start();
        int heard = 0;
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                hear(line);
                if (++heard == lines) {
                    long until = System.nanoTime() + nanos;
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    // not the Process's own way, which closes what is left in the pipe
                    child.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(heard).as("the child lived until it was killed").isGreaterThanOrEqualTo(lines);
        return heard;
    }

    private void hear(String line) {
        Matcher wrote = WROTE.matcher(line);
        Matcher hasPulled = PULLED.matcher(line);
        if (wrote.matches()) {
            acknowledged.put(wrote.group(1), Long.valueOf(wrote.group(2)));
        } else if (hasPulled.matches()) {
            pulled = Long.parseLong(hasPulled.group(1));
        }
        // else it is the last line, cut off
    }

    private void check(Replica replica) {
        Dump.check(replica);
        acknowledged.forEach((id, count) ->
                assertThat(count(replica.me().get("mine", id)))
                        .as("C6: the last write of %s", id)
                        .isGreaterThanOrEqualTo(count));
        String cursor = Objects.requireNonNullElse(replica.me().exchange().place().cursor(), "0");
        long version = Long.parseLong(cursor);
        assertThat(version).isGreaterThanOrEqualTo(pulled);
        assertThat(
                        replica.me().list(Query.of("theirs")).stream()
                                .mapToLong(LocalEntity::version)
                                .max()
                                .orElse(0))
                .as("C13: a page and its cursor")
                .isEqualTo(version);
        Dump.entries(replica).forEach((key, entries) -> checkSent(key, entries.getFirst()));
    }

    /// C8: under an id that was sent there is never anything else.
    private void checkSent(EntityKey key, Entry entry) {
        if (entry.isFrozen()) {
            Change change =
                    new Change(
                            entry.changeId(),
                            key.type(),
                            key.id(),
                            entry.edit().op(),
                            entry.edit().data(),
                            entry.baseVersion(),
                            entry.modifiedAt(),
                            null);
            assertThat(change).isEqualTo(sent.getOrDefault(entry.changeId(), change));
            sent.put(entry.changeId(), change);
            assertThat(entry.state()).isNotInstanceOf(EntryState.Queued.class);
        }
    }

    private static long count(Optional<LocalEntity> entity) {
        return entity.map(found -> found.data().tree().path("count").longValue()).orElse(-1L);
    }

    /// Does at random what apps and sync engines do, and says what it has done.
    static final class Child {

        private static final PrintStream OUT =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

        public static void main(String[] arguments) throws IOException {
            Random random = new Random();
            Replica replica = Replica.open(Path.of(arguments[0]), ReplicaSettings.defaults());
            Space me = replica.me();
            Exchange exchange = me.exchange();
            Run run = exchange.begin();
            while (true) {
                switch (random.nextInt(10)) {
                    case 0 -> run = exchange.begin();
                    case 1, 2 -> send(exchange, run, random);
                    case 3, 4 -> pull(replica, exchange, random);
                    case 5 ->
                            exchange.settleReceipts(
                                    run,
                                    exchange.receiptsToAsk(run).stream()
                                            .<ChangeResult>map(ChangeResult.Unknown::new)
                                            .toList());
                    default -> write(me, random);
                }
            }
        }

        private static void write(Space me, Random random) {
            String id = "e" + random.nextInt(ENTITIES);
            long count = count(me.get("mine", id)) + 1;
            JsonObject data = RandomData.json("{'count':" + count + "}");
            if (random.nextBoolean()) {
                me.put("mine", id, data);
            } else {
                me.patch("mine", id, data);
            }
            OUT.println("wrote " + id + " " + count + ";");
        }

        private static void send(Exchange exchange, Run run, Random random) {
            Batch batch = exchange.take(run).orElse(null);
            if (batch == null || random.nextInt(3) == 0) {
                return;
            }
            if (random.nextInt(3) == 0) {
                exchange.notAccepted(batch.request());
                return;
            }
            exchange.settle(
                    run,
                    batch.request(),
                    batch.changes().stream()
                            .<ChangeResult>map(change ->
                                    new ChangeResult.Applied(
                                            change.changeId(), cursor(exchange) + 1, false, false))
                            .toList());
        }

        /// Shows what was accepted, as the server made it, and then what another device wrote.
        private static void pull(Replica replica, Exchange exchange, Random random) {
            AtomicLong version = new AtomicLong(cursor(exchange));
            List<Entity> changes = new ArrayList<>();
            var bases = Dump.entities(replica);
            Dump.entries(replica)
                    .forEach((key, entries) -> {
                        Entry first = entries.getFirst();
                        if (first.state() instanceof EntryState.Accepted) {
                            JsonObject made =
                                    first.edit().applyTo(requireNonNull(bases.get(key)).base());
                            changes.add(
                                    entity(
                                            key.type(),
                                            key.id(),
                                            version.incrementAndGet(),
                                            requireNonNull(made)));
                        }
                    });
            String id = "t" + random.nextInt(5);
            changes.add(entity("theirs", id, version.incrementAndGet(), RandomData.put(random)));
            Page page = new Page(changes, version.toString(), version.get(), false);
            exchange.page(exchange.place().cursor(), page);
            OUT.println("pulled " + page.version() + ";");
        }

        private static long cursor(Exchange exchange) {
            return Long.parseLong(Objects.requireNonNullElse(exchange.place().cursor(), "0"));
        }

        private static Entity entity(String type, String id, long version, JsonObject data) {
            return new Entity(type, id, version, data, false, 1, 2, "alice", "other");
        }
    }
}
