package io.reconverge.feed.live;

import io.reconverge.feed.page.TypeFilter;
import io.reconverge.wire.Cursor;

/// What a reader does with a record of the tail.
enum Step {
    /// It is the very next version: pass it on as it came.
    DELIVER,
    /// It is the very next version, and nothing for this reader: having passed it counts as read.
    PASS,
    /// It was read before.
    IGNORE,
    /// Something lies between it and what was read: PostgreSQL has it, and this too.
    CATCH_UP;

    /// @param position what was read; its epoch is 0 while the reader has yet to learn it
    static Step of(Cursor position, LiveChange change, TypeFilter types) {
        if (change.version() <= position.version()) {
            return IGNORE;
        }
        if (change.version() > position.version() + 1 || position.epoch() == 0) {
            return CATCH_UP;
        }
        return change.stands() && types.matches(change.type()) ? DELIVER : PASS;
    }
}
