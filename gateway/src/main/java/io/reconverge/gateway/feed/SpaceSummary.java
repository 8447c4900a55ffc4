package io.reconverge.gateway.feed;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Of a space's status, what protocols tell.
///
/// @param lastChangeAt epoch milliseconds; null when it was never written to
/// @param entities by type
public record SpaceSummary(@Nullable Long lastChangeAt, Map<String, Entities> entities) {

    public SpaceSummary {
        entities = Map.copyOf(requireNonNull(entities, "entities"));
    }

    public record Entities(long live, long deleted) {}

    /// How many of a type there are, tombstones aside.
    public long live(String type) {
        Entities counted = entities.get(type);
        return counted == null ? 0 : counted.live();
    }
}
