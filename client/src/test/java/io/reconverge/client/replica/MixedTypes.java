package io.reconverge.client.replica;

import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.conflict.Resolution;
import io.reconverge.client.conflict.ThreeWay;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// Few entities of a type for each strategy.
public final class MixedTypes {

    private static final List<String> TYPES =
            List.of("server", "lww", "merge", "local", "remote", "ask", "resolve");

    public static final ReplicaSettings SETTINGS =
            ReplicaSettings.defaults()
                    .withBatches(4, 2048)
                    .withStrategy("lww", new ConflictStrategy.LastWriteWins())
                    .withStrategy("merge", new ConflictStrategy.FieldMerge())
                    .withStrategy("local", new ConflictStrategy.KeepLocal())
                    .withStrategy("remote", new ConflictStrategy.KeepRemote())
                    .withStrategy("ask", new ConflictStrategy.Ask())
                    .withStrategy("resolve", new ConflictStrategy.Resolve(MixedTypes::merged));

    private MixedTypes() {}

    public static EntityKey key(Random random) {
        return new EntityKey(
                TYPES.get(random.nextInt(TYPES.size())), Integer.toString(random.nextInt(3)));
    }

    private static Resolution merged(Conflict conflict) {
        JsonObject local = conflict.clash().local();
        JsonObject remote = conflict.clash().remote();
        return local == null || remote == null
                ? new Resolution.Undecided()
                : new Resolution.Use(
                        ThreeWay.of(conflict.clash().base(), local, remote).preferringLocal());
    }

    /// A replica that forgets what the power takes with it, and is the quicker for it.
    public static Replica openQuick(Path file, Clock clock, Supplier<UUID> ids) {
        return Replica.open(Database.open(file, SynchronousMode.OFF), SETTINGS, clock, ids);
    }

    /// Has every write fail from here on, as on a full disk, or none any more.
    public static void refuseWrites(Replica replica, boolean refused) {
        replica.transact(session -> {
            for (String write :
                    List.of(
                            "update on meta",
                            "update on space",
                            "insert on entity",
                            "insert on outbox",
                            "update on outbox")) {
                String name = "refuse_" + write.replace(' ', '_');
                session.execute("drop trigger if exists temp." + name);
                if (refused) {
                    session.execute(
                            "create temp trigger %s before %s begin select raise(abort, 'full'); end"
                                    .formatted(name, write));
                }
            }
            return null;
        });
    }
}
