package io.reconverge.ingest.decide;

import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The results of one request, as they are sent.
final class Answer {

    private long bytesLeft;

    /// @param maxBytes of entity data that the answer may carry
    Answer(long maxBytes) {
        this.bytesLeft = maxBytes;
    }

    /// The same results, without those entities whose data would be too much.
    List<ChangeResult> bounded(List<ChangeResult> results) {
        List<ChangeResult> bounded = new ArrayList<>(results.size());
        for (ChangeResult result : results) {
            bounded.add(bounded(result));
        }
        return List.copyOf(bounded);
    }

    private ChangeResult bounded(ChangeResult result) {
        return switch (result) {
            case ChangeResult.Merged merged when !fits(merged.entity()) ->
                    new ChangeResult.Merged(
                            merged.changeId(),
                            merged.version(),
                            merged.duplicate(),
                            null,
                            merged.conflictFields());
            case ChangeResult.Superseded superseded when !fits(superseded.entity()) ->
                    new ChangeResult.Superseded(
                            superseded.changeId(),
                            superseded.version(),
                            superseded.duplicate(),
                            null);
            case ChangeResult.Conflict conflict when !fits(conflict.entity()) ->
                    new ChangeResult.Conflict(conflict.changeId(), null, conflict.conflictFields());
            case ChangeResult.Applied _,
                    ChangeResult.Merged _,
                    ChangeResult.Superseded _,
                    ChangeResult.Conflict _,
                    ChangeResult.Rejected _,
                    ChangeResult.Pending _,
                    ChangeResult.Unknown _ ->
                    result;
        };
    }

    /// Takes the entity's share when it fits.
    private boolean fits(@Nullable Entity entity) {
        if (entity == null || entity.data() == null) {
            return true;
        }
        // A text has at least as many bytes as characters: what is far too long is not counted out.
        if (entity.data().text().length() > bytesLeft) {
            return false;
        }
        int bytes = DataBytes.of(entity.data());
        if (bytes > bytesLeft) {
            return false;
        }
        bytesLeft -= bytes;
        return true;
    }
}
