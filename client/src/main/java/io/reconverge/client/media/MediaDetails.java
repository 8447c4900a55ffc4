package io.reconverge.client.media;

import io.reconverge.wire.EntityKey;
import org.jspecify.annotations.Nullable;

/// What an app says of a file.
///
/// @param mediaId null: one is made
/// @param fileName null for none
/// @param contentType null: by the file's name, else `application/octet-stream`
/// @param attachedTo the entity that it belongs to, null for none
public record MediaDetails(
        @Nullable String mediaId,
        @Nullable String fileName,
        @Nullable String contentType,
        @Nullable EntityKey attachedTo) {}
