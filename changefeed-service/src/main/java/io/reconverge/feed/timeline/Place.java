package io.reconverge.feed.timeline;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One of the reader's spaces, and how far the reader has read it.
///
/// A change comes to the reader at the time of its commit. Those that were there before the reader
/// joined come one after the other from then on, a millisecond each: at `joined + version - 1`.
/// Both grow with the version, so the later of the two does, and no two changes of a space come at
/// the same time.
///
/// @param joined when the reader became a member, epoch milliseconds; 0 of one's own
/// @param clock no later commit is at or before it; null when the space has no row yet
/// @param head its newest version
/// @param purged the newest version of a tombstone that is no longer kept
/// @param seen the newest version that was committed by the time that the reader names; null when
///   the log no longer tells
record Place(
        UUID space,
        long joined,
        @Nullable Long clock,
        long head,
        long purged,
        @Nullable Long seen) {

    /// The version that the reader has read up to.
    ///
    /// @throws ProblemException `cursor-expired`, when tombstones that the reader has not seen are
    ///   gone
    long low(long since) {
        if (since < joined || since == 0) {
            return 0;
        }
        long low = seen == null ? 0 : Math.min(seen, since - joined + 1);
        boolean missed = purged > low && (low > 0 || seen == null);
        if (missed) {
            throw new ProblemException(
                    ProblemType.CURSOR_EXPIRED,
                    "The time is older than what these spaces still keep: begin at 0.");
        }
        return low;
    }

    /// Where its clock stands; 0 before there is one.
    long now() {
        return clock == null ? 0 : clock;
    }

    /// When the newest change of it comes.
    long latest() {
        return Math.max(now(), head == 0 ? 0 : joined + head - 1);
    }

    boolean isBefore(long time) {
        return clock == null || clock < time;
    }
}
