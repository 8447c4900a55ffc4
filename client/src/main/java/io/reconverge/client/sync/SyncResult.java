package io.reconverge.client.sync;

import io.reconverge.client.replica.Tally;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How one run went.
///
/// @param pushed what became of the changes that were sent or asked for
/// @param pulled entities and tombstones that the server showed
/// @param requests made, whether answered or not
/// @param error what went wrong, in words for people; null where nothing did
public record SyncResult(
        SyncAction.Ending ending,
        Tally pushed,
        long pulled,
        int requests,
        Duration took,
        @Nullable String error) {

    /// Whether all that there was to send when it began is decided, and the feed was read to its
    /// end.
    public boolean isDone() {
        return ending == SyncAction.Ending.DONE;
    }
}
