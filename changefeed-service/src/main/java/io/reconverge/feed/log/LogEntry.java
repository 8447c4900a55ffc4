package io.reconverge.feed.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.reconverge.feed.entity.EntityRow;
import io.reconverge.service.postgres.Columns;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// A row of the change log: what the changes topic says of it, and what only its space may know.
///
/// @param conflictFields of a merge: the fields that both sides had changed
record LogEntry(
        @JsonUnwrapped ChangeEvent event,
        @JsonProperty UUID changeId,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> conflictFields) {

    /// A row of the table `log`, with its columns' own names.
    static LogEntry read(Columns row) {
        return new LogEntry(
                new ChangeEvent(
                        row.uuid("space_id"),
                        row.number("version"),
                        row.number("previous_version"),
                        row.number("entity_version"),
                        row.text("type"),
                        row.text("id"),
                        Op.valueOf(row.text("op").toUpperCase(Locale.ROOT)),
                        Outcome.valueOf(row.text("outcome").toUpperCase(Locale.ROOT)),
                        row.json("data"),
                        row.json("patch"),
                        row.text("actor"),
                        row.textOrNull("device_id"),
                        row.number("created_at"),
                        row.number("modified_at"),
                        row.number("committed_at")),
                row.uuid("change_id"),
                row.texts("conflict_fields"));
    }

    /// Bytes of its data and patch in UTF-8.
    int size() {
        return EntityRow.size(event.data()) + EntityRow.size(event.patch());
    }
}
