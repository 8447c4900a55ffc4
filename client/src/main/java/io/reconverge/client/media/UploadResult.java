package io.reconverge.client.media;

import org.jspecify.annotations.Nullable;

/// What sending files came to.
///
/// @param stored files that the server now has
/// @param parked files that it refused
/// @param left files that still wait
/// @param error why they do, in words for people; null where none does
public record UploadResult(int stored, int parked, int left, @Nullable String error) {}
