package io.reconverge.media.download;

import io.reconverge.wire.Entity;
import org.springframework.http.ETag;

/// What there is of an entity of type `media`.
sealed interface Found {

    /// @param key of its object in the bucket
    /// @param size in bytes
    record Stored(String key, long size, ETag tag, Presentation presentation) implements Found {}

    /// The entity is there, its bytes are not: not yet, or not any more.
    record WithoutBytes() implements Found {}

    record Deleted(Entity tombstone) implements Found {}
}
