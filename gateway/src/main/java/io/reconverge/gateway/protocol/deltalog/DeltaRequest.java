package io.reconverge.gateway.protocol.deltalog;

import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Members;
import io.reconverge.wire.Op;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.Violations;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of a sync:
///
/// ```json
/// {"lastKnownServerVersion": 12, "changes": [
///   {"changeId": "…", "type": "UPDATED", "entityType": "goal", "entityId": "…",
///    "data": {"progress": 50}, "timestamp": 1767200000000, "retryCount": 0}]}
/// ```
///
/// @param lastKnownServerVersion 0 for nothing
record DeltaRequest(long lastKnownServerVersion, List<Sent> changes) {

    /// What a change does, in the app's word.
    enum Type {
        /// Its data is the whole.
        CREATED,
        /// Its data is the whole, or the members that changed; null removes one.
        UPDATED,
        /// It has no data.
        DELETED
    }

    /// @param receivedAt when a change was made that does not say so
    /// @throws InvalidDocument when the envelope is not as above; data that does not fit makes its
    ///   change [Sent.Unfit]
    static DeltaRequest read(byte[] body, long receivedAt) {
        Violations violations = new Violations();
        Members members = Members.ofDocument(body, violations);
        if (members.required("lastKnownServerVersion") != null
                && members.optional("lastKnownServerVersion") == null) {
            members.refuse("lastKnownServerVersion", "must be an integer");
        }
        Long version = members.integer("lastKnownServerVersion", 0, Members.INTEGER_MAX);
        List<Sent> changes = new ArrayList<>();
        JsonNode sent = members.required("changes");
        if (sent instanceof ArrayNode array) {
            for (int i = 0; i < array.size() && !violations.isFull(); i++) {
                Sent change = change(array.get(i), "/changes/" + i, violations, receivedAt);
                if (change != null) {
                    changes.add(change);
                }
            }
        } else if (sent != null) {
            members.refuse("changes", "must be an array");
        }
        violations.throwIfAny();
        return new DeltaRequest(Objects.requireNonNull(version), changes);
    }

    private static @Nullable Sent change(
            JsonNode node, String pointer, Violations violations, long receivedAt) {
        if (!(node instanceof ObjectNode object)) {
            violations.add(pointer, "must be an object");
            return null;
        }
        Members members = new Members(object, pointer, violations);
        String changeId = members.text("changeId", ChangeName.LENGTH_MAX);
        String id = members.text("entityId", EntityKey.ID_MAX);
        Type type = type(members);
        Kind kind = kind(members);
        Long timestamp = members.integer("timestamp", 0, Members.INTEGER_MAX);
        if (changeId == null || id == null || type == null || kind == null) {
            return null;
        }
        JsonObject data;
        try {
            data = type == Type.DELETED ? null : data(members.optional("data"));
        } catch (InvalidDocument unfit) {
            return new Sent.Unfit(changeId, kind, id, "data" + unfit.getMessage());
        }
        return new Sent.Writable(
                changeId,
                kind,
                new Change(
                        ChangeName.uuid(changeId),
                        kind.type(),
                        id,
                        op(type),
                        data,
                        null,
                        timestamp == null ? receivedAt : timestamp,
                        null));
    }

    private static Op op(Type type) {
        return switch (type) {
            case CREATED -> Op.PUT;
            case UPDATED -> Op.PATCH;
            case DELETED -> Op.DELETE;
        };
    }

    private static JsonObject data(@Nullable JsonNode data) {
        if (data == null) {
            return JsonObject.of(WireJson.MAPPER.createObjectNode());
        }
        Violations violations = new Violations();
        JsonObject object = StrictJson.dataOf(data, "", violations);
        violations.throwIfAny();
        return object;
    }

    private static @Nullable Type type(Members members) {
        String word = word(members, "type");
        if (word == null) {
            return null;
        }
        for (Type type : Type.values()) {
            if (type.name().equals(word)) {
                return type;
            }
        }
        members.refuse("type", "must be CREATED, UPDATED or DELETED");
        return null;
    }

    private static @Nullable Kind kind(Members members) {
        String word = word(members, "entityType");
        if (word == null) {
            return null;
        }
        Kind kind = Kind.ofWord(word).orElse(null);
        if (kind == null) {
            members.refuse("entityType", "must be logbook_entry or goal");
        }
        return kind;
    }

    private static @Nullable String word(Members members, String name) {
        return members.text(name, text -> true, "must be a string");
    }
}
