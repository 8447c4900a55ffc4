package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// An entity as everybody sees it. A tombstone has `deleted` and no `data`.
///
/// @param version the space's version at which it last changed
/// @param createdAt epoch milliseconds of the commit that created it
/// @param modifiedAt epoch milliseconds by the clock of the device that last changed it
/// @param updatedBy the `sub` of the last writer
/// @param deviceId the last writer's device, null when it named none
public record Entity(
        String type,
        String id,
        long version,
        @Nullable JsonObject data,
        boolean deleted,
        long createdAt,
        long modifiedAt,
        String updatedBy,
        @Nullable String deviceId) {

    public Entity {
        requireNonNull(type, "type");
        requireNonNull(id, "id");
        requireNonNull(updatedBy, "updatedBy");
        if (deleted != (data == null)) {
            throw new IllegalArgumentException("a tombstone, and only it, has no data");
        }
    }
}
