package io.reconverge.client.sync;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.RandomData;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.Resolution;
import io.reconverge.client.outbox.Edit;
import io.reconverge.client.replica.Dump;
import io.reconverge.client.replica.LocalEntity;
import io.reconverge.client.replica.MixedTypes;
import io.reconverge.client.replica.ParkedChange;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaException;
import io.reconverge.client.replica.Space;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.SpaceId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A device with an app, a replica and an engine; it can be killed, and started again on what its
/// file then holds.
final class SimulatedDevice {

    /// An edit that returned.
    ///
    /// @param mark in its data and in no other edit's; null for a delete
    record Made(EntityKey key, Edit edit, @Nullable String mark, long atMillis) {}

    /// The process has ended here.
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    private final VirtualTime time;
    private final Random random;
    private final SimulatedNetwork network;
    private final Path file;
    private final long clockOffByMillis;
    private final int number;

    /// By all processes that use the file.
    final List<Made> made;

    /// What was noticed where nothing can be thrown.
    final List<String> wrong = new ArrayList<>();

    Replica replica;
    SyncEngine engine;
    private int life;
    private int marks;

    /// Looks at the clock until it is killed; negative for never.
    private int fuse = -1;

    private boolean dead;
    private boolean paused;
    private boolean manual;
    private long lastRun;
    private @Nullable Long lastAutomaticMillis;
    private final Set<UUID> pushed = new HashSet<>();
    private boolean alone;

    /// @param number another one for each
    /// @param beside a device that uses the same file, as another process; null for none
    SimulatedDevice(
            VirtualTime time,
            Random random,
            SimulatedNetwork network,
            int number,
            Path folder,
            @Nullable SimulatedDevice beside) {
        this.number = number;
        this.alone = beside == null;
        if (beside != null) {
            beside.alone = false;
        }
        this.made = beside == null ? new ArrayList<>() : beside.made;
        this.time = time;
        this.random = random;
        this.network = network;
        this.file = beside == null ? folder.resolve(number + ".db") : beside.file;
        this.clockOffByMillis = random.nextLong(-200_000, 200_000);
        open();
    }

    private void open() {
        dead = false;
        fuse = -1;
        life++;
        lastAutomaticMillis = null;
        replica = MixedTypes.openQuick(file, clock(), this::id);
        engine =
                new SyncEngine(
                        replica,
                        SpaceId.ME,
                        network.of(this::asked),
                        loop(life),
                        SyncSettings.defaults(),
                        true);
        if (paused) {
            engine.pause();
        }
        engine.start();
    }

    private UUID id() {
        burn();
        return new UUID(random.nextLong(), random.nextLong());
    }

    private void burn() {
        if (dead || fuse == 0) {
            dead = true;
            throw new Killed();
        }
        fuse--;
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public long millis() {
                burn();
                return EPOCH_MILLIS + clockOffByMillis + time.nowMillis();
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private EventLoop loop(int own) {
        return new VirtualLoop(time, random::nextDouble) {
            @Override
            void run(Runnable task) {
                if (life == own) {
                    alive(task);
                }
            }
        };
    }

    /// Does something in the process, which may end by it.
    private void alive(Runnable task) {
        try {
            task.run();
        } catch (Killed killed) {
            // as any thread's end
        }
        if (dead) {
            kill();
        }
    }

    /// Kills the process, and has it started again some time later.
    private void kill() {
        life++;
        dead = true;
        replica.close();
        int ended = life;
        time.after(
                random.nextInt(8_000),
                () -> {
                    if (life == ended) {
                        open();
                    }
                });
    }

    /// A request is made: a run begins at least 5 s after another, unless somebody asked for it,
    /// and sends each change once at most.
    private void asked(List<UUID> changes) {
        if (!alone) {
            // whose run it is cannot be told from outside
            return;
        }
        long run = Dump.lastRun(replica);
        if (run != lastRun) {
            lastRun = run;
            pushed.clear();
            Long before = lastAutomaticMillis;
            if (manual) {
                manual = false;
            } else {
                if (before != null && time.nowMillis() - before < 5_000) {
                    wrong.add(
                            "C2: a run began %d ms after the one before"
                                    .formatted(time.nowMillis() - before));
                }
                lastAutomaticMillis = time.nowMillis();
            }
        }
        changes.stream()
                .filter(id -> !pushed.add(id))
                .forEach(id -> wrong.add("sent twice in a run: " + id));
    }

    /// The user or the platform does something.
    void act() {
        if (dead) {
            return;
        }
        alive(() -> {
            switch (random.nextInt(40)) {
                case 0, 1 -> engine.connectivity(false);
                case 2, 3, 4 -> engine.connectivity(true);
                case 5 -> pause(true);
                case 6, 7 -> pause(false);
                case 8 -> dead = true;
                case 9, 10 -> fuse = random.nextInt(60);
                case 23 -> fillTheDisk();
                case 11, 12 -> sync();
                case 13 -> engine.foreground();
                case 22 -> engine.othersWrote();
                case 14, 15, 16, 17 -> engine.signedIn();
                case 18 -> engine.signedOut();
                case 19, 20 -> ifThereIsRoom(this::decideConflict);
                case 21 -> ifThereIsRoom(this::decideParked);
                default -> ifThereIsRoom(this::edit);
            }
        });
    }

    private void fillTheDisk() {
        int full = life;
        MixedTypes.refuseWrites(replica, true);
        time.after(
                random.nextInt(15_000),
                () -> {
                    if (life == full) {
                        MixedTypes.refuseWrites(replica, false);
                    }
                });
    }

    private static void ifThereIsRoom(Runnable write) {
        try {
            write.run();
        } catch (ReplicaException full) {
            // what was to be written is not
        }
    }

    private void sync() {
        manual = true;
        var _ = engine.sync();
    }

    private void pause(boolean now) {
        paused = now;
        if (now) {
            engine.pause();
        } else {
            engine.resume();
        }
    }

    /// What hinders sync goes.
    void recover() {
        if (dead) {
            open();
        }
        fuse = -1;
        MixedTypes.refuseWrites(replica, false);
        engine.signedIn();
        engine.connectivity(true);
        pause(false);
    }

    private void edit() {
        Space me = replica.me();
        EntityKey key = MixedTypes.key(random);
        Edit edit =
                switch (random.nextInt(5)) {
                    case 0, 1 -> Edit.put(marked(RandomData.put(random)));
                    case 2, 3 -> Edit.patch(marked(RandomData.patch(random)));
                    default -> Edit.delete();
                };
        long at = EPOCH_MILLIS + clockOffByMillis + time.nowMillis();
        JsonObject before = me.get(key.type(), key.id()).map(LocalEntity::data).orElse(null);
        JsonObject data = edit.data();
        boolean done =
                switch (edit.op()) {
                    case PUT -> me.put(key.type(), key.id(), requireNonNull(data)) != null;
                    case PATCH -> me.patch(key.type(), key.id(), requireNonNull(data)) != null;
                    case DELETE -> me.delete(key.type(), key.id());
                };
        Optional<JsonObject> after = me.get(key.type(), key.id()).map(LocalEntity::data);
        if (!after.equals(Optional.ofNullable(edit.applyTo(before)))) {
            throw new AssertionError("C6: %s of %s shows %s".formatted(edit, before, after));
        }
        if (done) {
            made.add(new Made(key, edit, data == null ? null : mark(), at));
        }
    }

    private JsonObject marked(JsonObject data) {
        marks++;
        ObjectNode tree = data.tree();
        tree.put(mark(), true);
        return JsonObject.of(tree);
    }

    private String mark() {
        return "m" + marks + "of" + number;
    }

    private void decideConflict() {
        List<Conflict> open = replica.me().conflicts();
        if (!open.isEmpty()) {
            Conflict conflict = open.get(random.nextInt(open.size()));
            replica.me()
                    .resolve(
                            conflict.id(),
                            switch (random.nextInt(3)) {
                                case 0 -> new Resolution.KeepLocal();
                                case 1 -> new Resolution.KeepRemote();
                                default -> new Resolution.Use(RandomData.put(random));
                            });
        }
    }

    private void decideParked() {
        List<ParkedChange> parked = replica.me().parked();
        if (!parked.isEmpty()) {
            UUID id = parked.get(random.nextInt(parked.size())).change().changeId();
            if (random.nextBoolean()) {
                replica.me().retry(id);
            } else {
                replica.me().drop(id);
            }
        }
    }

    boolean isDead() {
        return dead;
    }
}
