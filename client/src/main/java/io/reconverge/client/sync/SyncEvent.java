package io.reconverge.client.sync;

import io.reconverge.client.replica.Backlog;

/// What can happen: the rows of SPEC.md.
///
/// Jitter is a random number, 0 or more and less than 1, that whoever reports the event draws.
public sealed interface SyncEvent {

    record Start() implements SyncEvent {}

    record Stop() implements SyncEvent {}

    /// The outbox has something to send that it had not: a write, a conflict resolved, a parked
    /// change taken up again.
    record LocalWrite() implements SyncEvent {}

    /// The app came to the foreground.
    record Foreground() implements SyncEvent {}

    /// Someone asks for a sync now, and waits for its report.
    record ManualSync() implements SyncEvent {}

    record TimerFired() implements SyncEvent {}

    record ConnectivityLost() implements SyncEvent {}

    record ConnectivityRegained() implements SyncEvent {}

    /// The app signed out, or the live stream was told that its token is not taken.
    record TokenLost() implements SyncEvent {}

    record TokenAvailable() implements SyncEvent {}

    record Pause() implements SyncEvent {}

    record Resume() implements SyncEvent {}

    /// The live stream brought something. It is stored already.
    record LiveEvent() implements SyncEvent {}

    record LiveLost(double jitter) implements SyncEvent {
        public LiveLost {
            checkJitter(jitter);
        }
    }

    /// How the request of this number ended. Whoever reports it has stored before what there was to
    /// store.
    sealed interface Ended extends SyncEvent {
        long request();
    }

    /// It was answered.
    ///
    /// @param next what the replica says is left to do in this run
    record Answered(long request, Next next) implements Ended {}

    /// It was answered, and all that is left is waiting for changes that the server has and has not
    /// decided.
    record Outstanding(long request, double jitter) implements Ended {
        public Outstanding {
            checkJitter(jitter);
        }
    }

    /// 410: the server no longer knows the cursor, or the history it points at.
    record CursorExpired(long request, double jitter) implements Ended {
        public CursorExpired {
            checkJitter(jitter);
        }
    }

    /// 401.
    record Unauthorized(long request) implements Ended {}

    /// No answer came, or only a part of it.
    record NetworkFailed(long request, double jitter) implements Ended {
        public NetworkFailed {
            checkJitter(jitter);
        }
    }

    /// 429 or 503: nothing was accepted.
    ///
    /// @param retryAfterMillis 0 where the server names no time
    record ServerBusy(long request, long retryAfterMillis, double jitter) implements Ended {
        public ServerBusy {
            checkJitter(jitter);
            if (retryAfterMillis < 0) {
                throw new IllegalArgumentException("retryAfterMillis must be 0 or more");
            }
        }
    }

    /// Any other answer that is none of the contract's good ones.
    record ServerFailed(long request, double jitter) implements Ended {
        public ServerFailed {
            checkJitter(jitter);
        }
    }

    /// What was to be stored or looked up could not be: the file is full, locked or broken.
    record ReplicaFailed(long request, double jitter) implements Ended {
        public ReplicaFailed {
            checkJitter(jitter);
        }
    }

    /// What a run does next, the first of these that there is.
    enum Next {
        /// The space is being read from its beginning, and has more; or was never read.
        RESYNC,
        /// Changes were sent whose answer did not come, and that this run has not asked for yet.
        RECEIPTS,
        /// Changes wait to be sent that waited when the run began.
        PUSH,
        /// The feed was not read to its end since the last change was settled.
        PULL,
        /// Nothing in this run; but there is something for the next.
        LEFT,
        DONE
    }

    /// The end of a request that was answered.
    ///
    /// @param left what the replica says, after the answer was stored
    /// @param caughtUp whether this very answer held the end of the feed
    static Ended answered(long request, Backlog left, boolean caughtUp, double jitter) {
        if (left.resyncing()) {
            return new Answered(request, Next.RESYNC);
        }
        if (left.unasked()) {
            return new Answered(request, Next.RECEIPTS);
        }
        if (left.unsent()) {
            return new Answered(request, Next.PUSH);
        }
        if (!caughtUp) {
            return new Answered(request, Next.PULL);
        }
        if (left.outstanding()) {
            return new Outstanding(request, jitter);
        }
        return new Answered(request, left.later() ? Next.LEFT : Next.DONE);
    }

    private static void checkJitter(double jitter) {
        if (!(jitter >= 0 && jitter < 1)) {
            throw new IllegalArgumentException("jitter must be 0 or more and less than 1");
        }
    }
}
