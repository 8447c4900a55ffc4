package io.reconverge.client.replica;

import io.reconverge.wire.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A file that is to be sent, or was sent and has not come back by the feed.
///
/// @param number names this row for ever; the queue is in its order
/// @param mediaId the id of its entity
/// @param changeId of the change that makes its entity: one for a file for ever, so that it can be
///   sent as often as need be
/// @param data of its entity
/// @param sha256 64 lower-case hexadecimal digits
/// @param modifiedAt epoch milliseconds
/// @param address of the upload at the server; null where it has not begun
/// @param sent bytes that the server is known to have
/// @param tries that the server failed on
/// @param version of the entity, once it is stored
/// @param problem why it is parked, or failed last, in words for people
public record Upload(
        long number,
        String space,
        String mediaId,
        UUID changeId,
        JsonObject data,
        String sha256,
        long size,
        long modifiedAt,
        @Nullable String address,
        long sent,
        int tries,
        State state,
        @Nullable Long version,
        @Nullable String problem) {

    public enum State {
        QUEUED,
        /// The server has it, and the feed has not shown it yet.
        STORED,
        /// Waits for the user.
        PARKED
    }
}
