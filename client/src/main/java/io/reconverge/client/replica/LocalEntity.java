package io.reconverge.client.replica;

import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;

/// An entity as the app sees it: what the server last showed, with the changes made here on it.
///
/// @param version at which the server last showed it; 0 where it never has
/// @param modifiedAt of its last change, epoch milliseconds by the clock of the device that made it
public record LocalEntity(
        String type, String id, JsonObject data, long version, long modifiedAt, Standing standing) {

    /// Where an entity stands between here and the server.
    public enum Standing {
        /// All that was written here is on the server.
        SYNCED,
        /// Some of what was written here is not on the server yet.
        PENDING,
        /// Someone has to decide between two versions; this shows the local one.
        CONFLICT,
        /// The server refused what was written here, or failed on it too often.
        PARKED,
        /// It never leaves this device.
        DRAFT
    }

    public EntityKey key() {
        return new EntityKey(type, id);
    }
}
