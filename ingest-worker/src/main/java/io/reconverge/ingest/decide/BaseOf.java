package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import java.util.Optional;
import java.util.UUID;

/// What names an entity as it was when its space had come to `baseVersion`.
public record BaseOf(UUID space, EntityKey key, long baseVersion) {

    /// The base that deciding `change` asks for if the entity's version has passed it; empty when
    /// it asks for none whatever that is.
    public static Optional<BaseOf> wantedBy(Change change, UUID space, Rules rules) {
        Long base = change.baseVersion();
        if (change.op() != Op.PUT || base == null || base == 0) {
            return Optional.empty();
        }
        return rules.policy(change) == OnConflict.MERGE
                ? Optional.of(new BaseOf(space, change.key(), base))
                : Optional.empty();
    }
}
