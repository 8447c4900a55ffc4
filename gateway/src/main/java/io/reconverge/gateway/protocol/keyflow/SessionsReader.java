package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Members;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.Violation;
import io.reconverge.wire.Violations;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads sessions in each form that KeyFlow's documents and code have: `{"sessions": […]}`,
/// `{"operations": […]}`, an array, or one bare session; their fields beside `id`, or nested under
/// `data`; entries of the app's queue too.
///
/// Beside its fields a session, or the request for all of them, may have `strategy` and `override`
/// ([Rule]); a session `baseLastModified`, the `lastModified` that its edit began with, and
/// `deleted`.
final class SessionsReader {

    private static final String DATA = "data";
    private static final String SESSION_ID = "sessionId";
    private static final String BASE = "baseLastModified";
    private static final String DELETED = "deleted";
    private static final int ENVELOPE_DEPTH = 4;

    /// What is said of a session, and is none of its fields.
    private static final Set<String> NO_FIELDS =
            Set.of(
                    Keyflow.ID,
                    SESSION_ID,
                    DATA,
                    BASE,
                    DELETED,
                    "strategy",
                    "override",
                    "deviceId",
                    "resolved",
                    "remoteTimestamp");

    private final Function<JsonObject, List<Violation>> schema;

    /// @param schema what is wrong with a session's fields
    SessionsReader(Function<JsonObject, List<Violation>> schema) {
        this.schema = schema;
    }

    /// @param deviceId empty where the request names none
    record Request(String deviceId, List<Incoming> sessions) {}

    /// What a request says of all its sessions.
    private record Envelope(Rule rule, long time, boolean settles) {}

    /// @param ofHeaders the device that the headers name, empty for none
    /// @param now what a session was last modified at that says nothing, in a request that does not
    /// @throws InvalidDocument with all that is wrong
    Request sessions(byte[] body, String ofHeaders, long now) {
        return read(body, ofHeaders, now, false, List.of("sessions", "operations"));
    }

    /// What a person chose after a conflict: the chosen session, bare or under `resolved`, `data`
    /// or `session`; or several, under `resolutions`. `remoteTimestamp` is that of the conflict.
    ///
    /// @throws InvalidDocument with all that is wrong
    Request resolutions(byte[] body, String ofHeaders, long now) {
        return read(body, ofHeaders, now, true, List.of("resolutions", "sessions"));
    }

    private Request read(
            byte[] body, String ofHeaders, long now, boolean settles, List<String> lists) {
        Violations violations = new Violations();
        JsonNode root = StrictJson.parse(body, StrictJson.DEPTH_MAX + ENVELOPE_DEPTH);
        if (root instanceof ArrayNode array) {
            Rule rule = settles ? Rule.LOCAL : Rule.NEWEST;
            return new Request(
                    ofHeaders, all(array, "", new Envelope(rule, now, settles), violations));
        }
        if (!(root instanceof ObjectNode object)) {
            throw new InvalidDocument(
                    List.of(new Violation("", "must be an object, or an array of sessions")));
        }
        Members members = new Members(object, "", violations);
        String device = SenderDevice.of(members, ofHeaders);
        for (String list : lists) {
            JsonNode elements = members.optional(list);
            if (elements instanceof ArrayNode array) {
                Envelope envelope = envelope(members, now, settles);
                return new Request(device, all(array, "/" + list, envelope, violations));
            }
            if (elements != null) {
                members.refuse(list, "must be an array");
            }
        }
        violations.throwIfAny();
        Envelope alone = new Envelope(settles ? Rule.LOCAL : Rule.NEWEST, now, settles);
        @Nullable Incoming one = one(object, "", alone, violations);
        violations.throwIfAny();
        return new Request(device, List.of(Objects.requireNonNull(one)));
    }

    private static Envelope envelope(Members members, long now, boolean settles) {
        Rule rule = settles ? Rule.LOCAL : Rule.of(members, Rule.NEWEST);
        long named = time(members.object().get("clientTimestamp"), -1);
        return new Envelope(
                rule, named >= 0 ? named : time(members.object().get("timestamp"), now), settles);
    }

    private static long time(@Nullable JsonNode node, long otherwise) {
        return node != null
                        && node.isIntegralNumber()
                        && node.canConvertToLong()
                        && node.longValue() >= 0
                        && node.longValue() <= Members.INTEGER_MAX
                ? node.longValue()
                : otherwise;
    }

    private List<Incoming> all(
            ArrayNode elements, String pointer, Envelope envelope, Violations violations) {
        if (elements.size() > SyncRequest.CHANGES_MAX) {
            violations.add(pointer, "may have at most " + SyncRequest.CHANGES_MAX + " sessions");
            violations.throwIfAny();
        }
        List<Incoming> sessions = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < elements.size() && !violations.isFull(); i++) {
            String at = pointer + "/" + i;
            if (!(elements.get(i) instanceof ObjectNode element)) {
                violations.add(at, "must be an object");
                continue;
            }
            @Nullable Incoming session = one(element, at, envelope, violations);
            if (session != null) {
                sessions.add(ids.add(session.id()) ? session : session.afterOwn());
            }
        }
        violations.throwIfAny();
        return sessions;
    }

    /// Null when something is wrong with it.
    private @Nullable Incoming one(
            ObjectNode element, String pointer, Envelope envelope, Violations violations) {
        Members members = new Members(element, pointer, violations);
        @Nullable ObjectNode nested = nested(members);
        @Nullable String id = id(members, nested);
        Rule rule = envelope.settles() ? Rule.LOCAL : Rule.of(members, envelope.rule());
        Long seen = members.integer(BASE, 0, Members.INTEGER_MAX);
        if (seen == null && envelope.settles()) {
            seen = members.integer("remoteTimestamp", 0, Members.INTEGER_MAX);
        }
        boolean deletion = members.flag(DELETED);
        boolean queued = isQueued(element);
        ObjectNode data = fields(queued ? null : element, nested);
        long otherwise = queued ? time(element.get("timestamp"), envelope.time()) : envelope.time();
        if (!data.has(Keyflow.LAST_MODIFIED)) {
            data.put(Keyflow.LAST_MODIFIED, otherwise);
        }
        String at = queued ? pointer + "/" + DATA : pointer;
        Long lastModified =
                new Members(data, at, violations)
                        .integer(Keyflow.LAST_MODIFIED, 0, Members.INTEGER_MAX);
        if (!deletion) {
            check(data, at, violations);
        }
        return id == null || lastModified == null
                ? null
                : new Incoming(
                        id, deletion, data, lastModified, rule, seen, false, envelope.settles());
    }

    private void check(ObjectNode data, String pointer, Violations violations) {
        for (Violation wrong : schema.apply(StrictJson.dataOf(data, pointer, violations))) {
            // said already, with its bounds
            if (!wrong.pointer().equals("/" + Keyflow.LAST_MODIFIED)) {
                violations.add(pointer + wrong.pointer(), wrong.message());
            }
        }
    }

    /// An entry of the app's queue holds the session as its data, and has times and a state of its
    /// own.
    private static boolean isQueued(ObjectNode element) {
        return element.path("type").asString("").equals("sync_session") && element.has(DATA);
    }

    private static @Nullable ObjectNode nested(Members members) {
        for (String name : List.of(DATA, "resolved", "session")) {
            JsonNode value = members.optional(name);
            if (value instanceof ObjectNode object) {
                return object;
            }
            if (value != null && name.equals(DATA)) {
                members.refuse(DATA, "must be an object");
            }
        }
        return null;
    }

    private static @Nullable String id(Members members, @Nullable ObjectNode nested) {
        JsonNode beside = members.optional(Keyflow.ID);
        JsonNode alias = members.optional(SESSION_ID);
        JsonNode within = nested == null ? null : nested.get(Keyflow.ID);
        JsonNode named = nested == null ? null : nested.get(SESSION_ID);
        JsonNode id =
                beside != null ? beside : alias != null ? alias : within != null ? within : named;
        if (id == null) {
            members.violations().add(members.pointer(), "id is required");
            return null;
        }
        String text = id.isString() ? id.stringValue() : "";
        if (text.isEmpty() || text.codePointCount(0, text.length()) > EntityKey.ID_MAX) {
            members.refuse(
                    Keyflow.ID, "must be a string of 1 to " + EntityKey.ID_MAX + " characters");
            return null;
        }
        return text;
    }

    /// What stands beside counts before what is nested.
    private static ObjectNode fields(@Nullable ObjectNode element, @Nullable ObjectNode nested) {
        ObjectNode fields = WireJson.MAPPER.createObjectNode();
        for (ObjectNode from : new ObjectNode[] {nested, element}) {
            if (from == null) {
                continue;
            }
            for (var field : from.properties()) {
                if (!NO_FIELDS.contains(field.getKey()) && field.getValue() != nested) {
                    fields.set(field.getKey(), field.getValue());
                }
            }
        }
        return fields;
    }
}
