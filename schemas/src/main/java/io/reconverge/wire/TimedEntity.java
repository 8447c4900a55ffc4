package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An entity with its space and the time at which it last changed there: what is read by time is
/// read of several spaces at once.
///
/// @param committedAt epoch milliseconds of the commit that made this version, by the space's
///   clock; strictly increasing with the version within a space
public record TimedEntity(
        UUID space,
        String type,
        String id,
        long version,
        @Nullable JsonObject data,
        boolean deleted,
        long createdAt,
        long modifiedAt,
        long committedAt,
        String updatedBy,
        @Nullable String deviceId) {

    public TimedEntity {
        requireNonNull(space, "space");
        requireNonNull(type, "type");
        requireNonNull(id, "id");
        requireNonNull(updatedBy, "updatedBy");
        if (deleted != (data == null)) {
            throw new IllegalArgumentException("a tombstone, and only it, has no data");
        }
    }

    /// The entity by itself.
    @JsonIgnore
    public Entity entity() {
        return new Entity(
                type, id, version, data, deleted, createdAt, modifiedAt, updatedBy, deviceId);
    }
}
