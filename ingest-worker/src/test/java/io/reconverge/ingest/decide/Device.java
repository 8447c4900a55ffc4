package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WriteRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A device of one person, with a replica, an outbox and a mind of its own: it edits without
/// asking, sends when it likes, forgets answers and sends again.
final class Device {

    private static final List<EntityKey> KEYS =
            List.of(
                    new EntityKey("note", "1"),
                    new EntityKey("note", "2"),
                    new EntityKey("task", "1"),
                    new EntityKey("list", "1"),
                    new EntityKey("list", "2"));

    private final Random random;
    private final String owner;
    private final String id;
    private final UUID space;
    private final long clockSkewMillis;
    private final Map<EntityKey, Entity> replica = new HashMap<>();
    private final Map<UUID, Change> outbox = new LinkedHashMap<>();
    private final List<UUID> used = new ArrayList<>();
    private long cursor;

    Device(Random random, String owner, String id, long clockSkewMillis) {
        this.random = random;
        this.owner = owner;
        this.id = id;
        this.space = SpaceId.personal(owner);
        this.clockSkewMillis = clockSkewMillis;
    }

    UUID space() {
        return space;
    }

    Map<EntityKey, Entity> replica() {
        return replica;
    }

    boolean hasUnsent() {
        return !outbox.isEmpty();
    }

    void edit(long now) {
        EntityKey key = KEYS.get(random.nextInt(KEYS.size()));
        Entity seen = replica.get(key);
        Op op = oneOf(Op.PUT, Op.PUT, Op.PATCH, Op.PATCH, Op.PATCH, Op.DELETE);
        JsonObject data =
                switch (op) {
                    case PUT -> RandomJson.edited(random, seen == null ? null : seen.data());
                    case PATCH -> RandomJson.patch(random);
                    case DELETE -> null;
                };
        Change change =
                new Change(
                        new UUID(random.nextLong(), random.nextLong()),
                        key.type(),
                        key.id(),
                        op,
                        data,
                        base(seen),
                        Math.max(0, now + clockSkewMillis + random.nextInt(5)),
                        oneOf(null, OnConflict.REJECT, OnConflict.LWW, OnConflict.MERGE));
        outbox.put(change.changeId(), change);
    }

    private @Nullable Long base(@Nullable Entity seen) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> null;
            case 3, 4, 5, 6 -> seen == null ? 0 : seen.version();
            case 7, 8 -> cursor;
            default -> (long) random.nextInt((int) cursor + 4);
        };
    }

    /// Some of the outbox, in whatever order, now and then with a change twice in it, with an id
    /// that was used for something else, or to a space of another's.
    WriteRecord request(long now) {
        List<Change> changes = new ArrayList<>(outbox.values());
        Collections.shuffle(changes, random);
        changes = new ArrayList<>(changes.subList(0, 1 + random.nextInt(changes.size())));
        if (random.nextInt(8) == 0) {
            changes.add(changes.getFirst());
        }
        if (random.nextInt(8) == 0 && !used.isEmpty()) {
            changes.add(withIdOfAnother(changes.getFirst()));
        }
        changes.forEach(change -> used.add(change.changeId()));
        UUID target = random.nextInt(20) == 0 ? SpaceId.personal("mallory") : space;
        return write(target, changes, random.nextInt(4) == 0, now);
    }

    private Change withIdOfAnother(Change change) {
        UUID id = used.get(random.nextInt(used.size()));
        return new Change(id, "note", "3", change.op(), change.data(), null, 0, null);
    }

    /// All of the outbox.
    WriteRecord lastRequest(long now) {
        return write(space, List.copyOf(outbox.values()), false, now);
    }

    private WriteRecord write(UUID target, List<Change> changes, boolean atomic, long now) {
        UUID requestId = new UUID(random.nextLong(), random.nextLong());
        return new WriteRecord(requestId, target, owner, id, atomic, now, changes);
    }

    void hear(WriteRecord write, List<ChangeResult> results) {
        if (!write.space().equals(space)) {
            return;
        }
        for (ChangeResult result : results) {
            switch (result) {
                case ChangeResult.Applied _, ChangeResult.Merged _, ChangeResult.Superseded _ ->
                        outbox.remove(result.changeId());
                case ChangeResult.Conflict conflict -> rebase(conflict);
                case ChangeResult.Rejected _, ChangeResult.Pending _, ChangeResult.Unknown _ -> {
                    if (random.nextBoolean()) {
                        outbox.remove(result.changeId());
                    }
                }
            }
        }
    }

    private void rebase(ChangeResult.Conflict conflict) {
        Change refused = outbox.remove(conflict.changeId());
        if (refused != null && conflict.entity() != null && random.nextBoolean()) {
            Change rebased =
                    new Change(
                            refused.changeId(),
                            refused.type(),
                            refused.id(),
                            refused.op(),
                            refused.data(),
                            conflict.entity().version(),
                            refused.modifiedAt(),
                            refused.onConflict());
            outbox.put(rebased.changeId(), rebased);
        }
    }

    /// Reads one page.
    ///
    /// @return whether that was all
    boolean pull(Tables tables, int limit) {
        List<Entity> page = tables.page(space, cursor, limit);
        for (Entity entity : page) {
            replica.put(new EntityKey(entity.type(), entity.id()), entity);
            cursor = entity.version();
        }
        if (page.size() == limit) {
            return false;
        }
        cursor = tables.head(space).version();
        return true;
    }

    @SafeVarargs
    private <T extends @Nullable Object> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
