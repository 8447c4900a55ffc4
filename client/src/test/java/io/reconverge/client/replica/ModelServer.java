package io.reconverge.client.replica;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.RandomData;
import io.reconverge.client.outbox.Edit;
import io.reconverge.ingest.decide.Accepted;
import io.reconverge.ingest.decide.BaseOf;
import io.reconverge.ingest.decide.Head;
import io.reconverge.ingest.decide.Loaded;
import io.reconverge.ingest.decide.LogRow;
import io.reconverge.ingest.decide.Rules;
import io.reconverge.ingest.decide.Source;
import io.reconverge.ingest.decide.SpaceChange;
import io.reconverge.ingest.decide.SpaceEntity;
import io.reconverge.ingest.decide.Standing;
import io.reconverge.ingest.decide.Written;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WriteRecord;
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
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A server that decides as the real one does, by the same code, and is otherwise moody: what the
/// contract leaves open about when it answers, and with how much, it decides at random.
public final class ModelServer {

    private static final String ACTOR = "alice";
    private static final UUID SPACE = SpaceId.personal(ACTOR);

    /// A type that says nothing of its own conflicts merges.
    private static final Rules RULES =
            new Rules() {
                @Override
                public OnConflict onConflict(String type) {
                    return OnConflict.MERGE;
                }

                @Override
                public List<Violation> check(String type, JsonObject data) {
                    return List.of();
                }
            };

    /// One history of the space: what it knows, and can be set back to.
    private static final class History {
        private Head head;
        private final Map<EntityKey, Standing> entities;
        private final Map<UUID, Accepted> accepted;
        private final Map<EntityKey, TreeMap<Long, JsonObject>> states;

        History(long epoch) {
            head = Head.unwritten(SPACE, epoch);
            entities = new HashMap<>();
            accepted = new HashMap<>();
            states = new HashMap<>();
        }

        History(long epoch, History other) {
            head =
                    new Head(
                            SPACE,
                            epoch,
                            other.head.version(),
                            other.head.clock(),
                            other.head.conflicts());
            entities = new HashMap<>(other.entities);
            accepted = new HashMap<>(other.accepted);
            states = new HashMap<>();
            other.states.forEach((key, versions) -> states.put(key, new TreeMap<>(versions)));
        }
    }

    private static final JsonObject NOTHING = JsonObject.ofText("{}");

    private final Random random;
    private final Supplier<UUID> ids;
    private History now = new History(1);
    private History backup = now;
    private long epoch = 1;
    private long purgedTo;
    private long offset;
    private final Queue<WriteRecord> undecided = new ArrayDeque<>();
    private final Map<UUID, ChangeResult> refused = new HashMap<>();
    private final Set<UUID> everRefused = new HashSet<>();
    private final Map<UUID, Edit> contents = new HashMap<>();

    /// All that it ever showed, in any epoch.
    final Set<Entity> shown = new HashSet<>();

    final Set<UUID> everAccepted = new HashSet<>();
    private final List<LogRow> everLogged = new ArrayList<>();
    private boolean nice;

    public ModelServer(Random random) {
        this.random = random;
        this.ids = () -> new UUID(random.nextLong(), random.nextLong());
    }

    /// From here on it has no moods.
    public void becomeNice() {
        nice = true;
    }

    boolean isNice() {
        return nice;
    }

    public List<ChangeResult> push(String device, List<Change> changes) {
        assertThat(changes.stream().map(Change::key)).as("C9").doesNotHaveDuplicates();
        List<ChangeResult> results = new ArrayList<>();
        for (Change change : changes) {
            Edit content = new Edit(change.op(), change.data());
            assertThat(content)
                    .as("C8: a change id names one content")
                    .isEqualTo(contents.getOrDefault(change.changeId(), content));
            contents.put(change.changeId(), content);
            WriteRecord write =
                    new WriteRecord(
                            ids.get(),
                            SPACE,
                            ACTOR,
                            device,
                            false,
                            change.modifiedAt(),
                            List.of(change));
            if (!nice && random.nextInt(10) == 0) {
                undecided.add(write);
                results.add(new ChangeResult.Pending(change.changeId()));
            } else {
                work();
                results.add(decide(write));
            }
        }
        return results;
    }

    public List<ChangeResult> receipts(List<UUID> changeIds) {
        if (nice || random.nextBoolean()) {
            work();
        }
        Set<UUID> pending = new HashSet<>();
        undecided.forEach(write -> pending.add(write.changes().getFirst().changeId()));
        return changeIds.stream().map(id -> receipt(id, pending)).toList();
    }

    private ChangeResult receipt(UUID id, Set<UUID> pending) {
        Accepted accepted = now.accepted.get(id);
        ChangeResult known = accepted == null ? refused.get(id) : accepted.result(id, true);
        if (known != null) {
            return bounded(known);
        }
        return pending.contains(id) ? new ChangeResult.Pending(id) : new ChangeResult.Unknown(id);
    }

    /// Decides what it has not.
    private void work() {
        for (WriteRecord write = undecided.poll(); write != null; write = undecided.poll()) {
            decide(write);
        }
    }

    private ChangeResult decide(WriteRecord write) {
        Change change = write.changes().getFirst();
        UUID id = change.changeId();
        if (!nice && random.nextInt(12) == 0 && !now.accepted.containsKey(id)) {
            ChangeResult rejected =
                    new ChangeResult.Rejected(id, Problem.of(ProblemType.INVALID_ENTITY, "mood"));
            refused.put(id, rejected);
            everRefused.add(id);
            return rejected;
        }
        io.reconverge.ingest.decide.Batch batch =
                new io.reconverge.ingest.decide.Batch(loaded(change), RULES, write.receivedAt());
        ChangeResult result = batch.decide(write, new Source(1, ++offset)).getFirst();
        take(batch.written());
        return bounded(result);
    }

    private Loaded loaded(Change change) {
        Accepted accepted = now.accepted.get(change.changeId());
        Standing standing = now.entities.get(change.key());
        Map<BaseOf, JsonObject> bases = new HashMap<>();
        BaseOf.wantedBy(change, SPACE, RULES)
                .ifPresent(base -> bases.put(base, dataAt(base.key(), base.baseVersion())));
        return new Loaded(
                Map.of(SPACE, now.head),
                accepted == null
                        ? Map.of()
                        : Map.of(new SpaceChange(SPACE, change.changeId()), accepted),
                standing == null
                        ? Map.of()
                        : Map.of(new SpaceEntity(SPACE, change.key()), standing),
                bases);
    }

    private JsonObject dataAt(EntityKey key, long version) {
        Map.Entry<Long, JsonObject> then =
                now.states.getOrDefault(key, new TreeMap<>()).floorEntry(version);
        return then == null ? NOTHING : then.getValue();
    }

    private void take(Written written) {
        written.heads().forEach(head -> now.head = head);
        written.entities()
                .forEach(row -> {
                    Entity entity = row.standing().entity();
                    EntityKey key = new EntityKey(entity.type(), entity.id());
                    JsonObject data = entity.data();
                    now.entities.put(key, row.standing());
                    now.states
                            .computeIfAbsent(key, _ -> new TreeMap<>())
                            .put(entity.version(), data == null ? NOTHING : data);
                });
        for (LogRow row : written.log()) {
            Entity standing =
                    row.event().outcome() == Outcome.SUPERSEDED
                            ? written.entities().getFirst().standing().entity()
                            : null;
            Accepted accepted =
                    new Accepted(row.event(), row.fingerprint(), row.conflictFields(), standing);
            assertThat(now.accepted.put(row.changeId(), accepted))
                    .as("applied twice: %s", row.changeId())
                    .isNull();
            everAccepted.add(row.changeId());
            everLogged.add(row);
            refused.remove(row.changeId());
        }
        written.refusals()
                .forEach(refusal -> {
                    refused.put(refusal.changeId(), refusal.result());
                    everRefused.add(refusal.changeId());
                });
    }

    /// Results leave entities out that would make an answer too large.
    private ChangeResult bounded(ChangeResult result) {
        return switch (result) {
            case ChangeResult.Merged merged ->
                    new ChangeResult.Merged(
                            merged.changeId(),
                            merged.version(),
                            merged.duplicate(),
                            orNothing(merged.entity()),
                            merged.conflictFields());
            case ChangeResult.Superseded superseded ->
                    new ChangeResult.Superseded(
                            superseded.changeId(),
                            superseded.version(),
                            superseded.duplicate(),
                            orNothing(superseded.entity()));
            case ChangeResult.Conflict conflict ->
                    new ChangeResult.Conflict(
                            conflict.changeId(),
                            orNothing(conflict.entity()),
                            conflict.conflictFields());
            case ChangeResult.Applied _,
                    ChangeResult.Rejected _,
                    ChangeResult.Pending _,
                    ChangeResult.Unknown _ ->
                    result;
        };
    }

    private @Nullable Entity orNothing(@Nullable Entity entity) {
        if (entity == null || random.nextInt(4) == 0) {
            return null;
        }
        shown.add(entity);
        return entity;
    }

    /// Another device writes.
    public void other(long atMillis) {
        EntityKey key = MixedTypes.key(random);
        boolean there = now.entities.containsKey(key) && !now.entities.get(key).entity().deleted();
        boolean deletes = there && random.nextInt(4) == 0;
        Change change =
                new Change(
                        ids.get(),
                        key.type(),
                        key.id(),
                        deletes ? Op.DELETE : Op.PUT,
                        deletes ? null : RandomData.put(random),
                        now.head.version(),
                        atMillis,
                        null);
        WriteRecord write =
                new WriteRecord(ids.get(), SPACE, ACTOR, "x", false, atMillis, List.of(change));
        decide(write);
    }

    public void backUp() {
        backup = new History(epoch, now);
    }

    /// It is set back to its backup, and so has another history.
    public void restore() {
        now = new History(++epoch, backup);
        undecided.clear();
        refused.clear();
        purgedTo = 0;
    }

    /// Tombstones go, and with them the cursors from before.
    public void purge() {
        now.entities.values().removeIf(standing -> standing.entity().deleted());
        purgedTo = now.head.version();
    }

    /// A page; null where the cursor has expired.
    public @Nullable Page page(@Nullable String cursor, int limit) {
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
                        .map(Standing::entity)
                        .filter(entity -> entity.version() > since)
                        .sorted(Comparator.comparingLong(Entity::version))
                        .toList();
        List<Entity> some = left.subList(0, Math.min(limit, left.size()));
        boolean more = some.size() < left.size();
        long to = more ? some.getLast().version() : now.head.version();
        shown.addAll(some);
        return new Page(some, cursor(to), to, more);
    }

    /// A cursor behind a version of the present history.
    public String cursor(long version) {
        return epoch + "-" + version;
    }

    /// The cursor of one who has read everything.
    public String head() {
        return cursor(now.head.version());
    }

    /// What there is, without tombstones.
    public Map<EntityKey, Entity> entities() {
        Map<EntityKey, Entity> live = new HashMap<>();
        now.entities.forEach((key, standing) -> {
            if (!standing.entity().deleted()) {
                live.put(key, standing.entity());
            }
        });
        return live;
    }

    Map<EntityKey, JsonObject> live() {
        Map<EntityKey, JsonObject> live = new HashMap<>();
        entities().forEach((key, entity) -> live.put(key, requireNonNull(entity.data())));
        return live;
    }

    /// The changes that their sender was ever told no to, though another copy may have been
    /// accepted later.
    public Set<UUID> everRefused() {
        return everRefused;
    }

    /// All that it ever accepted, in any epoch, in order.
    public List<LogRow> everLogged() {
        return everLogged;
    }
}
