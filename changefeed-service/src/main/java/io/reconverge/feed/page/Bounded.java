package io.reconverge.feed.page;

import java.util.ArrayList;
import java.util.List;

/// Takes items until a limit is reached, so that no answer grows with what is stored. For one
/// statement's rows, as they come.
public final class Bounded<T> {

    private final PageLimit limit;
    private final List<T> items = new ArrayList<>();
    private long bytes;
    private boolean full;

    public Bounded(PageLimit limit) {
        this.limit = limit;
    }

    /// Takes the item if it fits.
    ///
    /// @param size bytes of data in the item
    /// @return whether it was taken; if not, this is full
    public boolean take(T item, int size) {
        bytes += size;
        full |= items.size() == limit.items() || (bytes > limit.bytes() && !items.isEmpty());
        if (!full) {
            items.add(item);
        }
        return !full;
    }

    /// What comes next would not fit, and was not even read.
    public void close() {
        full = true;
    }

    public List<T> items() {
        return items;
    }

    /// Whether there was more than fits.
    public boolean isFull() {
        return full;
    }
}
