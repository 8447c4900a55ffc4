package io.reconverge.client.replica;

/// A line of the sync log.
///
/// @param event one word, such as `parked`
public record LogLine(long atMillis, String space, String event, String detail) {}
