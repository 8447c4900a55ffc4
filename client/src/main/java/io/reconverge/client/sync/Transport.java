package io.reconverge.client.sync;

import io.reconverge.client.replica.Batch;
import io.reconverge.client.replica.Page;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The server, as the sync of one space sees it.
///
/// No method blocks or throws. Each request ends, within a time limit of its own, in exactly one
/// reply, which comes on any thread; one that was cancelled may end in none.
public interface Transport {

    /// Sends a batch, and asks for the page after its cursor.
    Call push(String space, Batch batch, Consumer<Reply<Pushed>> then);

    /// Asks what became of changes.
    ///
    /// @param changeIds 1..500
    Call receipts(String space, List<UUID> changeIds, Consumer<Reply<List<ChangeResult>>> then);

    /// Asks for a page.
    ///
    /// @param cursor null for the beginning
    Call page(
            String space,
            String deviceId,
            @Nullable String cursor,
            int limit,
            Consumer<Reply<Page>> then);

    /// Opens the live stream after `cursor`.
    Call live(String space, String deviceId, String cursor, Live listener);

    /// Something that can be given up. To give up what has ended does nothing.
    @FunctionalInterface
    interface Call {
        void cancel();
    }

    /// What a live stream brings: events one at a time and in order, then one end. Nothing after it
    /// was cancelled, but for one event that was on its way.
    interface Live {
        /// An entity as it now is.
        ///
        /// @param cursor what to ask with after it
        void change(Entity entity, String cursor);

        /// What there was when the stream was opened has been brought.
        void caughtUp(String cursor);

        void ended(LiveEnd end);
    }

    /// Why a live stream ended.
    enum LiveEnd {
        /// The connection broke or could not be made, the server said that it goes away, or fell
        /// silent for longer than its heartbeat.
        LOST,
        /// The token expired in the course of the stream; a new one opens a new stream.
        TOKEN_EXPIRED,
        /// No token, or one that is not taken.
        UNAUTHORIZED,
        CURSOR_EXPIRED
    }
}
