package io.reconverge.client.sync;

/// Where the sync of one space stands: the columns of SPEC.md.
public sealed interface SyncState {

    Memory memory();

    /// Not running. What happens outside is noted for when it starts.
    record Stopped(Memory memory) implements SyncState {}

    /// Something stands in the way. With more than one thing, the first of these in this order.
    sealed interface Hindered extends SyncState {}

    /// The app switched backup off.
    record Paused(Memory memory) implements Hindered {}

    /// There is no token, or the server took none that there was.
    record SignedOut(Memory memory) implements Hindered {}

    record Offline(Memory memory) implements Hindered {}

    /// The timer is set, and no request is in the air.
    sealed interface Waiting extends SyncState {
        /// When the timer is to fire.
        long dueAtMillis();
    }

    /// Nothing to do until the interval is over.
    record Idle(Memory memory, long dueAtMillis) implements Waiting {}

    /// A sync was asked for.
    ///
    /// @param latestAtMillis how far further writes may put it off
    record Scheduled(Memory memory, long dueAtMillis, long latestAtMillis) implements Waiting {}

    /// The last sync failed, or left answers outstanding.
    record BackingOff(Memory memory, long dueAtMillis) implements Waiting {}

    /// A run is on its way: one request is in the air, [Memory#request].
    sealed interface Busy extends SyncState {
        Again again();
    }

    /// Asks the replica what there is to do.
    record Starting(Memory memory, Again again) implements Busy {}

    /// Asks what became of changes whose answer did not come.
    record AskingReceipts(Memory memory, Again again) implements Busy {}

    /// Sends changes, and takes the page that comes with the answer.
    record Pushing(Memory memory, Again again) implements Busy {}

    record Pulling(Memory memory, Again again) implements Busy {}

    /// Reads the space from its beginning, since the server no longer knows the cursor.
    record Resyncing(Memory memory, Again again) implements Busy {}

    /// What every state knows.
    ///
    /// @param request the number of the last request, 0 before the first
    /// @param failures runs in a row that failed or left answers outstanding
    /// @param earliestAtMillis before then no automatic run begins
    record Memory(
            boolean online,
            boolean signedIn,
            boolean paused,
            long request,
            int failures,
            long earliestAtMillis) {

        Memory online(boolean online) {
            return new Memory(online, signedIn, paused, request, failures, earliestAtMillis);
        }

        Memory signedIn(boolean signedIn) {
            return new Memory(online, signedIn, paused, request, failures, earliestAtMillis);
        }

        Memory paused(boolean paused) {
            return new Memory(online, signedIn, paused, request, failures, earliestAtMillis);
        }

        Memory nextRequest() {
            return new Memory(online, signedIn, paused, request + 1, failures, earliestAtMillis);
        }

        Memory failures(int failures) {
            return new Memory(online, signedIn, paused, request, failures, earliestAtMillis);
        }

        /// Not before then either.
        Memory notBefore(long atMillis) {
            return new Memory(
                    online,
                    signedIn,
                    paused,
                    request,
                    failures,
                    Math.max(earliestAtMillis, atMillis));
        }
    }

    /// Whether something asked for another run during this one.
    enum Again {
        NO,
        /// Something was written.
        SOON,
        /// Someone asked, and waits.
        AT_ONCE
    }

    /// Not yet started; online, signed in and not paused as long as nobody says otherwise.
    static SyncState initial(long nowMillis) {
        return new Stopped(new Memory(true, true, false, 0, 0, nowMillis));
    }
}
