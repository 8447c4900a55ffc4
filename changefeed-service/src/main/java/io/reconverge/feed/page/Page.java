package io.reconverge.feed.page;

import io.reconverge.wire.Cursor;
import java.util.List;

/// What one read gave.
///
/// @param items in version order
/// @param cursor how far this reads: everything up to its version has been seen
/// @param head the space's newest version at that time
/// @param hasMore there was more than fits a page
public record Page<T>(List<T> items, Cursor cursor, long head, boolean hasMore) {

    public Page {
        items = List.copyOf(items);
    }

    public static <T> Page<T> nothing(Cursor cursor) {
        return new Page<>(List.of(), cursor, cursor.version(), false);
    }
}
