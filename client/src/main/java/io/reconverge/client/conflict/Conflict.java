package io.reconverge.client.conflict;

import io.reconverge.wire.EntityKey;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A conflict, open or settled.
///
/// @param clash of an open one as the sides stand now; of a settled one as they were
/// @param atMillis when it came up
/// @param settledAtMillis null while it is open
/// @param outcome null while it is open
public record Conflict(
        UUID id,
        String space,
        EntityKey key,
        Clash clash,
        long atMillis,
        @Nullable Long settledAtMillis,
        @Nullable Outcome outcome) {

    public boolean isOpen() {
        return outcome == null;
    }

    /// How a conflict ended.
    public enum Outcome {
        /// The server merged both; `remote` is what it made.
        MERGED,
        /// The server had a later write; `local` lost, and is in the server's log.
        SUPERSEDED,
        /// `remote` lost, and is in the server's log.
        KEPT_LOCAL,
        /// `local` lost, and is nowhere else.
        KEPT_REMOTE,
        /// Something that is neither stands.
        RESOLVED,
        /// Both sides came to say the same.
        AGREED,
        /// No conflict: a parked change that the user dropped. `local` is nowhere else.
        DROPPED
    }
}
