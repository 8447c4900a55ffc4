package io.reconverge.feed;

import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A change, decided.
///
/// @param data the after-image as JSON text; null after a delete
public record Write(
        UUID changeId,
        String type,
        String id,
        Op op,
        @Nullable String data,
        Outcome outcome,
        List<String> conflictFields,
        @Nullable String deviceId) {

    public static Write put(String type, String id, String data) {
        return new Write(
                UUID.randomUUID(), type, id, Op.PUT, data, Outcome.APPLIED, List.of(), "phone-1");
    }

    public static Write delete(String type, String id) {
        return new Write(
                UUID.randomUUID(),
                type,
                id,
                Op.DELETE,
                null,
                Outcome.APPLIED,
                List.of(),
                "phone-1");
    }

    /// Lost to what stands.
    public static Write superseded(String type, String id, String data) {
        return new Write(
                UUID.randomUUID(),
                type,
                id,
                Op.PUT,
                data,
                Outcome.SUPERSEDED,
                List.of(),
                "phone-2");
    }

    public static Write merged(String type, String id, String data, String... conflictFields) {
        return new Write(
                UUID.randomUUID(),
                type,
                id,
                Op.PATCH,
                data,
                Outcome.MERGED,
                List.of(conflictFields),
                null);
    }
}
