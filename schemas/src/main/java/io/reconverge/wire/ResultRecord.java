package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The value of a record on `reconverge.results`: the answer to one [WriteRecord], in the order of
/// its changes. May come more than once for a request; each says the same.
///
/// @param version the space's head after the commit
/// @param problem why the request as a whole could not be read; then `results` is empty
public record ResultRecord(
        UUID requestId,
        UUID space,
        long version,
        List<ChangeResult> results,
        @Nullable Problem problem) {

    public ResultRecord {
        requireNonNull(requestId, "requestId");
        requireNonNull(space, "space");
        results = List.copyOf(requireNonNull(results, "results"));
    }
}
