package io.reconverge.client.outbox;

import static java.util.Objects.requireNonNull;

import io.reconverge.wire.Problem;
import java.util.UUID;

/// How far an entry has come: the rows of SPEC.md.
public sealed interface EntryState {

    /// Not sent yet, or refused and to be sent anew: further edits are taken into it.
    record Queued() implements EntryState {}

    /// Sent, and no answer.
    ///
    /// @param request the last that it was sent in
    /// @param sentInRun the run of that request
    /// @param askedInRun the last run that heard or asked about it, 0 for none
    record Sent(UUID request, long sentInRun, long askedInRun) implements EntryState {
        public Sent {
            requireNonNull(request, "request");
        }
    }

    /// Sent before, and the server does not have it: to be sent as it was.
    ///
    /// @param sentInRun the last run that sent it
    record Again(long sentInRun) implements EntryState {}

    /// The server has it as this version of the space, which the feed has not shown yet.
    record Accepted(long version) implements EntryState {}

    /// In conflict, until someone decides.
    record Held(UUID conflict) implements EntryState {
        public Held {
            requireNonNull(conflict, "conflict");
        }
    }

    /// Refused for good, or failed too often, until someone decides.
    record Parked(Problem problem, long atMillis) implements EntryState {
        public Parked {
            requireNonNull(problem, "problem");
        }
    }
}
