package io.reconverge.client.replica;

import io.reconverge.wire.Entity;
import java.util.List;

/// A page of the feed, as the server sent it.
///
/// @param changes in version order, tombstones included
/// @param cursor to ask with next
/// @param version how far the cursor reads
public record Page(List<Entity> changes, String cursor, long version, boolean hasMore) {

    public Page {
        changes = List.copyOf(changes);
    }
}
