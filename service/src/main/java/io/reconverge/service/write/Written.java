package io.reconverge.service.write;

import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Problem;
import java.util.List;

/// What is known of an append once its client is to be answered. In each case it is durable.
public sealed interface Written {

    /// @param version the space's head after the commit
    /// @param results in the order of the changes
    /// @param bytes what they weigh as JSON
    record Decided(long version, List<ChangeResult> results, int bytes) implements Written {}

    /// The worker could not read the request, and put it aside.
    record Unreadable(Problem problem) implements Written {}

    /// Nothing came back in time. It will be decided.
    record Undecided() implements Written {}
}
