package io.reconverge.client.replica;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.RandomData;
import io.reconverge.client.outbox.Edit;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A server that keeps the contract and is otherwise moody: whatever the contract leaves open it
/// decides at random.
final class ModelServer {

    /// What it knows, and can be set back to.
    private record Knowledge(
            long version, Map<EntityKey, Entity> entities, Map<UUID, ChangeResult> accepted) {
        Knowledge {
            entities = new HashMap<>(entities);
            accepted = new HashMap<>(accepted);
        }
    }

    private final Random random;
    private Knowledge now = new Knowledge(0, Map.of(), Map.of());
    private Knowledge backup = now;
    private long epoch = 1;
    private long purgedTo;
    private final Queue<Change> undecided = new ArrayDeque<>();
    private final Map<UUID, ChangeResult> refused = new HashMap<>();
    private final Map<UUID, Edit> contents = new HashMap<>();

    /// All that it ever showed, in any epoch.
    final Set<Entity> shown = new HashSet<>();

    final Set<UUID> everAccepted = new HashSet<>();
    boolean nice;

    ModelServer(Random random) {
        this.random = random;
    }

    List<ChangeResult> push(List<Change> changes) {
        assertThat(changes.stream().map(Change::key)).as("C9").doesNotHaveDuplicates();
        List<ChangeResult> results = new ArrayList<>();
        for (Change change : changes) {
            Edit content = new Edit(change.op(), change.data());
            assertThat(content)
                    .as("C8: a change id names one content")
                    .isEqualTo(contents.getOrDefault(change.changeId(), content));
            contents.put(change.changeId(), content);
            if (!nice && random.nextInt(10) == 0) {
                undecided.add(change);
                results.add(new ChangeResult.Pending(change.changeId()));
            } else {
                work();
                results.add(decide(change));
            }
        }
        return results;
    }

    List<ChangeResult> receipts(List<UUID> ids) {
        if (nice || random.nextBoolean()) {
            work();
        }
        Set<UUID> pending = new HashSet<>(undecided.stream().map(Change::changeId).toList());
        return ids.stream()
                .map(id -> {
                    ChangeResult accepted = now.accepted.get(id);
                    ChangeResult known = accepted == null ? refused.get(id) : accepted;
                    if (known != null) {
                        return known;
                    }
                    return pending.contains(id)
                            ? new ChangeResult.Pending(id)
                            : new ChangeResult.Unknown(id);
                })
                .toList();
    }

    /// Decides what it has not.
    private void work() {
        for (Change change = undecided.poll(); change != null; change = undecided.poll()) {
            decide(change);
        }
    }

    private ChangeResult decide(Change change) {
        ChangeResult first = now.accepted.get(change.changeId());
        if (first != null) {
            return first;
        }
        ChangeResult result = decideAnew(change);
        if (result instanceof ChangeResult.Conflict || result instanceof ChangeResult.Rejected) {
            refused.put(change.changeId(), result);
        } else {
            refused.remove(change.changeId());
            now.accepted.put(change.changeId(), result);
            everAccepted.add(change.changeId());
        }
        return result;
    }

    private ChangeResult decideAnew(Change change) {
        UUID id = change.changeId();
        long base = requireNonNull(change.baseVersion());
        Entity current = now.entities.get(change.key());
        if (base > now.version) {
            return new ChangeResult.Rejected(
                    id, Problem.of(ProblemType.BASE_VERSION_AHEAD, "ahead"));
        }
        if (!nice && random.nextInt(12) == 0) {
            return new ChangeResult.Rejected(id, Problem.of(ProblemType.INVALID_ENTITY, "mood"));
        }
        JsonObject here = current == null ? null : current.data();
        JsonObject made = new Edit(change.op(), change.data()).applyTo(here);
        if (current == null || current.version() <= base) {
            return applied(change, here, made);
        }
        if (change.onConflict() == OnConflict.REJECT) {
            return new ChangeResult.Conflict(id, orNothing(current), List.of());
        }
        if (change.onConflict() == OnConflict.MERGE
                && (here == null) != (change.op() == Op.DELETE)) {
            return new ChangeResult.Conflict(id, orNothing(current), List.of());
        }
        return switch (random.nextInt(3)) {
            case 0 -> applied(change, here, made);
            case 1 -> {
                advance();
                yield new ChangeResult.Superseded(id, now.version, false, orNothing(current));
            }
            default -> {
                if (here == null || made == null) {
                    yield applied(change, here, made);
                }
                Entity merged = write(change.key(), RandomData.put(random));
                yield new ChangeResult.Merged(
                        id, merged.version(), false, orNothing(merged), List.of("a"));
            }
        };
    }

    private ChangeResult applied(
            Change change, @Nullable JsonObject here, @Nullable JsonObject made) {
        if (here == null && made == null) {
            advance();
        } else {
            write(change.key(), made);
        }
        return new ChangeResult.Applied(change.changeId(), now.version, false, here == null);
    }

    /// Results leave entities out that would make an answer too large.
    private @Nullable Entity orNothing(Entity entity) {
        if (random.nextInt(4) == 0) {
            return null;
        }
        shown.add(entity);
        return entity;
    }

    /// Another device writes.
    void other() {
        EntityKey key = ReplicaModelTest.key(random);
        boolean there = now.entities.containsKey(key) && !now.entities.get(key).deleted();
        write(key, there && random.nextInt(4) == 0 ? null : RandomData.put(random));
    }

    private Entity write(EntityKey key, @Nullable JsonObject data) {
        advance();
        Entity entity =
                new Entity(
                        key.type(), key.id(), now.version, data, data == null, 1, 2, "alice", "x");
        now.entities.put(key, entity);
        return entity;
    }

    private void advance() {
        now = new Knowledge(now.version + 1, now.entities, now.accepted);
    }

    void backUp() {
        backup = new Knowledge(now.version, now.entities, now.accepted);
    }

    /// It is set back to its backup, and so has another history.
    void restore() {
        now = new Knowledge(backup.version, backup.entities, backup.accepted);
        undecided.clear();
        refused.clear();
        purgedTo = 0;
        epoch++;
    }

    /// Tombstones go, and with them the cursors from before.
    void purge() {
        now.entities.values().removeIf(Entity::deleted);
        purgedTo = now.version;
    }

    /// A page; null where the cursor has expired.
    @Nullable Page page(@Nullable String cursor, int limit) {
        long from = 0;
        if (cursor != null) {
            int dash = cursor.indexOf('-');
            from = Long.parseLong(cursor.substring(dash + 1));
            if (Long.parseLong(cursor.substring(0, dash)) != epoch || from < purgedTo) {
                return null;
            }
        }
        long since = from;
        List<Entity> left =
                now.entities.values().stream()
                        .filter(entity -> entity.version() > since)
                        .sorted(Comparator.comparingLong(Entity::version))
                        .toList();
        List<Entity> some = left.subList(0, Math.min(limit, left.size()));
        boolean more = some.size() < left.size();
        long to = more ? some.getLast().version() : now.version;
        shown.addAll(some);
        return new Page(some, epoch + "-" + to, to, more);
    }

    Map<EntityKey, JsonObject> live() {
        Map<EntityKey, JsonObject> live = new HashMap<>();
        now.entities.forEach((key, entity) -> {
            JsonObject data = entity.data();
            if (data != null) {
                live.put(key, data);
            }
        });
        return live;
    }
}
