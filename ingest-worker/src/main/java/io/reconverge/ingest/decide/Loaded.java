package io.reconverge.ingest.decide;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Role;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.WireJson;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the database knew of what a batch touches.
///
/// @param heads of every space that the batch writes to, [Head#unwritten] of new ones
/// @param accepted those of the batch's change ids that are in the log
/// @param entities those of the batch's entities that there are, tombstones included; of its
///   writers those who are members of the space that they write to; and all members of a space of
///   which one is to be changed
/// @param bases those that [BaseOf#wantedBy] names, of entities whose version has passed them: the
///   data then, empty where there was none. Where one is missing, members that the server has
///   changed count as changed by both sides
public record Loaded(
        Map<UUID, Head> heads,
        Map<SpaceChange, Accepted> accepted,
        Map<SpaceEntity, Standing> entities,
        Map<BaseOf, JsonObject> bases)
        implements Known {

    /// The data of what is not there.
    static final JsonObject NOTHING = JsonObject.of(WireJson.MAPPER.createObjectNode());

    public Loaded {
        heads = Map.copyOf(heads);
        accepted = Map.copyOf(accepted);
        entities = Map.copyOf(entities);
        bases = Map.copyOf(bases);
    }

    @Override
    public Head head(UUID space) {
        Head head = heads.get(space);
        if (head == null) {
            throw new IllegalStateException("the head of space " + space + " was not loaded");
        }
        return head;
    }

    @Override
    public @Nullable Accepted accepted(SpaceChange change) {
        return accepted.get(change);
    }

    @Override
    public @Nullable Standing entity(SpaceEntity entity) {
        return entities.get(entity);
    }

    @Override
    public Map<String, Role> members(UUID space) {
        Map<String, Role> members = new HashMap<>();
        entities.forEach((entity, standing) -> {
            if (entity.space().equals(space) && entity.key().type().equals(Sharing.MEMBER)) {
                Sharing.roleIn(standing.entity().data())
                        .ifPresent(role -> members.put(entity.key().id(), role));
            }
        });
        return members;
    }

    @Override
    public @Nullable JsonObject base(SpaceEntity entity, long baseVersion) {
        Standing standing = entities.get(entity);
        if (standing == null || baseVersion == 0) {
            return NOTHING;
        }
        if (standing.entity().version() <= baseVersion) {
            JsonObject data = standing.entity().data();
            return data == null ? NOTHING : data;
        }
        return bases.get(new BaseOf(entity.space(), entity.key(), baseVersion));
    }
}
