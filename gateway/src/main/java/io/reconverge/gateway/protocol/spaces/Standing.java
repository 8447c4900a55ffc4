package io.reconverge.gateway.protocol.spaces;

import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.TimedEntity;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Where the entities are that a request is about, and what they are: as they stand, and then as
/// the request's own edits will have left them.
final class Standing {

    private final Map<EntityKey, Place> places = new HashMap<>();

    /// @param data null of a tombstone
    /// @param tombstone null of what is not one
    record Place(
            UUID space,
            String serverId,
            @Nullable JsonObject data,
            @Nullable TimedEntity tombstone) {}

    /// Of several with the same name the one counts that lives, and of those the one that changed
    /// last.
    Standing(Collection<TimedEntity> found) {
        found.stream()
                .sorted(
                        Comparator.comparing((TimedEntity entity) -> !entity.deleted())
                                .thenComparingLong(TimedEntity::committedAt))
                .forEach(entity ->
                        Kind.ofType(entity.type())
                                .ifPresent(kind ->
                                        places.put(kind.key(entity.id()), place(kind, entity))));
    }

    private static Place place(Kind kind, TimedEntity entity) {
        return new Place(
                entity.space(),
                Shown.serverId(kind, entity.space(), entity.id(), entity.data()),
                entity.data(),
                entity.deleted() ? entity : null);
    }

    @Nullable Place of(EntityKey key) {
        return places.get(key);
    }

    void put(EntityKey key, UUID space, String serverId, @Nullable JsonObject data) {
        places.put(key, new Place(space, serverId, data, null));
    }
}
