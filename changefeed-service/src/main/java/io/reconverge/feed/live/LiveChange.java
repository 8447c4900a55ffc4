package io.reconverge.feed.live;

import io.reconverge.service.postgres.EntityRow;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.WireJson;
import org.jspecify.annotations.Nullable;

/// A record of the tail, made once for all who read its space.
///
/// @param stands whether the entity is now what this change made of it
/// @param entity that entity as JSON; null when it does not stand
/// @param size bytes of that
record LiveChange(
        long version,
        String type,
        String id,
        boolean stands,
        boolean deletes,
        @Nullable JsonObject entity,
        int size) {

    LiveChange {
        if (version < 1 || !EntityKey.TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("no change: version " + version + " of " + type);
        }
    }

    /// Whether it says that somebody is no longer a member of the space.
    boolean removes(String subject) {
        return stands && deletes && type.equals(Sharing.MEMBER) && id.equals(subject);
    }

    /// Whether it takes all of the space away.
    boolean erases() {
        return type.equals(Sharing.ERASURE);
    }

    static LiveChange of(ChangeEvent event) {
        JsonObject entity =
                event.stands()
                        ? JsonObject.ofText(WireJson.MAPPER.writeValueAsString(event.toEntity()))
                        : null;
        return new LiveChange(
                event.version(),
                event.type(),
                event.id(),
                event.stands(),
                event.data() == null,
                entity,
                EntityRow.size(entity));
    }
}
