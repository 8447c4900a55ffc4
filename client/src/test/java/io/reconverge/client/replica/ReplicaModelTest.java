package io.reconverge.client.replica;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.RandomData;
import io.reconverge.client.SteppingClock;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.Resolution;
import io.reconverge.client.outbox.Edit;
import io.reconverge.client.outbox.Entry;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SameJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A replica's random life against a moody server and a network that loses, repeats and delays,
/// with the invariants of SPEC.md held against it after every step; and in the end it has all that
/// the server has.
class ReplicaModelTest {

    private static final int STEPS = 1_200;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void the_invariants_hold_after_every_step(long seed) {
        Life life = new Life(new Random(seed), folder.resolve("r.db"));
        for (int i = 0; i < STEPS; i++) {
            life.step();
        }
        life.settle();
        life.replica.close();
    }

    private static final class Life {

        /// An answer that is still on its way.
        private record Answer(Run run, Batch batch, List<ChangeResult> results) {}

        private final Random random;
        private final Path file;
        private final SteppingClock clock = new SteppingClock();
        private final ModelServer server;
        private final List<Answer> late = new ArrayList<>();
        private Replica replica;
        private boolean resynced;

        Life(Random random, Path file) {
            this.random = random;
            this.file = file;
            this.server = new ModelServer(random);
            this.replica = open();
        }

        private Replica open() {
            return MixedTypes.openQuick(
                    file, clock, () -> new UUID(random.nextLong(), random.nextLong()));
        }

        private Space me() {
            return replica.me();
        }

        void step() {
            clock.pass(Duration.ofMillis(random.nextInt(2_000)));
            Map<EntityKey, Dump.Row> before = Dump.entities(replica);
            Map<EntityKey, List<Entry>> entriesBefore = Dump.entries(replica);
            Map<EntityKey, Long> settledBefore = settled();
            resynced = false;
            boolean edits = false;
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5, 6 -> {
                    edits = true;
                    edit();
                }
                case 7, 8, 9 -> server.other(clock.millis());
                case 10 -> {
                    List<String> dump = Dump.everything(replica);
                    replica.close();
                    replica = open();
                    assertThat(Dump.everything(replica)).isEqualTo(dump);
                }
                case 11 -> decideConflict();
                case 12 -> decideParked();
                case 13 -> deliverLate();
                case 14 -> moods();
                default -> run();
            }
            Dump.check(replica);
            check(before);
            if (!edits) {
                checkNothingLost(entriesBefore, settledBefore);
            }
        }

        private void edit() {
            EntityKey key = MixedTypes.key(random);
            Map<EntityKey, Dump.Row> before = Dump.entities(replica);
            Edit edit =
                    switch (random.nextInt(5)) {
                        case 0, 1 -> Edit.put(RandomData.put(random));
                        case 2, 3 -> Edit.patch(RandomData.patch(random));
                        default -> Edit.delete();
                    };
            JsonObject view = view(before.get(key));
            switch (edit.op()) {
                case PUT -> me().put(key.type(), key.id(), requireNonNull(edit.data()));
                case PATCH -> me().patch(key.type(), key.id(), requireNonNull(edit.data()));
                case DELETE ->
                        assertThat(me().delete(key.type(), key.id())).isEqualTo(view != null);
            }
            assertThat(me().get(key.type(), key.id()).map(LocalEntity::data))
                    .as("C6: a write is read at once")
                    .isEqualTo(Optional.ofNullable(edit.applyTo(view)));
            if (random.nextInt(10) == 0) {
                rollBack();
            }
        }

        private void rollBack() {
            List<String> dump = Dump.everything(replica);
            try {
                replica.atomically(() -> {
                    me().put("ask", "0", RandomData.put(random));
                    me().delete("server", "0");
                    throw new ArithmeticException();
                });
            } catch (ArithmeticException expected) {
                assertThat(Dump.everything(replica)).isEqualTo(dump);
            }
        }

        /// One run, through the network.
        private void run() {
            Exchange exchange = me().exchange();
            Run run = exchange.begin();
            if (exchange.left(run).resyncing()) {
                pull();
                return;
            }
            List<UUID> asked = exchange.receiptsToAsk(run);
            if (!asked.isEmpty() && arrives()) {
                exchange.settleReceipts(run, server.receipts(asked));
            }
            for (int pushes = 0; pushes < 3; pushes++) {
                Batch batch = exchange.take(run).orElse(null);
                if (batch == null) {
                    break;
                }
                if (!push(exchange, run, batch)) {
                    return;
                }
            }
            pull();
        }

        private boolean push(Exchange exchange, Run run, Batch batch) {
            if (server.isNice()) {
                exchange.settle(
                        run, batch.request(), server.push(batch.deviceId(), batch.changes()));
                return true;
            }
            switch (random.nextInt(12)) {
                case 0 -> exchange.notAccepted(batch.request());
                case 1 ->
                        exchange.serverFailed(
                                batch.request(),
                                Problem.of(ProblemType.INTERNAL_ERROR, "mood"),
                                Set.of());
                case 2 ->
                        exchange.serverFailed(
                                batch.request(),
                                Problem.of(ProblemType.INVALID_ENTITY, "mood"),
                                Set.of(random.nextInt(batch.changes().size())));
                case 3 -> server.push(batch.deviceId(), batch.changes());
                case 4 ->
                        late.add(
                                new Answer(
                                        run,
                                        batch,
                                        server.push(batch.deviceId(), batch.changes())));
                case 5 -> {}
                default -> {
                    List<ChangeResult> results = server.push(batch.deviceId(), batch.changes());
                    if (random.nextInt(8) == 0) {
                        results = server.push(batch.deviceId(), batch.changes());
                    }
                    exchange.settle(run, batch.request(), results);
                    return true;
                }
            }
            return false;
        }

        private void pull() {
            Exchange exchange = me().exchange();
            int limit = server.isNice() ? 100 : 1 + random.nextInt(4);
            for (int pages = random.nextInt(6); pages >= 0; pages--) {
                String cursor = exchange.place().cursor();
                Page page = server.page(cursor, limit);
                if (page == null) {
                    exchange.cursorExpired();
                    resynced = true;
                    continue;
                }
                if (!arrives()) {
                    return;
                }
                resynced |= exchange.left(new Run(0, 0)).resyncing();
                assertThat(exchange.page(cursor, page)).isEqualTo(Stored.STORED);
                if (!page.hasMore()) {
                    return;
                }
            }
        }

        private boolean arrives() {
            return server.isNice() || random.nextInt(8) > 0;
        }

        private void deliverLate() {
            if (!late.isEmpty()) {
                Answer answer = late.remove(random.nextInt(late.size()));
                me().exchange().settle(answer.run, answer.batch.request(), answer.results);
            }
        }

        private void decideConflict() {
            List<Conflict> open = me().conflicts();
            if (!open.isEmpty()) {
                Conflict conflict = open.get(random.nextInt(open.size()));
                Resolution resolution =
                        switch (random.nextInt(4)) {
                            case 0 -> new Resolution.KeepLocal();
                            case 1 -> new Resolution.KeepRemote();
                            case 2 -> new Resolution.Use(RandomData.put(random));
                            default -> new Resolution.Undecided();
                        };
                assertThat(me().resolve(conflict.id(), resolution))
                        .isEqualTo(!(resolution instanceof Resolution.Undecided));
            }
        }

        private void decideParked() {
            List<ParkedChange> parked = me().parked();
            if (!parked.isEmpty()) {
                UUID id = parked.get(random.nextInt(parked.size())).change().changeId();
                assertThat(random.nextBoolean() ? me().retry(id) : me().drop(id)).isTrue();
            }
        }

        private void moods() {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> server.backUp();
                case 3 -> server.restore();
                default -> server.purge();
            }
        }

        /// C10 and C11.
        private void check(Map<EntityKey, Dump.Row> before) {
            Map<EntityKey, Dump.Row> after = Dump.entities(replica);
            after.forEach((key, row) -> {
                if (row.version() > 0) {
                    assertThat(
                                    server.shown.stream()
                                            .anyMatch(entity ->
                                                    entity.version() == row.version()
                                                            && entity.type().equals(key.type())
                                                            && entity.id().equals(key.id())
                                                            && SameJson.same(
                                                                    entity.data(), row.base())))
                            .as("C10: the base of %s was shown by the server", key)
                            .isTrue();
                }
            });
            if (!resynced) {
                before.forEach((key, row) ->
                        assertThat(version(after.get(key)))
                                .as("C11: the base of %s", key)
                                .isGreaterThanOrEqualTo(row.version()));
            }
        }

        /// C12: what left the outbox is on the server, or among the settled conflicts, or made no
        /// difference, or is in another entry of its entity.
        private void checkNothingLost(
                Map<EntityKey, List<Entry>> entriesBefore, Map<EntityKey, Long> settledBefore) {
            Map<EntityKey, List<Entry>> entriesAfter = Dump.entries(replica);
            Map<EntityKey, Dump.Row> after = Dump.entities(replica);
            Map<EntityKey, Long> settledAfter = settled();
            entriesBefore.forEach((key, entries) -> {
                Set<UUID> left = new HashSet<>(entries.stream().map(Entry::changeId).toList());
                entriesAfter
                        .getOrDefault(key, List.of())
                        .forEach(entry -> left.remove(entry.changeId()));
                left.removeAll(server.everAccepted);
                if (!left.isEmpty()) {
                    boolean settled =
                            settledAfter.getOrDefault(key, 0L)
                                    > settledBefore.getOrDefault(key, 0L);
                    JsonObject now = view(after.get(key));
                    JsonObject again = now;
                    for (Entry entry : entries) {
                        again =
                                left.contains(entry.changeId())
                                        ? entry.edit().applyTo(again)
                                        : again;
                    }
                    boolean same = SameJson.same(now, again);
                    assertThat(settled || same || entriesAfter.containsKey(key))
                            .as("C12: %s of %s", entries, key)
                            .isTrue();
                }
            });
        }

        private Map<EntityKey, Long> settled() {
            Map<EntityKey, Long> settled = new HashMap<>();
            me().settledConflicts(Integer.MAX_VALUE)
                    .forEach(conflict -> settled.merge(conflict.key(), 1L, Long::sum));
            return settled;
        }

        /// Everybody is well again: in the end both have the same, and nothing is left.
        void settle() {
            server.becomeNice();
            late.clear();
            for (int rounds = 0; rounds < 100 && !Dump.entries(replica).isEmpty(); rounds++) {
                run();
                me().conflicts()
                        .forEach(conflict ->
                                me().resolve(
                                                conflict.id(),
                                                random.nextBoolean()
                                                        ? new Resolution.KeepLocal()
                                                        : new Resolution.KeepRemote()));
                me().parked().forEach(parked -> me().drop(parked.change().changeId()));
            }
            while (!atHead()) {
                pull();
            }
            Dump.check(replica);
            assertThat(Dump.entries(replica)).isEmpty();
            Map<EntityKey, JsonObject> here = new HashMap<>();
            for (String type : me().types()) {
                me().list(Query.of(type)).forEach(entity -> here.put(entity.key(), entity.data()));
            }
            assertThat(here).isEqualTo(server.live());
        }

        private boolean atHead() {
            Exchange exchange = me().exchange();
            Page page = server.page(exchange.place().cursor(), 1);
            return page != null
                    && page.changes().isEmpty()
                    && !exchange.left(new Run(0, 0)).resyncing();
        }

        private static @Nullable JsonObject view(Dump.@Nullable Row row) {
            return row == null ? null : row.view();
        }

        private static long version(Dump.@Nullable Row row) {
            return row == null ? 0 : row.version();
        }
    }
}
