package io.reconverge.client.replica;

/// One sync of one space.
///
/// @param number counts the file's runs
/// @param through the last entry that was in the outbox when it began
public record Run(long number, long through) {}
