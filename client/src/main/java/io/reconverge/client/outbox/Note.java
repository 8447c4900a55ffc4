package io.reconverge.client.outbox;

import io.reconverge.client.conflict.Clash;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.wire.Problem;
import java.util.UUID;

/// What is to be stored or said besides what becomes of the entity itself. Whatever an outcome
/// leaves out of the outbox and the base is in one of these.
public sealed interface Note {

    record Opened(UUID conflict, Clash clash) implements Note {}

    /// One that was open.
    record Closed(UUID conflict, Clash clash, Conflict.Outcome outcome) implements Note {}

    /// One that never was: settled as it came up.
    record Settled(UUID conflict, Clash clash, Conflict.Outcome outcome) implements Note {}

    record Parked(UUID changeId, Problem problem) implements Note {}

    /// The space has to be read from its beginning.
    record ResyncNeeded() implements Note {}
}
