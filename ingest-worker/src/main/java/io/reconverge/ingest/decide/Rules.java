package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Violation;
import java.util.List;

/// What is said of entities by their type. The same question always gets the same answer.
public interface Rules {

    /// For changes that name no policy of their own.
    OnConflict onConflict(String type);

    /// Everything wrong with a whole entity, its pointers relative to it; empty when it is valid.
    List<Violation> check(String type, JsonObject data);

    /// The policy by which `change` is decided, if its base is older than what stands.
    default OnConflict policy(Change change) {
        return change.onConflict() == null ? onConflict(change.type()) : change.onConflict();
    }
}
