package io.reconverge.client.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.outbox.Entry;
import io.reconverge.client.outbox.EntryState;
import io.reconverge.client.replica.Dump;
import io.reconverge.client.replica.ModelServer;
import io.reconverge.ingest.decide.LogRow;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.SameJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Some devices of a user, a server and the network between them, in virtual time: everything that
/// can go wrong does, for a while; then nothing does any more, and all must come to be the same.
final class Simulation {

    private static final long STEP_MILLIS = 5_000;
    private static final long CALM_MAX_MILLIS = 15 * 60_000;

    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final ModelServer server;
    final SimulatedNetwork network;
    private final List<SimulatedDevice> devices = new ArrayList<>();

    /// Whether the server was set back: what was deleted then may be what it no longer had.
    private boolean restored;

    Simulation(long seed, Path folder) {
        // seeds in a row would begin alike
        random = new Random(new SplittableRandom(seed).nextLong());
        server = new ModelServer(random);
        network =
                new SimulatedNetwork(
                        time, random, server, List.of(0, 10, 30, 60).get(random.nextInt(4)));
        int count = 2 + (random.nextInt(3) > 0 ? 0 : random.nextInt(4));
        for (int i = 0; i < count; i++) {
            SimulatedDevice beside =
                    i > 0 && random.nextInt(4) == 0 ? devices.get(random.nextInt(i)) : null;
            devices.add(new SimulatedDevice(time, random, network, i, folder, beside));
        }
    }

    void run() {
        long until = random.nextLong(30_000, 90_000);
        devices.forEach(device -> act(device, until));
        mood(until);
        time.runUntil(until);
        network.becomeCalm();
        server.becomeNice();
        devices.forEach(SimulatedDevice::recover);
        while (!devices.stream().allMatch(this::isQuiet)) {
            assertThat(time.nowMillis() - until)
                    .as("virtual time in which all come to rest: %s", states())
                    .isLessThan(CALM_MAX_MILLIS);
            // a 401 may have been on its way still
            devices.forEach(device -> device.engine.signedIn());
            time.runUntil(time.nowMillis() + STEP_MILLIS);
        }
        devices.forEach(this::check);
    }

    void close() {
        devices.forEach(device -> device.replica.close());
    }

    private void act(SimulatedDevice device, long until) {
        time.after(
                random.nextInt(4_000),
                () -> {
                    if (time.nowMillis() < until) {
                        device.act();
                        act(device, until);
                    }
                });
    }

    /// Things that befall the server.
    private void mood(long until) {
        time.after(
                random.nextInt(20_000),
                () -> {
                    if (time.nowMillis() < until) {
                        switch (random.nextInt(10)) {
                            case 0, 1 -> server.backUp();
                            case 2 -> {
                                server.restore();
                                restored = true;
                            }
                            case 3, 4 -> server.purge();
                            default -> server.other(1_700_000_000_000L + time.nowMillis());
                        }
                        network.stir();
                        mood(until);
                    }
                });
    }

    private boolean isQuiet(SimulatedDevice device) {
        return device.engine.currentStatus().phase() == Status.Phase.IDLE
                && server.head().equals(device.replica.me().exchange().place().cursor())
                && entries(device).allMatch(entry -> isWithUser(entry.state()));
    }

    private static boolean isWithUser(EntryState state) {
        return state instanceof EntryState.Held || state instanceof EntryState.Parked;
    }

    private static Stream<Entry> entries(SimulatedDevice device) {
        return Dump.entries(device.replica).values().stream().flatMap(List::stream);
    }

    private List<Object> states() {
        List<Object> states = new ArrayList<>(List.of(server.head()));
        devices.forEach(device -> {
            states.add(device.engine.currentStatus());
            states.add(String.valueOf(device.replica.me().exchange().place()));
            states.add(entries(device).toList());
        });
        return states;
    }

    private void check(SimulatedDevice device) {
        assertThat(device.wrong).isEmpty();
        Dump.check(device.replica);
        Map<EntityKey, Entity> there = server.entities();
        Map<EntityKey, Dump.Row> here = new HashMap<>(Dump.entities(device.replica));
        Map<EntityKey, List<Entry>> entries = Dump.entries(device.replica);
        here.values().removeIf(row -> row.base() == null && !row.pending());
        there.forEach((key, entity) -> {
            Dump.Row row = here.get(key);
            assertThat(row).as("%s is missing", key).isNotNull();
            assertThat(requireNonNull(row).version())
                    .as("version of %s", key)
                    .isEqualTo(entity.version());
            assertThat(SameJson.same(row.base(), entity.data())).as("base of %s", key).isTrue();
        });
        here.forEach((key, row) -> {
            if (row.base() != null) {
                assertThat(there).as("what the server does not have").containsKey(key);
            }
            if (!entries.containsKey(key)) {
                assertThat(row.view()).as("view of %s", key).isEqualTo(row.base());
            }
        });
        checkNothingLost(device, entries);
    }

    /// C12, from the outside: each edit that returned is in the server's log, or waits for the
    /// user, or is in a conflict that was settled, or was done away with by a later edit of its own
    /// author.
    private void checkNothingLost(SimulatedDevice device, Map<EntityKey, List<Entry>> entries) {
        List<SimulatedDevice.Made> made = device.made;
        for (int i = 0; i < made.size(); i++) {
            SimulatedDevice.Made edit = made.get(i);
            List<SimulatedDevice.Made> later =
                    made.subList(i + 1, made.size()).stream()
                            .filter(other -> other.key().equals(edit.key()))
                            .toList();
            boolean undone =
                    later.stream().anyMatch(other -> other.edit().op() != Op.PATCH)
                            || (edit.mark() == null && !later.isEmpty());
            if (edit.mark() == null && undoes(made.subList(0, i), edit)) {
                undone = true;
            }
            if (!undone) {
                assertThat(isKept(device, edit, entries.getOrDefault(edit.key(), List.of())))
                        .as("lost: %s%n%s", edit, history(device, edit.key()))
                        .isTrue();
            }
        }
    }

    /// What is known of an entity, for whoever has to find out what went wrong.
    private String history(SimulatedDevice device, EntityKey key) {
        StringBuilder text = new StringBuilder();
        device.made.stream()
                .filter(made -> made.key().equals(key))
                .forEach(made -> text.append("made ").append(made).append('\n'));
        server.everLogged().stream()
                .filter(row -> isOf(row.event(), key))
                .forEach(row -> text.append("log ").append(row.event()).append('\n'));
        Stream.concat(
                        device.replica.me().conflicts().stream(),
                        device.replica.me().settledConflicts(10_000).stream())
                .filter(conflict -> conflict.key().equals(key))
                .forEach(conflict -> text.append(conflict).append('\n'));
        return text + "here " + Dump.entities(device.replica).get(key);
    }

    private boolean isKept(SimulatedDevice device, SimulatedDevice.Made edit, List<Entry> entries) {
        return server.everLogged().stream()
                        .map(LogRow::event)
                        .anyMatch(row -> isOf(row, edit.key()) && shows(row.data(), edit))
                || entries.stream().anyMatch(entry -> shows(entry.edit().data(), edit))
                || Stream.concat(
                                device.replica.me().conflicts().stream(),
                                device.replica.me().settledConflicts(10_000).stream())
                        .filter(conflict -> conflict.key().equals(edit.key()))
                        .map(Conflict::clash)
                        .anyMatch(clash -> shows(clash.local(), edit))
                || (edit.mark() == null
                        && (restored || !server.entities().containsKey(edit.key())));
    }

    private static boolean isOf(ChangeEvent row, EntityKey key) {
        return row.type().equals(key.type()) && row.id().equals(key.id());
    }

    private static boolean shows(@Nullable JsonObject data, SimulatedDevice.Made edit) {
        String mark = edit.mark();
        return mark == null ? data == null : data != null && data.text().contains('"' + mark + '"');
    }

    /// Whether a deletion is of what its author had made, and the server had not taken when it was
    /// deleted: it had refused it then, if a copy came later that it took.
    private boolean undoes(List<SimulatedDevice.Made> before, SimulatedDevice.Made deletion) {
        return before.reversed().stream()
                .filter(edit -> edit.key().equals(deletion.key()))
                .findFirst()
                .filter(edit ->
                        server.everLogged().stream()
                                .filter(row -> shows(row.event().data(), edit))
                                .findFirst()
                                .map(LogRow::changeId)
                                .map(server.everRefused()::contains)
                                .orElse(true))
                .isPresent();
    }
}
