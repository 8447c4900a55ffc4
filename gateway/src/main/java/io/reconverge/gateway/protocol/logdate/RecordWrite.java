package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.wire.Change;
import io.reconverge.wire.OnConflict;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A note or journal to be written.
///
/// @param operation what metrics call it
/// @param creation what to write where there is nothing to update; null where `change` creates
/// @param byArrival a deletion that says neither when nor of what version: what stands when it
///   arrives is deleted
record RecordWrite(
        Kind kind,
        String operation,
        String deviceId,
        Change change,
        @Nullable Change creation,
        boolean byArrival) {

    /// Of a change id, another for the same edit on another base.
    static UUID again(UUID changeId, String why) {
        return DerivedIds.of(Logdate.PROTOCOL, "again", changeId.toString(), why);
    }

    /// The same edit with no condition.
    static Change unconditional(Change change) {
        return new Change(
                again(change.changeId(), "unconditional"),
                change.type(),
                change.id(),
                change.op(),
                change.data(),
                null,
                change.modifiedAt(),
                null);
    }

    /// The same edit on what stands now.
    static Change on(Change change, long version) {
        return new Change(
                again(change.changeId(), Long.toString(version)),
                change.type(),
                change.id(),
                change.op(),
                change.data(),
                version,
                change.modifiedAt(),
                OnConflict.REJECT);
    }
}
