package io.reconverge.client.replica;

import org.jspecify.annotations.Nullable;

/// How far a space has been read, and so where to go on.
///
/// @param cursor null for the beginning
/// @param reading counts the times that the space was read from its beginning: a cursor of one says
///   nothing of another
/// @param limit entities to ask for in a page
public record Place(@Nullable String cursor, long reading, int limit) {}
