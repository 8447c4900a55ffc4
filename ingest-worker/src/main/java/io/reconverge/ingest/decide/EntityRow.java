package io.reconverge.ingest.decide;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An entity or tombstone as it stands at the end of a batch.
public record EntityRow(UUID space, Standing standing) {

    /// For [Standing#ofRow].
    public @Nullable String stamps() {
        return standing.stamps().column(standing.entity());
    }
}
