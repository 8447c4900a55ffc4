package io.reconverge.gateway.sync;

import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.WireJson;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to a sync request, but for a page that the feed sends: that is written after it, as
/// it comes.
///
/// @param version the space's head after the push; null when nothing was decided
/// @param problem why there is no page, though one was asked for
/// @param changes empty where there should have been a page, null where none was asked for
/// @param cursor to ask again with, where there should have been a page
/// @param hasMore true where there should have been a page
record SyncAnswer(
        List<ChangeResult> results,
        @Nullable Long version,
        @Nullable Problem problem,
        @Nullable List<Entity> changes,
        @Nullable String cursor,
        @Nullable Boolean hasMore,
        long serverTime) {

    /// @param version null when nothing was decided
    static SyncAnswer pushed(List<ChangeResult> results, @Nullable Long version, long serverTime) {
        return new SyncAnswer(results, version, null, null, null, null, serverTime);
    }

    /// The results stand, whatever keeps the feed from answering: the client asks again with the
    /// cursor it had.
    static SyncAnswer unpulled(
            List<ChangeResult> results, Push.Pull pull, Problem problem, long serverTime) {
        String cursor = pull.cursor();
        return new SyncAnswer(
                results,
                null,
                problem,
                List.of(),
                cursor == null ? Cursor.START.encode() : cursor,
                true,
                serverTime);
    }

    byte[] json() {
        return WireJson.MAPPER.writeValueAsBytes(this);
    }

    /// All of it but its last brace, and a comma: the members of the feed's page follow, and with
    /// them the brace that ends both.
    byte[] jsonBeforePage() {
        byte[] json = json();
        byte[] open = Arrays.copyOf(json, json.length);
        open[open.length - 1] = ',';
        return open;
    }
}
