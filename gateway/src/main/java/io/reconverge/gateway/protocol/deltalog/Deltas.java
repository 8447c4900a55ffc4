package io.reconverge.gateway.protocol.deltalog;

import io.reconverge.gateway.feed.LogPage;
import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.gateway.protocol.deltalog.DeltaAnswer.Delta;
import io.reconverge.gateway.protocol.deltalog.DeltaRequest.Type;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.WireJson;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Rows of the log, and entities as they stand, as deltas to apply to what a device has.
final class Deltas {

    private Deltas() {}

    /// Empty for what is not Mirubato's, and for a write that lost.
    ///
    /// @param names of changes whose ids do not tell them
    static Optional<Delta> of(LogPage.Row row, Map<UUID, String> names) {
        if (row.outcome() == Outcome.SUPERSEDED) {
            return Optional.empty();
        }
        return Kind.ofType(row.type())
                .map(kind ->
                        new Delta(
                                names.getOrDefault(row.changeId(), ChangeName.of(row.changeId())),
                                type(row),
                                kind,
                                row.id(),
                                present(data(row))));
    }

    /// An entity whole, for a device that cannot go on from the log.
    static Optional<Delta> of(TimedEntity entity) {
        return standing(entity.type(), entity.id(), entity.version(), entity.data());
    }

    /// What stands instead of a write that lost, for the device that still shows its own.
    static Optional<Delta> of(Entity entity) {
        return standing(entity.type(), entity.id(), entity.version(), entity.data());
    }

    private static Optional<Delta> standing(
            String type, String id, long version, @Nullable JsonObject data) {
        return Kind.ofType(type)
                .map(kind ->
                        new Delta(
                                DerivedIds.of("deltalog-standing", type, id, "" + version)
                                        .toString(),
                                data == null ? Type.DELETED : Type.CREATED,
                                kind,
                                id,
                                present(data)));
    }

    private static Type type(LogPage.Row row) {
        if (row.data() == null) {
            return Type.DELETED;
        }
        return row.op() == Op.PATCH && row.patch() != null ? Type.UPDATED : Type.CREATED;
    }

    /// Of a patch what its members became, which may be another device's: a patch can lose in part.
    private static @Nullable JsonObject data(LogPage.Row row) {
        JsonObject after = row.data();
        JsonObject patch = row.patch();
        if (after == null || row.op() != Op.PATCH || patch == null) {
            return after;
        }
        ObjectNode delta = WireJson.MAPPER.createObjectNode();
        for (String name : patch.tree().propertyNames()) {
            JsonNode member = after.tree().get(name);
            delta.set(name, member == null ? WireJson.MAPPER.nullNode() : member);
        }
        return JsonObject.of(delta);
    }

    private static @Nullable JsonObject present(@Nullable JsonObject data) {
        return data == null || data.tree().isEmpty() ? null : data;
    }
}
