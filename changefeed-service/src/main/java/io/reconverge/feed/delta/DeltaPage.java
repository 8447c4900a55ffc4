package io.reconverge.feed.delta;

import io.reconverge.feed.page.Page;
import io.reconverge.wire.Entity;
import java.util.List;

/// A page as a client reads it.
///
/// An entity that changed again since may lie beyond a page that has more, so only who has read all
/// pages has seen the space up to the last one's version.
///
/// @param version how far the cursor reads
record DeltaPage(List<Entity> changes, String cursor, long version, boolean hasMore) {

    static DeltaPage of(Page<Entity> page) {
        return new DeltaPage(
                page.items(), page.cursor().encode(), page.cursor().version(), page.hasMore());
    }
}
