package io.reconverge.ingest.decide;

import io.reconverge.wire.EntityKey;
import java.util.UUID;

/// What names an entity as it was when its space had come to `baseVersion`.
public record BaseOf(UUID space, EntityKey key, long baseVersion) {}
