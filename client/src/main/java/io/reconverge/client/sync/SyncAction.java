package io.reconverge.client.sync;

/// What the machine asks of the shell around it. The actions of a step are done in their order.
public sealed interface SyncAction {

    /// Something whose end the shell reports as an event with this number.
    sealed interface Request extends SyncAction {
        long request();
    }

    /// Ask the replica what there is to do: a run begins.
    record Look(long request) implements Request {}

    record AskReceipts(long request) implements Request {}

    /// Send one batch, with the cursor, so that the answer holds a page as well.
    record Push(long request) implements Request {}

    /// Read one page.
    record Pull(long request) implements Request {}

    /// Give the request up. Its end is not waited for; if it comes, it is ignored.
    record Cancel(long request) implements SyncAction {}

    /// Set the timer, of which there is one, to fire at this time instead of any other.
    record WakeAt(long atMillis) implements SyncAction {}

    /// Open the live stream at the replica's cursor, unless it is open or not wanted.
    record OpenLive() implements SyncAction {}

    record CloseLive() implements SyncAction {}

    /// Tell everyone who waits for a sync how it ended; on `DONE` those who asked before the run
    /// began, else all.
    record Report(Ending ending) implements SyncAction {}

    enum Ending {
        /// What there was to send was sent, and the feed read to its end.
        DONE,
        /// The same, but the server has not decided all of it yet.
        OUTSTANDING,
        NETWORK_FAILED,
        SERVER_BUSY,
        SERVER_FAILED,
        CURSOR_EXPIRED,
        REPLICA_FAILED,
        OFFLINE,
        SIGNED_OUT,
        PAUSED,
        STOPPED
    }
}
