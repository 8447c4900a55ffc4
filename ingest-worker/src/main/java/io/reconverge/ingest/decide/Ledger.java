package io.reconverge.ingest.decide;

import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Role;
import io.reconverge.wire.Sharing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What has been decided over what was known before. A batch has one over what was loaded; each
/// request has its own over the batch's, which is then taken over or dropped, whole.
final class Ledger implements Known {

    private final Known before;
    private final Map<UUID, Head> heads = new LinkedHashMap<>();
    private final Map<SpaceChange, Accepted> accepted = new HashMap<>();
    private final Map<SpaceEntity, Standing> entities = new LinkedHashMap<>();
    private final Map<SpaceEntity, TreeMap<Long, Entity>> states = new HashMap<>();
    private final List<LogRow> log = new ArrayList<>();

    Ledger(Known before) {
        this.before = before;
    }

    void head(Head head) {
        heads.put(head.space(), head);
    }

    void log(LogRow row, Accepted change) {
        log.add(row);
        accepted.put(new SpaceChange(row.event().space(), row.changeId()), change);
    }

    void entity(SpaceEntity key, Standing standing) {
        entities.put(key, standing);
        states.computeIfAbsent(key, _ -> new TreeMap<>())
                .put(standing.entity().version(), standing.entity());
    }

    /// Takes over what was decided on top of this.
    void take(Ledger request) {
        heads.putAll(request.heads);
        accepted.putAll(request.accepted);
        entities.putAll(request.entities);
        request.states.forEach((key, states) ->
                this.states.computeIfAbsent(key, _ -> new TreeMap<>()).putAll(states));
        log.addAll(request.log);
    }

    List<LogRow> log() {
        return log;
    }

    Collection<Head> heads() {
        return heads.values();
    }

    List<EntityRow> entities() {
        return entities.entrySet().stream()
                .map(entity -> new EntityRow(entity.getKey().space(), entity.getValue()))
                .toList();
    }

    @Override
    public Head head(UUID space) {
        Head head = heads.get(space);
        return head == null ? before.head(space) : head;
    }

    @Override
    public @Nullable Accepted accepted(SpaceChange change) {
        Accepted here = accepted.get(change);
        return here == null ? before.accepted(change) : here;
    }

    @Override
    public @Nullable Standing entity(SpaceEntity entity) {
        Standing here = entities.get(entity);
        return here == null ? before.entity(entity) : here;
    }

    @Override
    public Map<String, Role> members(UUID space) {
        Map<String, Role> members = before.members(space);
        entities.forEach((entity, standing) -> {
            if (entity.space().equals(space) && entity.key().type().equals(Sharing.MEMBER)) {
                Sharing.roleIn(standing.entity().data())
                        .ifPresentOrElse(
                                role -> members.put(entity.key().id(), role),
                                () -> members.remove(entity.key().id()));
            }
        });
        return members;
    }

    @Override
    public @Nullable JsonObject base(SpaceEntity entity, long baseVersion) {
        TreeMap<Long, Entity> here = states.get(entity);
        Map.Entry<Long, Entity> then = here == null ? null : here.floorEntry(baseVersion);
        if (then == null) {
            return before.base(entity, baseVersion);
        }
        JsonObject data = then.getValue().data();
        return data == null ? Loaded.NOTHING : data;
    }
}
