package io.reconverge.ingest.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import io.reconverge.wire.WriteRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/// Two people's devices, a network that loses, repeats and reorders, and a worker that takes
/// requests in batches of any size; all of it from one seed. Every answer and every row is held
/// against the model's as it comes.
final class Simulation {

    /// A request on its way, and the device that waits for its answer.
    private record Sending(Device device, WriteRecord write) {}

    private final Random random;
    private final Tables tables = new Tables();
    private final Map<UUID, Model> models = new HashMap<>();
    private final List<Device> devices = new ArrayList<>();
    private final List<Sending> network = new ArrayList<>();
    private final List<WriteRecord> decided = new ArrayList<>();
    private final Map<SpaceChange, Told> firstTold = new HashMap<>();
    private final Set<String> statuses = new HashSet<>();
    private long now = 1_000_000;
    private long offset;

    Simulation(long seed) {
        random = new Random(seed);
        for (int i = 0; i < 5; i++) {
            long skew = List.of(0L, -3L, 4L, -500_000L, 500_000L).get(random.nextInt(5));
            devices.add(new Device(random, i < 3 ? "alice" : "bob", i == 4 ? "" : "d" + i, skew));
        }
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            now += random.nextInt(20) == 0 ? -20 : random.nextInt(8);
            Device device = devices.get(random.nextInt(devices.size()));
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> device.edit(now);
                case 4, 5 -> {
                    if (device.hasUnsent()) {
                        network.add(new Sending(device, device.request(now)));
                    }
                }
                case 6 -> deliver(random.nextInt(network.size() + 1));
                default -> pull(device);
            }
        }
        settle();
    }

    List<WriteRecord> decided() {
        return decided;
    }

    Set<String> statuses() {
        return statuses;
    }

    private void settle() {
        deliver(network.size());
        for (Device device : devices) {
            network.add(new Sending(device, device.lastRequest(now)));
        }
        while (!network.isEmpty()) {
            deliver(network.size());
        }
        for (Device device : devices) {
            while (!device.pull(tables, 1 + random.nextInt(3))) {
                assertThat(device.replica()).isNotEmpty();
            }
            assertThat(device.replica()).as("I9: convergence").isEqualTo(feed(device.space()));
        }
        models.forEach(this::compareWithModel);
    }

    private void deliver(int count) {
        List<Sending> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = random.nextInt(network.size());
            batch.add(network.get(index));
            if (random.nextInt(5) > 0) {
                network.remove(index);
            }
        }
        List<WriteRecord> writes = batch.stream().map(Sending::write).toList();
        Batch deciding = new Batch(tables.load(writes, TypeRules.RULES), TypeRules.RULES, now);
        List<List<ChangeResult>> answers = new ArrayList<>();
        for (WriteRecord write : writes) {
            answers.add(deciding.decide(write, new Source(1, offset++)));
        }
        tables.write(deciding.written());
        decided.addAll(writes);
        for (int i = 0; i < batch.size(); i++) {
            check(writes.get(i), answers.get(i));
            if (random.nextInt(5) > 0) {
                batch.get(i).device.hear(writes.get(i), answers.get(i));
            }
        }
    }

    private void check(WriteRecord write, List<ChangeResult> answers) {
        List<Told> told = answers.stream().map(Told::of).toList();
        Model model = models.computeIfAbsent(write.space(), Model::new);
        assertThat(told).isEqualTo(model.decide(write, now));
        for (int i = 0; i < told.size(); i++) {
            Change change = write.changes().get(i);
            Told one = told.get(i);
            assertThat(answers.get(i).changeId()).isEqualTo(change.changeId());
            statuses.add(one.duplicate() ? "duplicate" : one.status());
            if (one.accepted()) {
                checkAccepted(write.space(), change, one);
            }
        }
    }

    private void checkAccepted(UUID space, Change change, Told told) {
        Told first = firstTold.putIfAbsent(new SpaceChange(space, change.changeId()), told);
        assertThat(told.duplicate()).isEqualTo(first != null);
        if (first != null) {
            assertThat(told).as("I2: the first answer again").isEqualTo(first.again());
        } else if (told.status().equals("superseded")) {
            ChangeEvent row = tables.at(space, told.version());
            assertThat(row.outcome()).isEqualTo(Outcome.SUPERSEDED);
            assertThat(row.op()).isEqualTo(change.op());
            assertThat(row.op() == Op.PATCH ? row.patch() : row.data())
                    .as("I6: what lost is in the log")
                    .isEqualTo(change.data());
        }
    }

    /// A page now and then, and to the end now and then.
    private void pull(Device device) {
        int limit = 1 + random.nextInt(3);
        boolean toTheEnd = random.nextBoolean();
        boolean all = device.pull(tables, limit);
        while (toTheEnd && !all) {
            all = device.pull(tables, limit);
        }
        if (all) {
            assertThat(device.replica())
                    .as("I4: a reader who came to the end has every entity's latest version")
                    .isEqualTo(feed(device.space()));
        }
    }

    private Map<EntityKey, Entity> feed(UUID space) {
        Map<EntityKey, Entity> latest = new HashMap<>();
        for (LogRow row : tables.log(space)) {
            ChangeEvent event = row.event();
            if (event.stands()) {
                latest.put(new EntityKey(event.type(), event.id()), event.toEntity());
            }
        }
        return latest;
    }

    private void compareWithModel(UUID space, Model model) {
        assertThat(tables.head(space).conflicts()).isEqualTo(model.conflicts);
        List<LogRow> rows = tables.log(space);
        List<History.Line> lines = model.history.lines();
        assertThat(rows).hasSameSizeAs(lines);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(Logged.of(rows.get(i))).isEqualTo(Logged.of(lines.get(i)));
        }
    }
}
