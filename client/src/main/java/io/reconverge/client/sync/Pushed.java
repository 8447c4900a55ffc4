package io.reconverge.client.sync;

import io.reconverge.client.replica.Page;
import io.reconverge.wire.ChangeResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to a batch.
///
/// @param results in the order of the changes
/// @param page what came with it; null where the feed could not be read just then
/// @param cursorExpired whether there is no page because the server no longer knows the cursor
public record Pushed(List<ChangeResult> results, @Nullable Page page, boolean cursorExpired) {

    public Pushed {
        results = List.copyOf(results);
    }
}
