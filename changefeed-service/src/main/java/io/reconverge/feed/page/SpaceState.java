package io.reconverge.feed.page;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.ProblemType;

/// A space, in the snapshot that a page was read from.
///
/// @param head its newest version
/// @param oldest the lowest version that can be continued from; 0 always can
record SpaceState(long epoch, long head, long oldest) {

    /// A space without a row: nobody ever wrote to it.
    static final SpaceState UNWRITTEN = new SpaceState(0, 0, 0);

    /// @throws ProblemException `cursor-expired`, when what lies beyond the cursor is not known, or
    ///   not known any more
    void admit(Cursor cursor) {
        if (cursor.version() == 0) {
            return;
        }
        if ((cursor.hasEpoch() && cursor.epoch() != epoch) || cursor.version() > head) {
            throw new ProblemException(
                    ProblemType.CURSOR_EXPIRED, "The cursor is of another history of this space.");
        }
        if (cursor.version() < oldest) {
            throw new ProblemException(
                    ProblemType.CURSOR_EXPIRED,
                    "The cursor is older than what this space still keeps.");
        }
    }

    Cursor at(long version) {
        return new Cursor(epoch, version);
    }
}
