package io.reconverge.ingest.decide;

import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Op;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A log row, in a form that the model's can be held against.
record Logged(
        UUID changeId,
        EntityKey key,
        Op op,
        String outcome,
        Told.Shown made,
        @Nullable Map<String, Object> patch,
        List<String> conflictFields,
        long committedAt,
        long previousVersion,
        long entityVersion) {

    static Logged of(LogRow row) {
        ChangeEvent event = row.event();
        return new Logged(
                row.changeId(),
                new EntityKey(event.type(), event.id()),
                event.op(),
                event.outcome().name().toLowerCase(Locale.ROOT),
                new Told.Shown(
                        event.version(),
                        Plain.of(event.data()),
                        event.createdAt(),
                        event.modifiedAt(),
                        event.actor(),
                        event.deviceId() == null ? "" : event.deviceId()),
                Plain.of(event.patch()),
                row.conflictFields(),
                event.committedAt(),
                event.previousVersion(),
                event.entityVersion());
    }

    static Logged of(History.Line line) {
        return new Logged(
                line.changeId(),
                line.key(),
                line.op(),
                line.told().status(),
                line.shown(),
                line.op() == Op.PATCH ? line.sent() : null,
                line.told().conflictFields(),
                line.committedAt(),
                line.previousVersion(),
                line.entityVersion());
    }
}
