package io.reconverge.ingest.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Outcome;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.WriteRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The worker's tables, in memory: what a transaction reads before a batch and writes after it.
/// Data and stamps are kept as text, as in the database. What must hold of every batch is asserted
/// as it is written.
final class Tables {

    /// @param stamps as [EntityRow#stamps] made it
    record Row(Entity entity, @Nullable String stamps, long logVersion) {}

    static final long EPOCH = 7;

    private final Map<UUID, Head> heads = new HashMap<>();
    private final Map<UUID, List<LogRow>> log = new HashMap<>();
    private final Map<SpaceChange, LogRow> changes = new HashMap<>();
    private final Map<SpaceEntity, Row> entities = new HashMap<>();
    private final Map<SpaceChange, Refusal> refusals = new HashMap<>();

    Head head(UUID space) {
        return heads.getOrDefault(space, Head.unwritten(space, EPOCH));
    }

    List<LogRow> log(UUID space) {
        return log.getOrDefault(space, List.of());
    }

    Map<UUID, List<LogRow>> log() {
        return log;
    }

    Map<SpaceEntity, Row> entities() {
        return entities;
    }

    Map<UUID, Head> heads() {
        return heads;
    }

    @Nullable Row entity(UUID space, EntityKey key) {
        return entities.get(new SpaceEntity(space, key));
    }

    /// What whoever asks for a receipt is told: the log goes before the refusals.
    @Nullable ChangeResult receipt(UUID space, UUID changeId) {
        SpaceChange change = new SpaceChange(space, changeId);
        LogRow row = changes.get(change);
        if (row != null) {
            return accepted(row).result(changeId, true);
        }
        Refusal refusal = refusals.get(change);
        return refusal == null ? null : refusal.result();
    }

    /// A page of the feed: entities above the cursor, in version order.
    List<Entity> page(UUID space, long cursor, int limit) {
        return entities.entrySet().stream()
                .filter(entity -> entity.getKey().space().equals(space))
                .map(entity -> entity.getValue().entity())
                .filter(entity -> entity.version() > cursor)
                .sorted((one, other) -> Long.compare(one.version(), other.version()))
                .limit(limit)
                .toList();
    }

    Loaded load(List<WriteRecord> writes, Rules rules) {
        Map<UUID, Head> heads = new HashMap<>();
        Map<SpaceChange, Accepted> accepted = new HashMap<>();
        Map<SpaceEntity, Standing> standing = new HashMap<>();
        Map<BaseOf, JsonObject> bases = new HashMap<>();
        for (WriteRecord write : writes) {
            UUID space = write.space();
            heads.put(space, head(space));
            entities.forEach((key, row) -> {
                if (key.space().equals(space) && key.key().type().equals(Sharing.MEMBER)) {
                    standing.put(
                            key,
                            Standing.ofRow(reread(row.entity()), row.stamps(), row.logVersion()));
                }
            });
            for (Change change : write.changes()) {
                SpaceChange id = new SpaceChange(space, change.changeId());
                LogRow logged = changes.get(id);
                if (logged != null) {
                    accepted.put(id, accepted(logged));
                }
                SpaceEntity key = new SpaceEntity(space, change.key());
                Row row = entities.get(key);
                if (row != null) {
                    Entity entity = reread(row.entity());
                    standing.put(key, Standing.ofRow(entity, row.stamps(), row.logVersion()));
                    BaseOf.wantedBy(change, space, rules)
                            .filter(base -> base.baseVersion() < entity.version())
                            .ifPresent(base -> bases.put(base, dataAsOf(base)));
                }
            }
        }
        return new Loaded(heads, accepted, standing, bases);
    }

    /// Each read gives an object of its own, unparsed.
    private static Entity reread(Entity entity) {
        return new Entity(
                entity.type(),
                entity.id(),
                entity.version(),
                entity.data() == null ? null : JsonObject.ofText(entity.data().text()),
                entity.deleted(),
                entity.createdAt(),
                entity.modifiedAt(),
                entity.updatedBy(),
                entity.deviceId());
    }

    private Accepted accepted(LogRow row) {
        ChangeEvent event = row.event();
        Entity standing =
                event.outcome() == Outcome.SUPERSEDED
                        ? at(event.space(), event.entityVersion()).toEntity()
                        : null;
        return new Accepted(event, row.fingerprint(), row.conflictFields(), standing);
    }

    private JsonObject dataAsOf(BaseOf base) {
        return log(base.space()).reversed().stream()
                .map(LogRow::event)
                .filter(row -> row.version() <= base.baseVersion() && row.stands())
                .filter(row -> new EntityKey(row.type(), row.id()).equals(base.key()))
                .findFirst()
                .map(ChangeEvent::data)
                .map(data -> JsonObject.ofText(data.text()))
                .orElse(JsonObject.ofText("{}"));
    }

    ChangeEvent at(UUID space, long version) {
        return log(space).get((int) version - 1).event();
    }

    void write(Written written) {
        for (LogRow row : written.log()) {
            append(row);
        }
        for (Head head : written.heads()) {
            assertThat(head.version()).isEqualTo(log(head.space()).size());
            heads.put(head.space(), head);
        }
        assertThat(written.heads().stream().map(Head::space)).doesNotHaveDuplicates();
        List<SpaceEntity> touched = new ArrayList<>();
        for (EntityRow row : written.entities()) {
            touched.add(write(row));
        }
        assertThat(touched).doesNotHaveDuplicates();
        for (Refusal refusal : written.refusals()) {
            refusals.put(new SpaceChange(refusal.space(), refusal.changeId()), refusal);
        }
    }

    private void append(LogRow row) {
        ChangeEvent event = row.event();
        List<LogRow> rows = log.computeIfAbsent(event.space(), _ -> new ArrayList<>());
        assertThat(event.version()).as("I3: dense versions").isEqualTo(rows.size() + 1L);
        long clock = rows.isEmpty() ? 0 : rows.getLast().event().committedAt();
        assertThat(event.committedAt()).as("strictly increasing clock").isGreaterThan(clock);
        LogRow before = changes.put(new SpaceChange(event.space(), row.changeId()), row);
        assertThat(before).as("I2: applied once").isNull();
        rows.add(row);
    }

    private SpaceEntity write(EntityRow row) {
        Entity entity = row.standing().entity();
        EntityKey key = new EntityKey(entity.type(), entity.id());
        assertThat(entity)
                .as("an entity is what its log row says")
                .isEqualTo(at(row.space(), entity.version()).toEntity());
        ChangeEvent last = at(row.space(), row.standing().logVersion());
        assertThat(new EntityKey(last.type(), last.id())).isEqualTo(key);
        assertThat(last.entityVersion()).isEqualTo(entity.version());
        SpaceEntity name = new SpaceEntity(row.space(), key);
        entities.put(name, new Row(reread(entity), row.stamps(), row.standing().logVersion()));
        return name;
    }
}
