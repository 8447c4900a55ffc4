package io.reconverge.client.replica;

import io.reconverge.wire.EntityKey;
import java.util.Set;

/// What one transaction changed in a space.
///
/// @param entities whose view or standing may have changed
/// @param toSend whether it left something to send that was not to be sent before
public record Commit(String space, Set<EntityKey> entities, boolean toSend) {

    public Commit {
        entities = Set.copyOf(entities);
    }
}
