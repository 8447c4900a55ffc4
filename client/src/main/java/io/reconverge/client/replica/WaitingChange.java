package io.reconverge.client.replica;

import io.reconverge.wire.Change;

/// A change that is not known to be on the server, and that nobody has to decide about.
///
/// @param sent whether it was sent, and no answer has come
/// @param tries that the server failed on
public record WaitingChange(Change change, boolean sent, int tries) {}
