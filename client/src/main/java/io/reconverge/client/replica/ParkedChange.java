package io.reconverge.client.replica;

import io.reconverge.wire.Change;
import io.reconverge.wire.Problem;

/// A change that the server refused for good, or failed on too often. It stays, in the view as
/// well, until the user retries, edits or drops it.
///
/// @param parkedAtMillis epoch milliseconds
/// @param stale whether it has been parked for longer than the settings say
public record ParkedChange(
        Change change, Problem problem, int tries, long parkedAtMillis, boolean stale) {}
