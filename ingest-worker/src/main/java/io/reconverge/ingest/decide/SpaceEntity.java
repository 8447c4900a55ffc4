package io.reconverge.ingest.decide;

import io.reconverge.wire.EntityKey;
import java.util.UUID;

/// What names an entity among all spaces.
public record SpaceEntity(UUID space, EntityKey key) {}
