package io.reconverge.client.cli;

import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.media.MediaItem;
import io.reconverge.client.replica.LocalEntity;
import io.reconverge.client.replica.ParkedChange;
import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Problem;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The documents of `--json`. Members that have nothing to say are left out; times are epoch
/// milliseconds.
final class Documents {

    private Documents() {}

    /// @param standing synced, pending, conflict, parked or draft
    record EntityDocument(
            String space,
            String type,
            String id,
            JsonObject data,
            long version,
            long modifiedAt,
            String standing) {

        static EntityDocument of(String space, LocalEntity entity) {
            return new EntityDocument(
                    space,
                    entity.type(),
                    entity.id(),
                    entity.data(),
                    entity.version(),
                    entity.modifiedAt(),
                    word(entity.standing()));
        }
    }

    /// What was done to something.
    ///
    /// @param done such as `deleted`
    record Done(String space, String type, String id, String done) {
        static Done of(String space, EntityKey key, String done) {
            return new Done(space, key.type(), key.id(), done);
        }
    }

    /// @param base what the local edit was made on; absent where there was nothing
    /// @param local absent where it deletes
    /// @param remote absent where it was deleted
    /// @param outcome absent while it is open
    record ConflictDocument(
            UUID id,
            String space,
            String type,
            String entityId,
            @Nullable JsonObject base,
            @Nullable JsonObject local,
            @Nullable JsonObject remote,
            long remoteVersion,
            List<String> fields,
            long at,
            @Nullable Long settledAt,
            @Nullable String outcome) {

        static ConflictDocument of(Conflict conflict) {
            Conflict.Outcome outcome = conflict.outcome();
            return new ConflictDocument(
                    conflict.id(),
                    conflict.space(),
                    conflict.key().type(),
                    conflict.key().id(),
                    conflict.clash().base(),
                    conflict.clash().local(),
                    conflict.clash().remote(),
                    conflict.clash().remoteVersion(),
                    conflict.clash().fields(),
                    conflict.atMillis(),
                    conflict.settledAtMillis(),
                    outcome == null ? null : word(outcome));
        }
    }

    record ParkedDocument(
            String space, Change change, Problem problem, int tries, long parkedAt, boolean stale) {

        static ParkedDocument of(String space, ParkedChange parked) {
            return new ParkedDocument(
                    space,
                    parked.change(),
                    parked.problem(),
                    parked.tries(),
                    parked.parkedAtMillis(),
                    parked.stale());
        }
    }

    /// @param standing stored, queued or parked
    record MediaDocument(
            String space,
            String mediaId,
            @Nullable String fileName,
            String contentType,
            long size,
            String sha256,
            @Nullable EntityKey attachedTo,
            boolean cached,
            String standing,
            long sent,
            @Nullable String problem) {

        static MediaDocument of(MediaItem item) {
            return new MediaDocument(
                    item.space(),
                    item.mediaId(),
                    item.fileName(),
                    item.contentType(),
                    item.size(),
                    item.sha256(),
                    item.attachedTo(),
                    item.cached(),
                    word(item.standing()),
                    item.sent(),
                    item.problem());
        }
    }

    /// A constant's name as people and programs read it, such as `kept-local`.
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
