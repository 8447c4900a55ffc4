package io.reconverge.feed.page;

/// When a page ends.
///
/// @param items at most
/// @param bytes of data, passed by the first item only
public record PageLimit(int items, long bytes) {}
