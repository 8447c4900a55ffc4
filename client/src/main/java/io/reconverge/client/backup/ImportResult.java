package io.reconverge.client.backup;

/// What a backup brought.
///
/// @param written entities that are now as in the backup, or merged with it
/// @param same entities that were so already
/// @param older entities that stay as they are here, by the rules
/// @param deleted entities that were deleted here since, and stay so
/// @param conflicts entities that someone has to decide about
/// @param files files taken into the cache
public record ImportResult(
        long written, long same, long older, long deleted, long conflicts, long files) {}
