package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What became of one change, as its sender is told.
///
/// `entity` is the entity as it then stood. It is null only where a whole request's entities would
/// pass [#ENTITIES_MAX_BYTES]; the sender then reads it by itself.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "status")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ChangeResult.Applied.class, name = "applied"),
    @JsonSubTypes.Type(value = ChangeResult.Merged.class, name = "merged"),
    @JsonSubTypes.Type(value = ChangeResult.Superseded.class, name = "superseded"),
    @JsonSubTypes.Type(value = ChangeResult.Conflict.class, name = "conflict"),
    @JsonSubTypes.Type(value = ChangeResult.Rejected.class, name = "rejected"),
    @JsonSubTypes.Type(value = ChangeResult.Pending.class, name = "pending"),
    @JsonSubTypes.Type(value = ChangeResult.Unknown.class, name = "unknown")
})
public sealed interface ChangeResult {

    /// Bytes of entity data that one request's results may carry in all.
    int ENTITIES_MAX_BYTES = 4 * 1024 * 1024;

    UUID changeId();

    /// It stands as sent.
    ///
    /// @param duplicate it had been accepted before, and this is the first answer again
    /// @param created there was no such entity before it, or only a tombstone
    record Applied(UUID changeId, long version, boolean duplicate, boolean created)
            implements ChangeResult {
        public Applied {
            requireNonNull(changeId, "changeId");
        }
    }

    /// It stands, merged with what its sender had not seen.
    ///
    /// @param conflictFields those that both sides had changed, in order of their names
    record Merged(
            UUID changeId,
            long version,
            boolean duplicate,
            @Nullable Entity entity,
            List<String> conflictFields)
            implements ChangeResult {
        public Merged {
            requireNonNull(changeId, "changeId");
            conflictFields = List.copyOf(requireNonNull(conflictFields, "conflictFields"));
        }
    }

    /// It is in the log under `version`; the newer write `entity` stands.
    record Superseded(UUID changeId, long version, boolean duplicate, @Nullable Entity entity)
            implements ChangeResult {
        public Superseded {
            requireNonNull(changeId, "changeId");
        }
    }

    /// It was not applied. Its sender rebases on `entity` and sends it again.
    record Conflict(UUID changeId, @Nullable Entity entity, List<String> conflictFields)
            implements ChangeResult {
        public Conflict {
            requireNonNull(changeId, "changeId");
            conflictFields = List.copyOf(requireNonNull(conflictFields, "conflictFields"));
        }
    }

    /// It was not applied, and would not be if sent again as it is.
    record Rejected(UUID changeId, Problem problem) implements ChangeResult {
        public Rejected {
            requireNonNull(changeId, "changeId");
            requireNonNull(problem, "problem");
        }
    }

    /// Durable, and not decided yet: ask for its receipt.
    record Pending(UUID changeId) implements ChangeResult {
        public Pending {
            requireNonNull(changeId, "changeId");
        }
    }

    /// Never seen, or forgotten since.
    record Unknown(UUID changeId) implements ChangeResult {
        public Unknown {
            requireNonNull(changeId, "changeId");
        }
    }
}
