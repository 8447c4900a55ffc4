package io.reconverge.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/spaces/{space}/sync`: what to push, and where to pull from. Read from what
/// a client sent by [SyncRequestReader].
///
/// @param changes at most [#CHANGES_MAX], in the order they are to be decided
/// @param atomic all of them apply, or none does
/// @param pull null when the request only pushes
public record SyncRequest(
        String deviceId, List<Change> changes, boolean atomic, @Nullable Pull pull) {

    public static final int DEVICE_ID_MAX = 128;
    public static final int CHANGES_MAX = 5_000;
    public static final int LIMIT_MAX = 5_000;
    public static final int LIMIT_DEFAULT = 500;

    /// Bytes of a body after decompression.
    public static final int BODY_MAX_BYTES = 4 * 1024 * 1024;

    public SyncRequest {
        changes = List.copyOf(changes);
    }

    /// Where to pull from, and how much at once.
    ///
    /// @param cursor null: from the start
    /// @param limit 1..[#LIMIT_MAX] entities
    public record Pull(@Nullable String cursor, int limit) {}
}
