package io.reconverge.client.replica;

import io.reconverge.wire.Change;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What goes into one request.
///
/// @param request by which its answer is stored; no part of what is sent
/// @param changes in their order, at least one, each of another entity
/// @param cursor to pull from, null for the beginning
/// @param limit entities to pull
public record Batch(
        UUID request, String deviceId, List<Change> changes, @Nullable String cursor, int limit) {

    public Batch {
        changes = List.copyOf(changes);
    }
}
