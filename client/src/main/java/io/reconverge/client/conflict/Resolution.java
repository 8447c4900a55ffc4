package io.reconverge.client.conflict;

import io.reconverge.wire.JsonObject;

/// What is to become of a conflict.
public sealed interface Resolution {

    /// The local view stands, on top of the remote.
    record KeepLocal() implements Resolution {}

    /// The remote stands.
    record KeepRemote() implements Resolution {}

    /// Neither: this does.
    record Use(JsonObject data) implements Resolution {}

    /// The user is to decide.
    record Undecided() implements Resolution {}
}
