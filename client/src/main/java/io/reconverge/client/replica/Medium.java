package io.reconverge.client.replica;

import io.reconverge.wire.JsonObject;
import org.jspecify.annotations.Nullable;

/// What is known of a file: its entity as the app sees it, or what its entity will be.
///
/// @param data of the entity
/// @param modifiedAt epoch milliseconds
/// @param upload its place in the queue; null where it has none
public record Medium(
        String space, String mediaId, JsonObject data, long modifiedAt, @Nullable Upload upload) {}
