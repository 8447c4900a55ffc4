package io.reconverge.gateway.feed;

import static java.util.Objects.requireNonNull;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A page of a space's log, oldest first.
///
/// @param version how far it reads: the last row's, or the space's head
public record LogPage(List<Row> entries, long version, boolean hasMore) {

    public LogPage {
        entries = List.copyOf(requireNonNull(entries, "entries"));
    }

    /// @param previousVersion the row of the same entity before this one, 0 for none
    /// @param entityVersion `version` itself when the entity is what this change made of it
    /// @param data the after-image, null after a delete
    /// @param patch what was sent, for a patch
    public record Row(
            UUID changeId,
            long version,
            long previousVersion,
            long entityVersion,
            String type,
            String id,
            Op op,
            Outcome outcome,
            @Nullable JsonObject data,
            @Nullable JsonObject patch,
            @Nullable String deviceId,
            long createdAt,
            long modifiedAt,
            long committedAt) {}
}
