package io.reconverge.gateway.feed;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a space is doing, as the feed tells it.
///
/// @param lastChangeAt epoch milliseconds; null when it was never written to
/// @param entities how many there are, by type
/// @param logSize rows that the log holds
/// @param devices the latest to read, newest first
public record SpaceStatus(
        long version,
        @Nullable Long lastChangeAt,
        Map<String, Entities> entities,
        long logSize,
        List<Device> devices) {

    public SpaceStatus {
        entities = Map.copyOf(requireNonNull(entities, "entities"));
        devices = List.copyOf(requireNonNull(devices, "devices"));
    }

    public record Entities(long live, long deleted) {}

    /// How many of a type there are, tombstones aside.
    public long live(String type) {
        Entities counted = entities.get(type);
        return counted == null ? 0 : counted.live();
    }

    /// @param lastSyncAt epoch milliseconds
    public record Device(String deviceId, long lastSyncAt) {}
}
