package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One write that a client asks for.
///
/// @param changeId made by the client; the same id in a space is accepted once, however often sent
/// @param data the whole object for a put, the merge patch for a patch, null for a delete
/// @param baseVersion a version of the space that the sender had seen, 0 for "must not exist", null
///   for not said
/// @param modifiedAt when the user made the change, epoch milliseconds by the device's clock
/// @param onConflict null: as the entity's type says
public record Change(
        UUID changeId,
        String type,
        String id,
        Op op,
        @Nullable JsonObject data,
        @Nullable Long baseVersion,
        @JsonProperty(required = true) long modifiedAt,
        @Nullable OnConflict onConflict) {

    /// Bytes of `data` as JSON text in UTF-8.
    public static final int DATA_MAX_BYTES = 256 * 1024;

    public Change {
        requireNonNull(changeId, "changeId");
        requireNonNull(op, "op");
        new EntityKey(type, id);
        if ((op == Op.DELETE) != (data == null)) {
            throw new IllegalArgumentException(
                    op == Op.DELETE ? "a delete has no data" : "a put or patch has data");
        }
        if (baseVersion != null && baseVersion < 0) {
            throw new IllegalArgumentException("baseVersion must be 0 or more");
        }
        if (modifiedAt < 0) {
            throw new IllegalArgumentException("modifiedAt must be 0 or more");
        }
    }

    @JsonIgnore
    public EntityKey key() {
        return new EntityKey(type, id);
    }
}
