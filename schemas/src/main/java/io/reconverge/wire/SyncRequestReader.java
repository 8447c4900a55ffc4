package io.reconverge.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the body of a sync request, and tells everything that is wrong with it, up to 100 things.
///
/// Where the contract leaves a choice: a member that may be absent may also be null, which says the
/// same (but for `cursor`, where null says "from the start"); the hexadecimal digits of a change id
/// may be of either case, and name the same change; a change id stands once in a request; an
/// integer may be written as `12.0`; and a `limit` without a `cursor` is refused, since whoever
/// sends it expects to be sent something.
///
/// Whether a `cursor` is one is not asked here: [Cursor#decode].
public final class SyncRequestReader {

    /// Objects and arrays that stand round an entity's data.
    private static final int ENVELOPE_DEPTH = 3;

    private static final Pattern UUID_FORM =
            Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private static final Set<String> REQUEST_MEMBERS =
            Set.of("deviceId", "changes", "atomic", "cursor", "limit");
    private static final Set<String> CHANGE_MEMBERS =
            Set.of(
                    "changeId",
                    "type",
                    "id",
                    "op",
                    "data",
                    "baseVersion",
                    "modifiedAt",
                    "onConflict");

    private final Violations violations;
    private final long receivedAt;

    /// Where each change id was first met.
    private final Map<UUID, String> changeIds = new HashMap<>();

    private SyncRequestReader(Violations violations, long receivedAt) {
        this.violations = violations;
        this.receivedAt = receivedAt;
    }

    /// The request that a body holds.
    ///
    /// @param receivedAt epoch milliseconds: the `modifiedAt` of changes that say none
    /// @throws InvalidDocument with a pointer to each thing wrong
    public static SyncRequest read(byte[] utf8, long receivedAt) {
        Violations violations = new Violations();
        JsonNode root = TreeReader.read(utf8, ENVELOPE_DEPTH + StrictJson.DEPTH_MAX, violations);
        SyncRequest request = new SyncRequestReader(violations, receivedAt).request(root);
        violations.throwIfAny();
        if (request == null) {
            throw new AssertionError("a request was refused without a word");
        }
        return request;
    }

    private @Nullable SyncRequest request(JsonNode root) {
        if (!(root instanceof ObjectNode object)) {
            violations.add("", "must be an object");
            return null;
        }
        Members members = new Members(object, "", violations);
        members.allowOnly(REQUEST_MEMBERS);
        String deviceId = members.text("deviceId", SyncRequest.DEVICE_ID_MAX);
        List<Change> changes = changes(members.required("changes"));
        boolean atomic = members.flag("atomic");
        SyncRequest.Pull pull = pull(members);
        return deviceId == null ? null : new SyncRequest(deviceId, changes, atomic, pull);
    }

    private SyncRequest.@Nullable Pull pull(Members members) {
        Long limit = members.integer("limit", 1, SyncRequest.LIMIT_MAX);
        if (!members.has("cursor")) {
            if (members.optional("limit") != null) {
                members.refuse(
                        "limit",
                        "says how much to pull: say from where with cursor, null for the start");
            }
            return null;
        }
        JsonNode cursor = members.optional("cursor");
        if (cursor != null && !cursor.isString()) {
            members.refuse("cursor", "must be a string, or null for the start");
            return null;
        }
        return new SyncRequest.Pull(
                cursor == null ? null : cursor.stringValue(),
                limit == null ? SyncRequest.LIMIT_DEFAULT : limit.intValue());
    }

    private List<Change> changes(@Nullable JsonNode value) {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ArrayNode array)) {
            violations.add("/changes", "must be an array");
            return List.of();
        }
        if (array.size() > SyncRequest.CHANGES_MAX) {
            violations.add(
                    "/changes",
                    "has %d changes; at most %d are allowed"
                            .formatted(array.size(), SyncRequest.CHANGES_MAX));
            return List.of();
        }
        List<Change> changes = new ArrayList<>(array.size());
        for (int i = 0; i < array.size() && !violations.isFull(); i++) {
            Change change = change(array.get(i), Pointer.to("/changes", i));
            if (change != null) {
                changes.add(change);
            }
        }
        return changes;
    }

    private @Nullable Change change(JsonNode value, String pointer) {
        if (!(value instanceof ObjectNode object)) {
            violations.add(pointer, "must be an object");
            return null;
        }
        Members members = new Members(object, pointer, violations);
        members.allowOnly(CHANGE_MEMBERS);
        UUID changeId = changeId(members);
        String type =
                members.text(
                        "type",
                        text -> EntityKey.TYPE.matcher(text).matches(),
                        "must match " + EntityKey.TYPE);
        String id = members.text("id", EntityKey.ID_MAX);
        Op op = members.choice("op", members.required("op"), Op.values());
        JsonObject data = op == null ? null : data(op, members);
        Long baseVersion = members.integer("baseVersion", 0, Members.INTEGER_MAX);
        Long modifiedAt = members.integer("modifiedAt", 0, Members.INTEGER_MAX);
        OnConflict onConflict =
                members.choice("onConflict", members.optional("onConflict"), OnConflict.values());
        if (changeId == null
                || type == null
                || id == null
                || op == null
                || (op != Op.DELETE && data == null)) {
            return null;
        }
        return new Change(
                changeId,
                type,
                id,
                op,
                data,
                baseVersion,
                modifiedAt == null ? receivedAt : modifiedAt,
                onConflict);
    }

    private @Nullable UUID changeId(Members members) {
        String text =
                members.text(
                        "changeId",
                        candidate -> UUID_FORM.matcher(candidate).matches(),
                        "must be a UUID, such as 0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e");
        if (text == null) {
            return null;
        }
        UUID changeId = UUID.fromString(text);
        String first = changeIds.putIfAbsent(changeId, members.pointer());
        if (first != null) {
            members.refuse("changeId", "is also that of " + first + ": each change has its own");
        }
        return changeId;
    }

    private @Nullable JsonObject data(Op op, Members members) {
        return switch (op) {
            case DELETE -> {
                if (members.optional("data") != null) {
                    members.refuse("data", "must be absent: a delete has none");
                }
                yield null;
            }
            case PUT, PATCH -> {
                JsonNode data = members.required("data");
                yield data == null
                        ? null
                        : StrictJson.dataOf(
                                data, Pointer.to(members.pointer(), "data"), violations);
            }
        };
    }
}
