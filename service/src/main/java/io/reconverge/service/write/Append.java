package io.reconverge.service.write;

import io.reconverge.wire.Change;
import io.reconverge.wire.WireJson;
import io.reconverge.wire.WriteRecord;
import java.util.List;
import java.util.UUID;

/// One request's changes, ready for the writes topic.
///
/// @param changeIds in the request's order
/// @param record a [WriteRecord] as JSON
public record Append(UUID requestId, UUID space, List<UUID> changeIds, byte[] record) {

    public static Append of(WriteRecord record) {
        return new Append(
                record.requestId(),
                record.space(),
                record.changes().stream().map(Change::changeId).toList(),
                WireJson.MAPPER.writeValueAsBytes(record));
    }
}
