package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.UUID;

/// The value of a record on `reconverge.writes`: one request, whole. The record's key is the space.
///
/// @param requestId made by the gateway, new for each request
/// @param actor the `sub` of the token that the request carried
/// @param deviceId empty when the caller named none
/// @param receivedAt epoch milliseconds by the gateway's clock
public record WriteRecord(
        UUID requestId,
        UUID space,
        String actor,
        String deviceId,
        boolean atomic,
        long receivedAt,
        List<Change> changes) {

    public WriteRecord {
        requireNonNull(requestId, "requestId");
        requireNonNull(space, "space");
        requireNonNull(actor, "actor");
        requireNonNull(deviceId, "deviceId");
        changes = List.copyOf(requireNonNull(changes, "changes"));
        if (changes.size() > SyncRequest.CHANGES_MAX) {
            throw new IllegalArgumentException("at most " + SyncRequest.CHANGES_MAX + " changes");
        }
    }
}
