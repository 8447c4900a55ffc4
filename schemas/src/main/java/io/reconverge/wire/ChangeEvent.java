package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One row of the change log, as the topic `reconverge.changes` carries it: the data of a
/// CloudEvent.
///
/// @param version dense within the space: 1, 2, 3 …
/// @param previousVersion the log row of the same entity before this one, 0 for none
/// @param entityVersion the entity's version after this change: `version` itself, unless the change
///   was superseded or changed nothing; 0 when there is no such entity
/// @param data the after-image; of a superseded change, what it would have made; null after a
///   delete
/// @param patch what was sent, for a patch
/// @param actor the writer's `sub`
/// @param createdAt epoch milliseconds of the commit that created the entity
/// @param modifiedAt epoch milliseconds by the device's clock, at most five minutes ahead of the
///   server's
/// @param committedAt epoch milliseconds; strictly increasing within the space
public record ChangeEvent(
        UUID space,
        long version,
        long previousVersion,
        long entityVersion,
        String type,
        String id,
        Op op,
        Outcome outcome,
        @Nullable JsonObject data,
        @Nullable JsonObject patch,
        String actor,
        @Nullable String deviceId,
        long createdAt,
        long modifiedAt,
        long committedAt) {

    public ChangeEvent {
        requireNonNull(space, "space");
        requireNonNull(type, "type");
        requireNonNull(id, "id");
        requireNonNull(op, "op");
        requireNonNull(outcome, "outcome");
        requireNonNull(actor, "actor");
    }

    /// The CloudEvents `type` of a change, and of an erasure: all of the space below its version is
    /// gone, and is to go wherever it was copied to.
    public static final String CE_TYPE = "io.reconverge.change.v1";

    public static final String CE_TYPE_ERASURE = "io.reconverge.erasure.v1";

    public String ceType() {
        return type.equals(Sharing.ERASURE) ? CE_TYPE_ERASURE : CE_TYPE;
    }

    /// Whether the entity is now what this change made of it.
    @JsonIgnore
    public boolean stands() {
        return entityVersion == version;
    }

    /// The entity that this change made. Of a superseded change: what it would have made.
    public Entity toEntity() {
        return new Entity(
                type, id, version, data, data == null, createdAt, modifiedAt, actor, deviceId);
    }
}
