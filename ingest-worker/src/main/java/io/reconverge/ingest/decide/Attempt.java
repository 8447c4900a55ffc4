package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.MergePatch;
import io.reconverge.wire.Sharing;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A change facing what stands.
///
/// @param current null when there is neither entity nor tombstone
record Attempt(@Nullable Standing current, Change change, Moment moment) {

    /// How far ahead of the server a device's clock may be; beyond it the server's is taken.
    static final long AHEAD_MAX_MILLIS = 5 * 60 * 1_000;

    /// Whether there is an entity, and no tombstone only.
    boolean live() {
        return current != null && !current.entity().deleted();
    }

    /// What stands, empty when nothing does. Parses it.
    ObjectNode data() {
        JsonObject data = current == null ? null : current.entity().data();
        return data == null ? Loaded.NOTHING.tree() : data.tree();
    }

    /// What the change carries: for a put or a patch.
    JsonObject sent() {
        return Objects.requireNonNull(change.data(), "a put or patch has data");
    }

    Stamp stamp() {
        return new Stamp(moment.version(), modifiedAt(), moment.deviceId());
    }

    /// Whether the change is newer than everything that stands.
    boolean newest() {
        return current == null || stamp().beats(current.stamps().newest());
    }

    /// What a patch makes of what stands.
    JsonObject patched() {
        return JsonObject.of(MergePatch.apply(data(), sent().tree()));
    }

    /// The stamps of what stands after members of it changed one by one; of what did not stand, all
    /// of it changed.
    ///
    /// @param after the data with those changes made
    Stamps stampsAfter(Collection<String> members, JsonObject after) {
        return current == null || !live()
                ? Stamps.of(stamp())
                : current.stamps().with(stamp(), members, after.tree());
    }

    /// The entity as this change's log row describes it.
    Entity entity(@Nullable JsonObject data) {
        boolean creates = data != null && !live();
        return new Entity(
                change.type(),
                change.id(),
                moment.version(),
                data,
                data == null,
                current == null || creates ? moment.committedAt() : current.entity().createdAt(),
                modifiedAt(),
                moment.actor(),
                moment.deviceId().isEmpty() ? null : moment.deviceId());
    }

    /// What stands once the change does.
    Standing standing(@Nullable JsonObject data, Stamps stamps) {
        return new Standing(entity(data), stamps, moment.version());
    }

    /// What the service itself writes bears the times of spaces' clocks, which order it.
    private long modifiedAt() {
        long modifiedAt = change.modifiedAt();
        boolean anyones = !Sharing.RESERVED.contains(change.type());
        return anyones && modifiedAt - AHEAD_MAX_MILLIS > moment.now() ? moment.now() : modifiedAt;
    }
}
