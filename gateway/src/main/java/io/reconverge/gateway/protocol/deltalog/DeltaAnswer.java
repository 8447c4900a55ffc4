package io.reconverge.gateway.protocol.deltalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reconverge.gateway.protocol.deltalog.DeltaRequest.Type;
import io.reconverge.wire.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to a sync.
///
/// @param newChanges in the order in which to apply them
/// @param latestServerVersion what to send as `lastKnownServerVersion` next
/// @param conflicts of the changes that were sent; left out when there are none
/// @param hasMore true when there is more to read right now, else left out
record DeltaAnswer(
        List<Delta> newChanges,
        long latestServerVersion,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Conflict> conflicts,
        @Nullable Boolean hasMore) {

    DeltaAnswer {
        newChanges = List.copyOf(newChanges);
        conflicts = List.copyOf(conflicts);
    }

    /// @param data the whole of what was created, the members that changed of what was updated,
    ///   null among them for those that went; left out when there is none of it
    record Delta(
            String changeId,
            Type type,
            Kind entityType,
            String entityId,
            @Nullable JsonObject data) {}

    /// A change that does not stand as it was sent.
    record Conflict(String changeId, String reason) {}
}
