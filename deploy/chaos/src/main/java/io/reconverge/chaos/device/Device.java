package io.reconverge.chaos.device;

import io.reconverge.chaos.check.Evidence;
import io.reconverge.chaos.device.HostPlan.DevicePlan;
import io.reconverge.chaos.device.HostPlan.SpacePlan;
import io.reconverge.client.ClientSettings;
import io.reconverge.client.ReconvergeClient;
import io.reconverge.client.TokenSupplier;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.conflict.Resolution;
import io.reconverge.client.replica.LocalEntity;
import io.reconverge.client.replica.OutboxFullException;
import io.reconverge.client.replica.ParkedChange;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.replica.Space;
import io.reconverge.client.sync.SyncResult;
import io.reconverge.client.sync.SyncSettings;
import io.reconverge.wire.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One device and the hand that uses it. For one thread.
final class Device implements AutoCloseable {

    /// Last write wins.
    private static final String NOTE = "note";

    /// Merged by member; an edit over a deletion, and the other way round, has to be settled.
    private static final String CARD = "card";

    private static final int ENTITIES = 24;
    private static final int FIELDS = 4;

    private final DevicePlan plan;
    private final Random random;
    private final Journal journal;
    private final ClientSettings settings;
    private long number;
    private boolean online = true;
    private ReconvergeClient client;

    Device(DevicePlan plan, URI gateway, Random random) {
        this.plan = plan;
        this.random = random;
        this.settings = settings(gateway, random.nextBoolean());
        this.client = open();
        this.journal = Journal.in(Path.of(plan.folder()));
        this.number = journal.nextNumber();
    }

    /// One thing that a person does, or that happens to a device.
    void step() {
        int dice = random.nextInt(100);
        if (dice < 80) {
            edit(plan.spaces().get(random.nextInt(plan.spaces().size())));
        } else if (dice < 92) {
            online = !online;
            client.connectivity(online);
        } else if (dice < 96) {
            client.foreground();
        } else if (dice < 98) {
            client.close();
            client = open();
        } else {
            plan.spaces().forEach(space -> resolve(client.replica().space(space.called())));
        }
    }

    private void edit(SpacePlan plan) {
        Space space = client.replica().space(plan.called());
        String type = random.nextInt(3) == 0 ? CARD : NOTE;
        String id = type + "-" + random.nextInt(ENTITIES);
        int dice = random.nextInt(10);
        String op = dice < 2 ? "delete" : dice < 5 && type.equals(NOTE) ? "put" : "patch";
        long known = space.get(type, id).map(LocalEntity::version).orElse(0L);
        Journal.Line line =
                new Journal.Line(number++, plan.id(), type, id, op, known, Journal.Stage.BEGUN);
        journal.note(line);
        try {
            boolean done =
                    switch (op) {
                        case "put" -> {
                            space.put(type, id, data(plan, line.number(), FIELDS));
                            yield true;
                        }
                        case "patch" -> {
                            space.patch(type, id, data(plan, line.number(), 1));
                            yield true;
                        }
                        default -> space.delete(type, id);
                    };
            journal.note(line.at(done ? Journal.Stage.DONE : Journal.Stage.VOID));
        } catch (OutboxFullException full) {
            journal.note(line.at(Journal.Stage.VOID));
        }
    }

    private JsonObject data(SpacePlan space, long mark, int fields) {
        StringBuilder json = new StringBuilder("{\"home\":\"").append(space.home()).append('"');
        json.append(",\"%s\":%d".formatted(Evidence.markOf(plan.name()), mark));
        int first = random.nextInt(FIELDS);
        for (int i = 0; i < fields; i++) {
            json.append(",\"f%d\":%d".formatted((first + i) % FIELDS, random.nextInt(1_000)));
        }
        return JsonObject.ofText(json.append('}').toString());
    }

    /// Sends what there is to send and reads to the head, as far as the server lets it within a
    /// while.
    Settled settle() {
        online = true;
        client.connectivity(true);
        long sent = 0;
        long unsettled = 0;
        String trouble = "";
        for (SpacePlan each : plan.spaces()) {
            Space space = client.replica().space(each.called());
            resolve(space);
            for (ParkedChange parked : space.parked()) {
                trouble = "parked: " + parked.problem();
                space.retry(parked.change().changeId());
            }
            sent += space.counts().pending();
            SyncResult result = sync(each.called());
            if (result == null || !result.isDone()) {
                unsettled++;
                trouble = each.called() + ": " + result;
            }
            resolve(space);
            var counts = space.counts();
            unsettled += counts.pending() + counts.parked() + counts.conflicts();
        }
        return new Settled(plan.name(), sent, unsettled, trouble);
    }

    /// @param sent changes that waited when it began
    /// @param unsettled spaces that did not sync, and changes that still wait
    record Settled(String device, long sent, long unsettled, String trouble) {}

    private @org.jspecify.annotations.Nullable SyncResult sync(String space) {
        try {
            return client.sync(space).get(90, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            return null;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static void resolve(Space space) {
        for (Conflict conflict : space.conflicts()) {
            space.resolve(conflict.id(), new Resolution.KeepLocal());
        }
    }

    private ReconvergeClient open() {
        ReconvergeClient opened =
                ReconvergeClient.open(
                        Path.of(plan.folder()), settings, TokenSupplier.of(plan.token()));
        opened.connectivity(online);
        opened.start();
        return opened;
    }

    private static ClientSettings settings(URI gateway, boolean live) {
        return new ClientSettings(
                gateway,
                ReplicaSettings.defaults()
                        .withStrategy(CARD, new ConflictStrategy.FieldMerge())
                        .withBatches(50, 1024 * 1024),
                new SyncSettings(
                        Duration.ofMillis(200),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(300),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(5)),
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                live,
                1L << 20);
    }

    @Override
    public void close() {
        client.close();
    }
}
