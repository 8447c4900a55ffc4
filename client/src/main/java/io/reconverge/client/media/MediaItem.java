package io.reconverge.client.media;

import io.reconverge.wire.EntityKey;
import org.jspecify.annotations.Nullable;

/// A file, whether its bytes are here, on the server, or both.
///
/// @param sha256 64 lower-case hexadecimal digits
/// @param cached whether its bytes are on this device
public record MediaItem(
        String space,
        String mediaId,
        @Nullable String fileName,
        String contentType,
        long size,
        String sha256,
        @Nullable EntityKey attachedTo,
        boolean cached,
        Standing standing,
        long sent,
        @Nullable String problem) {

    public enum Standing {
        /// The server has it.
        STORED,
        /// It waits to be sent, or is being sent.
        QUEUED,
        /// The server refused it, or failed on it too often: it waits for the user.
        PARKED
    }
}
