package io.reconverge.client.replica;

/// What has not come to rest in a space.
///
/// @param pending changes that are not known to be on the server
/// @param parked changes that the server refused, or failed on too often
/// @param conflicts that someone has to decide
public record Counts(long pending, long parked, long conflicts) {}
