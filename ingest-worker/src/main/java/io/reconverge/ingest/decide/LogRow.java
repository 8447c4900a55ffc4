package io.reconverge.ingest.decide;

import io.reconverge.wire.ChangeEvent;
import java.util.List;
import java.util.UUID;

/// A row for the change log.
///
/// @param fingerprint by which the same change is known when it comes again
/// @param conflictFields of a merged change: the members that both sides had changed, by name
public record LogRow(
        ChangeEvent event,
        UUID changeId,
        Source source,
        Fingerprint fingerprint,
        List<String> conflictFields) {

    public LogRow {
        conflictFields = List.copyOf(conflictFields);
    }
}
