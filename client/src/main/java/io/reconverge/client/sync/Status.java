package io.reconverge.client.sync;

import io.reconverge.client.replica.Counts;
import org.jspecify.annotations.Nullable;

/// What an interface shows of a space's sync.
///
/// @param counts what has not come to rest
/// @param lastSuccessMillis when a run last ended well, in this process or an earlier one, epoch
///   milliseconds; null for never
/// @param lastError what the last run that failed said, in words for people; null once one went
///   well
/// @param lastErrorMillis when it failed, epoch milliseconds
public record Status(
        String space,
        Phase phase,
        Counts counts,
        @Nullable Long lastSuccessMillis,
        @Nullable String lastError,
        @Nullable Long lastErrorMillis) {

    Status with(Counts counts) {
        return new Status(space, phase, counts, lastSuccessMillis, lastError, lastErrorMillis);
    }

    /// The states of SPEC.md, as far as a person cares.
    public enum Phase {
        /// Not started, or closed.
        STOPPED,
        /// The user switched sync off.
        PAUSED,
        /// There is no token, or none that the server takes.
        SIGNED_OUT,
        OFFLINE,
        /// Nothing to do.
        IDLE,
        /// A sync is due.
        SCHEDULED,
        /// A sync is on its way.
        SYNCING,
        /// The last sync failed, or the server has not decided everything: it is tried again.
        BACKING_OFF;

        static Phase of(SyncState state) {
            return switch (state) {
                case SyncState.Stopped _ -> STOPPED;
                case SyncState.Paused _ -> PAUSED;
                case SyncState.SignedOut _ -> SIGNED_OUT;
                case SyncState.Offline _ -> OFFLINE;
                case SyncState.Idle _ -> IDLE;
                case SyncState.Scheduled _ -> SCHEDULED;
                case SyncState.Busy _ -> SYNCING;
                case SyncState.BackingOff _ -> BACKING_OFF;
            };
        }
    }
}
