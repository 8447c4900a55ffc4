package io.reconverge.ingest.decide;

import java.util.UUID;

/// What names a change among all spaces.
public record SpaceChange(UUID space, UUID changeId) {}
