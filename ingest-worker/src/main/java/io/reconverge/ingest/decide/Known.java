package io.reconverge.ingest.decide;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Role;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is known when a change is decided: what the database knew, what its batch has decided
/// since, and what its own request has, each a layer over the one before.
public sealed interface Known permits Loaded, Ledger {

    /// How far the space has come.
    ///
    /// @throws IllegalStateException when the space's head was not loaded
    Head head(UUID space);

    /// Null when the change is not in the log.
    @Nullable Accepted accepted(SpaceChange change);

    /// Null when there is neither entity nor tombstone.
    @Nullable Standing entity(SpaceEntity entity);

    /// The members of a shared space, by `sub`, as far as they are known: all of them where a
    /// member is to be changed.
    Map<String, Role> members(UUID space);

    /// The entity's data when its space had come to `baseVersion`: empty when there was no such
    /// entity or a tombstone, null when that is not known.
    @Nullable JsonObject base(SpaceEntity entity, long baseVersion);
}
