package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Members;
import io.reconverge.wire.Op;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.Violations;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes changes of requests for associations: `{"associations": [{"journalId", "contentId",
/// "createdAt"} …]}`, up to 5,000.
final class AssociationReader {

    private static final String LIST = "associations";
    private static final int ID_MAX = 128;

    private AssociationReader() {}

    /// @param byArrival deletions that say no time
    /// @param sent what the request had, repetitions too
    record Batch(
            String deviceId, List<Change> changes, Set<EntityKey> byArrival, List<EntityKey> sent) {

        /// How many of what the request had stand, repetitions counted.
        long standing(Collection<EntityKey> lost) {
            return sent.stream().filter(key -> !lost.contains(key)).count();
        }
    }

    /// Without `createdAt` an association is of when it came.
    ///
    /// @throws io.reconverge.wire.InvalidDocument with all that is wrong
    static Batch upload(byte[] body, Sender sender) {
        return read(body, sender, Op.PUT);
    }

    /// With `deletedAt` a deletion is of that time, else of when it came.
    ///
    /// @throws io.reconverge.wire.InvalidDocument with all that is wrong
    static Batch delete(byte[] body, Sender sender) {
        return read(body, sender, Op.DELETE);
    }

    private static Batch read(byte[] body, Sender sender, Op op) {
        Violations violations = new Violations();
        Members members = Members.ofDocument(body, violations);
        String device = SenderDevice.of(members, sender.deviceId());
        Map<EntityKey, Change> changes = new LinkedHashMap<>();
        Set<EntityKey> byArrival = new HashSet<>();
        List<EntityKey> sent = new ArrayList<>();
        List<JsonNode> elements = elements(members);
        for (int i = 0; i < elements.size() && !violations.isFull(); i++) {
            String pointer = "/" + LIST + "/" + i;
            if (elements.get(i) instanceof ObjectNode element) {
                Members one = new Members(element, pointer, violations);
                Change change = change(one, device, sender, op);
                if (change != null) {
                    changes.put(change.key(), change);
                    sent.add(change.key());
                    if (op == Op.DELETE && one.optional("deletedAt") == null) {
                        byArrival.add(change.key());
                    }
                }
            } else {
                violations.add(pointer, "must be an object");
            }
        }
        violations.throwIfAny();
        return new Batch(
                device.isEmpty() ? deviceOfFirst(elements) : device,
                List.copyOf(changes.values()),
                byArrival,
                sent);
    }

    /// LogDate's clients name the device in each association, and it is the same in all.
    private static String deviceOfFirst(List<JsonNode> elements) {
        return elements.isEmpty() ? "" : elements.getFirst().path("deviceId").asString("");
    }

    private static List<JsonNode> elements(Members members) {
        JsonNode list = members.required(LIST);
        if (list == null) {
            return List.of();
        }
        if (!(list instanceof ArrayNode array)) {
            members.refuse(LIST, "must be an array");
            return List.of();
        }
        if (array.size() > SyncRequest.CHANGES_MAX) {
            members.refuse(LIST, "may have at most " + SyncRequest.CHANGES_MAX + " elements");
            return List.of();
        }
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    private static @Nullable Change change(Members one, String device, Sender sender, Op op) {
        String journalId = id(one, "journalId", id -> id.indexOf('/') < 0);
        String contentId = id(one, "contentId", id -> true);
        Long when =
                one.integer(
                        op == Op.DELETE ? "deletedAt" : Kind.CREATED_AT, 0, Members.INTEGER_MAX);
        // read for what may be wrong with it
        SenderDevice.of(one, device);
        if (journalId == null || contentId == null) {
            return null;
        }
        String id = journalId + "/" + contentId;
        if (id.codePointCount(0, id.length()) > EntityKey.ID_MAX) {
            one.violations()
                    .add(
                            one.pointer(),
                            "journalId and contentId may have "
                                    + (EntityKey.ID_MAX - 1)
                                    + " characters together");
            return null;
        }
        String operation = op == Op.DELETE ? "dissociate" : "associate";
        UUID changeId =
                when == null
                        ? UUID.randomUUID()
                        : DerivedIds.of(
                                Logdate.PROTOCOL, operation, id, device, Long.toString(when));
        return new Change(
                changeId,
                Logdate.ASSOCIATION,
                id,
                op == Op.DELETE ? Op.DELETE : Op.PUT,
                op == Op.DELETE ? null : data(journalId, contentId, when),
                null,
                when == null ? sender.now() : when,
                null);
    }

    private static JsonObject data(String journalId, String contentId, @Nullable Long createdAt) {
        ObjectNode data =
                WireJson.MAPPER
                        .createObjectNode()
                        .put("journalId", journalId)
                        .put("contentId", contentId);
        if (createdAt != null) {
            data.put(Kind.CREATED_AT, createdAt);
        }
        return JsonObject.of(data);
    }

    private static @Nullable String id(Members one, String name, Predicate<String> right) {
        return one.text(
                name,
                text ->
                        !text.isEmpty()
                                && text.codePointCount(0, text.length()) <= ID_MAX
                                && right.test(text),
                "must be a string of 1 to " + ID_MAX + " characters, in a journal's id no slash");
    }
}
