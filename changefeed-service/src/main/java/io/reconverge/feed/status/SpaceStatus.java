package io.reconverge.feed.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a space is doing.
///
/// @param lastChangeAt epoch milliseconds; null when it was never written to
/// @param entities by type, in order of their names
/// @param conflicts changes that met a conflict, ever
/// @param logSize rows that the log holds
/// @param devices newest first
/// @param lag records that the pipeline has yet to finish, of all spaces; null when not known
record SpaceStatus(
        UUID space,
        long version,
        @JsonInclude @Nullable Long lastChangeAt,
        Map<String, Entities> entities,
        long conflicts,
        long logSize,
        List<Device> devices,
        @JsonInclude @Nullable Long lag) {

    record Entities(long live, long deleted) {}

    /// @param lastSyncAt epoch milliseconds
    /// @param cursorVersion up to which it was given
    record Device(String deviceId, long lastSyncAt, long cursorVersion) {}
}
