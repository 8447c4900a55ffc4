package io.reconverge.gateway.protocol.spaces;

import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.TimedEntity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Where the entities are that a request is about, and what they are: as they stand, and then as
/// the request's own edits will have left them.
final class Standing {

    private final Map<EntityKey, Place> places = new HashMap<>();
    private final Map<EntityKey, List<Place>> living = new HashMap<>();

    /// @param data null of a tombstone
    /// @param tombstone null of what is not one
    record Place(
            UUID space,
            String serverId,
            @Nullable JsonObject data,
            @Nullable TimedEntity tombstone) {}

    /// Of several with the same name the one counts that lives, and of those the one that is
    /// preferred. Of tombstones the last counts.
    Standing(Collection<TimedEntity> found, Preference preference) {
        found.stream()
                .sorted(
                        Comparator.comparing(TimedEntity::deleted)
                                .thenComparing((one, other) ->
                                        one.deleted() ? 0 : preference.compare(one, other))
                                .thenComparing(
                                        Comparator.comparingLong(TimedEntity::committedAt)
                                                .reversed()))
                .forEach(entity -> Kind.ofType(entity.type()).ifPresent(kind -> add(kind, entity)));
    }

    private void add(Kind kind, TimedEntity entity) {
        EntityKey key = kind.key(entity.id());
        Place place = place(kind, entity);
        places.putIfAbsent(key, place);
        if (!entity.deleted()) {
            living.computeIfAbsent(key, first -> new ArrayList<>()).add(place);
        }
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

    /// Where else the same entity was found alive: a move that broke off left it there. What only
    /// has its name is another, which the server id tells.
    List<Place> copies(EntityKey key, String serverId, UUID except) {
        return living.getOrDefault(key, List.of()).stream()
                .filter(place -> place.serverId().equals(serverId) && !place.space().equals(except))
                .toList();
    }

    void put(EntityKey key, UUID space, String serverId, @Nullable JsonObject data) {
        places.put(key, new Place(space, serverId, data, null));
    }
}
