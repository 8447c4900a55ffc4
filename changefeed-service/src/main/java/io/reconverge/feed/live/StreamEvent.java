package io.reconverge.feed.live;

import io.reconverge.wire.Cursor;
import io.reconverge.wire.JsonObject;

/// What a live stream says.
sealed interface StreamEvent {

    /// An entity as it is after its last change.
    ///
    /// @param cursor reads up to and including it
    record Change(Cursor cursor, JsonObject entity) implements StreamEvent {}

    /// Everything up to the cursor was given: what follows is news.
    record CaughtUp(Cursor cursor) implements StreamEvent {}

    /// Nothing happened, and the stream is alive.
    record Heartbeat() implements StreamEvent {}

    /// The last one. A new stream goes on from the cursor.
    record Ended(Cursor cursor, Reason reason) implements StreamEvent {}

    /// Why a stream ends.
    enum Reason {
        /// Connect again with a new token.
        TOKEN_EXPIRED("token-expired"),
        /// This instance stops: connect again, and reach another.
        GOING_AWAY("going-away"),
        /// What lies beyond the cursor is no longer kept: start again without one.
        CURSOR_EXPIRED("cursor-expired"),
        /// The reader ceased to be a member of the space.
        NOT_A_MEMBER("not-a-member");

        private final String event;

        Reason(String event) {
            this.event = event;
        }

        String event() {
            return event;
        }
    }
}
