package io.reconverge.gateway.sync;

import io.reconverge.service.write.Append;
import io.reconverge.wire.Cursor;
import org.jspecify.annotations.Nullable;

/// A sync request, read and checked.
///
/// @param append null when the request has no changes
/// @param pull null when it only pushes
record Push(String deviceId, @Nullable Append append, @Nullable Pull pull) {

    /// @param cursor as it was sent, null for the start
    record Pull(@Nullable String cursor, Cursor from, int limit) {}
}
