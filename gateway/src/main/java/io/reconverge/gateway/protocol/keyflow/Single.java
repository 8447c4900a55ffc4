package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.wire.EntityKey;
import java.util.List;

/// What a user has one of.
enum Single {
    PROGRESS("progress", Keyflow.PROGRESS),
    SETTINGS("settings", Keyflow.SETTINGS);

    private final String id;
    private final String type;

    Single(String id, String type) {
        this.id = id;
        this.type = type;
    }

    /// Its entity's id, and the member that holds it in requests and answers.
    String id() {
        return id;
    }

    String type() {
        return type;
    }

    EntityKey key() {
        return new EntityKey(type, id);
    }

    /// The members that may hold it in a request.
    List<String> wrappers() {
        return List.of(id, "data");
    }
}
