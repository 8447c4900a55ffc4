package io.reconverge.gateway.protocol.spaces;

import io.reconverge.gateway.protocol.IsoTime;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.Members;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.Violations;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of a sync:
///
/// ```json
/// {"deviceId": "…", "deviceName": "Kitchen", "lastSyncTimestamp": "2025-12-29T14:30:00.000Z",
///  "changes": [{"localId": "…", "entityType": "item", "operation": "update",
///               "timestamp": "2025-12-29T14:35:00.000Z", "data": {"isCompleted": true}}]}
/// ```
///
/// @param deviceName null when it was not sent
/// @param since epoch milliseconds, 0 for everything
record ListRequest(String deviceId, @Nullable String deviceName, long since, List<Edit> edits) {

    private static final int DEVICE_NAME_MAX = 200;

    /// What the server says of an entity: what a client sends of it is passed over.
    private static final List<String> SERVERS =
            List.of(
                    "_id",
                    "__v",
                    "localId",
                    "serverId",
                    "userId",
                    "deviceId",
                    "createdAt",
                    "updatedAt",
                    "isDeleted",
                    "deletedAt",
                    "completedBy");

    /// @throws InvalidDocument when the envelope is not as above; a change that is not makes an
    ///   [Edit.Garbled]
    /// @throws ProblemException `malformed-request` without a device
    static ListRequest read(byte[] body) {
        Violations violations = new Violations();
        Members members = Members.ofDocument(body, violations);
        JsonNode device = members.optional("deviceId");
        if (device == null || (device.isString() && device.stringValue().isEmpty())) {
            throw ProblemException.malformed("deviceId is required");
        }
        String deviceId = members.text("deviceId", SyncRequest.DEVICE_ID_MAX);
        String deviceName =
                members.optional("deviceName") == null
                        ? null
                        : members.text("deviceName", DEVICE_NAME_MAX);
        long since = since(members);
        List<Edit> edits = new ArrayList<>();
        if (members.optional("changes") instanceof ArrayNode changes) {
            changes.forEach(change -> edits.add(edit(change)));
        }
        violations.throwIfAny();
        return new ListRequest(String.valueOf(deviceId), deviceName, since, edits);
    }

    private static long since(Members members) {
        JsonNode sent = members.optional("lastSyncTimestamp");
        if (sent == null || (sent.isString() && sent.stringValue().isEmpty())) {
            return 0;
        }
        Long millis = IsoTime.millis(sent);
        if (millis == null) {
            members.refuse("lastSyncTimestamp", "must be a time in ISO 8601, or null");
            return 0;
        }
        return millis;
    }

    private static Edit edit(JsonNode sent) {
        JsonNode localId = sent.get("localId");
        JsonNode entityType = sent.get("entityType");
        JsonNode operation = sent.get("operation");
        String fault = null;
        Kind kind = null;
        Edit.Operation known = null;
        if (!isName(localId) || !isName(entityType) || !isName(operation)) {
            fault = "Invalid change format: missing required fields";
        } else {
            kind = Kind.ofWord(entityType.stringValue()).orElse(null);
            known = operation(operation.stringValue());
            if (kind == null) {
                fault = "Unknown entity type: " + entityType.stringValue();
            } else if (known == null) {
                fault = "Unknown operation: " + operation.stringValue();
            }
        }
        JsonNode time = sent.get("timestamp");
        Long timestamp = IsoTime.millis(time);
        if (fault == null && time != null && !time.isNull() && timestamp == null) {
            fault = "timestamp must be a time in ISO 8601";
        }
        JsonNode data = sent.get("data");
        if (fault == null) {
            fault = known == Edit.Operation.DELETE ? null : faultOf(data);
        }
        if (fault != null || kind == null || known == null || localId == null) {
            return new Edit.Garbled(localId, entityType, operation, String.valueOf(fault));
        }
        boolean deletes = data != null && data.path("isDeleted").asBoolean(false);
        return new Edit.Understood(
                kind,
                localId.stringValue(),
                deletes ? Edit.Operation.DELETE : known,
                timestamp,
                known == Edit.Operation.DELETE ? ownMembers(null) : ownMembers(data),
                serverIds(sent));
    }

    private static Set<String> serverIds(JsonNode sent) {
        return Stream.of(
                        sent.path("serverId"),
                        sent.at("/data/serverId"),
                        sent.path("spaceId"),
                        sent.at("/data/spaceId"))
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .collect(Collectors.toSet());
    }

    private static boolean isName(@Nullable JsonNode value) {
        if (value == null || !value.isString() || value.stringValue().isEmpty()) {
            return false;
        }
        String text = value.stringValue();
        return text.codePointCount(0, text.length()) <= EntityKey.ID_MAX;
    }

    private static Edit.@Nullable Operation operation(String word) {
        for (Edit.Operation operation : Edit.Operation.values()) {
            if (operation.name().toLowerCase(Locale.ROOT).equals(word)) {
                return operation;
            }
        }
        return null;
    }

    private static @Nullable String faultOf(@Nullable JsonNode data) {
        if (data == null || data.isNull()) {
            return null;
        }
        Violations violations = new Violations();
        StrictJson.dataOf(data, "", violations);
        try {
            violations.throwIfAny();
            return null;
        } catch (InvalidDocument unfit) {
            return "data" + unfit.getMessage();
        }
    }

    private static ObjectNode ownMembers(@Nullable JsonNode data) {
        ObjectNode own = WireJson.MAPPER.createObjectNode();
        if (data instanceof ObjectNode object) {
            own.setAll(object);
            own.remove(SERVERS);
        }
        return own;
    }
}
