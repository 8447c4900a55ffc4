package io.reconverge.client.replica;

import org.jspecify.annotations.Nullable;

/// How the last syncs of a space ended, in this process or another. Times are epoch milliseconds.
///
/// @param successMillis when one last ended well; null for never
/// @param failure what the last that failed said; null once one went well
/// @param failureMillis when it failed
public record LastRuns(
        @Nullable Long successMillis, @Nullable String failure, @Nullable Long failureMillis) {

    /// There was none yet.
    static final LastRuns NONE = new LastRuns(null, null, null);
}
