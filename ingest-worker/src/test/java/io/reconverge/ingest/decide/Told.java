package io.reconverge.ingest.decide;

import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the sender of a change is told, in a form that two tellers can be held against each other
/// by.
///
/// @param status as on the wire, or the problem of a rejected change
/// @param version 0 for a change that was refused
record Told(
        String status,
        long version,
        boolean duplicate,
        @Nullable Shown entity,
        List<String> conflictFields) {

    /// @param members null for a tombstone
    record Shown(
            long version,
            @Nullable Map<String, Object> members,
            long createdAt,
            long modifiedAt,
            String updatedBy,
            String deviceId) {

        static @Nullable Shown of(@Nullable Entity entity) {
            return entity == null
                    ? null
                    : new Shown(
                            entity.version(),
                            Plain.of(entity.data()),
                            entity.createdAt(),
                            entity.modifiedAt(),
                            entity.updatedBy(),
                            entity.deviceId() == null ? "" : entity.deviceId());
        }
    }

    static Told refused(String problem) {
        return new Told(problem, 0, false, null, List.of());
    }

    static Told of(ChangeResult result) {
        return switch (result) {
            case ChangeResult.Applied(var _, long version, boolean duplicate, var _) ->
                    new Told("applied", version, duplicate, null, List.of());
            case ChangeResult.Merged(
                            var _,
                            long version,
                            boolean duplicate,
                            var entity,
                            var conflictFields) ->
                    new Told("merged", version, duplicate, Shown.of(entity), conflictFields);
            case ChangeResult.Superseded(var _, long version, boolean duplicate, var entity) ->
                    new Told("superseded", version, duplicate, Shown.of(entity), List.of());
            case ChangeResult.Conflict(var _, var entity, var conflictFields) ->
                    new Told("conflict", 0, false, Shown.of(entity), conflictFields);
            case ChangeResult.Rejected(var _, var problem) -> refused(Space.slug(problem));
            case ChangeResult.Pending _, ChangeResult.Unknown _ ->
                    throw new AssertionError(result + " is not a decision");
        };
    }

    boolean accepted() {
        return version > 0;
    }

    Told again() {
        return new Told(status, version, true, entity, conflictFields);
    }
}
