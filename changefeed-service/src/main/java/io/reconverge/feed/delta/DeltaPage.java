package io.reconverge.feed.delta;

import io.reconverge.feed.page.Page;
import io.reconverge.wire.Entity;
import java.util.List;

/// A page as a client reads it.
///
/// @param version who has read this far has seen the space up to here
record DeltaPage(List<Entity> changes, String cursor, long version, boolean hasMore) {

    static DeltaPage of(Page<Entity> page) {
        return new DeltaPage(
                page.items(), page.cursor().encode(), page.cursor().version(), page.hasMore());
    }
}
