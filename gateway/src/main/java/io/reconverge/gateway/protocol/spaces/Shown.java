package io.reconverge.gateway.protocol.spaces;

import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.gateway.protocol.IsoTime;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.WireJson;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Entities as the app sees them.
final class Shown {

    /// What is said of an entity by where it is and who wrote it, whatever its data have.
    private static final Set<String> GIVEN =
            Set.of("localId", "serverId", "spaceId", "deviceId", "isDeleted", "deletedAt");

    private Shown() {}

    /// The id that the server gives. A space of the app is one of Reconverge, and has its id;
    /// another keeps the one it was given first, wherever it is moved.
    ///
    /// @param data null of a tombstone
    static String serverId(Kind kind, UUID space, String localId, @Nullable JsonObject data) {
        if (kind == Kind.SPACE) {
            return space.toString();
        }
        JsonNode given = data == null ? null : data.tree().get("serverId");
        return given != null && given.isString()
                ? given.stringValue()
                : DerivedIds.of("spaces-entity", space.toString(), kind.word(), localId).toString();
    }

    static ObjectNode of(Kind kind, TimedEntity entity) {
        return of(
                kind,
                entity.space(),
                entity.id(),
                entity.data(),
                entity.modifiedAt(),
                entity.updatedBy(),
                entity.deviceId());
    }

    static ObjectNode of(Kind kind, UUID space, Entity entity) {
        return of(
                kind,
                space,
                entity.id(),
                entity.data(),
                entity.modifiedAt(),
                entity.updatedBy(),
                entity.deviceId());
    }

    private static ObjectNode of(
            Kind kind,
            UUID space,
            String localId,
            @Nullable JsonObject data,
            long modifiedAt,
            String updatedBy,
            @Nullable String deviceId) {
        ObjectNode shown = WireJson.MAPPER.createObjectNode();
        shown.put("localId", localId);
        shown.put("serverId", serverId(kind, space, localId, data));
        if (data != null) {
            shown.setAll(kind.defaults());
            data.tree().properties().stream()
                    .filter(member -> !GIVEN.contains(member.getKey()))
                    .filter(member -> !member.getValue().isNull())
                    .forEach(member -> shown.set(member.getKey(), member.getValue()));
        }
        JsonNode userId = data == null ? null : data.tree().get("userId");
        shown.put("userId", userId == null ? updatedBy : userId.asString(updatedBy));
        if (kind != Kind.SPACE && !SpaceId.personal(updatedBy).equals(space)) {
            shown.put("spaceId", space.toString());
        }
        if (deviceId != null) {
            shown.put("deviceId", deviceId);
        }
        shown.put("isDeleted", data == null);
        if (data == null) {
            shown.put("deletedAt", IsoTime.of(modifiedAt));
        }
        if (!shown.has("createdAt") && data != null) {
            shown.put("createdAt", IsoTime.of(modifiedAt));
        }
        shown.put("updatedAt", IsoTime.of(modifiedAt));
        return shown;
    }
}
