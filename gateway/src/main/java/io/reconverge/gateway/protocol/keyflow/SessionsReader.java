package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.wire.Change;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
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

    /// That a request may have one session: they are written one after the other.
    private static final int TIMES_MAX = 100;

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
    private final SingleReader singles;

    /// @param schema what is wrong with a session's fields
    SessionsReader(Function<JsonObject, List<Violation>> schema, SingleReader singles) {
        this.schema = schema;
        this.singles = singles;
    }

    /// @param deviceId empty where the request names none
    /// @param singles progress and settings that came among the sessions
    record Request(String deviceId, List<Incoming> sessions, List<Change> singles) {}

    /// What a request says of all its sessions.
    private record Envelope(Rule rule, long time, boolean settles, String device) {}

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
            return all(array, "", new Envelope(rule, now, settles, ofHeaders), violations);
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
                Envelope envelope = envelope(members, now, settles, device);
                return all(array, "/" + list, envelope, violations);
            }
            if (elements != null) {
                members.refuse(list, "must be an array");
            }
        }
        violations.throwIfAny();
        Envelope alone = new Envelope(settles ? Rule.LOCAL : Rule.NEWEST, now, settles, device);
        @Nullable Incoming one = one(object, "", alone, violations);
        violations.throwIfAny();
        return new Request(device, List.of(Objects.requireNonNull(one)), List.of());
    }

    private static Envelope envelope(Members members, long now, boolean settles, String device) {
        Rule rule = settles ? Rule.LOCAL : Rule.of(members, Rule.NEWEST);
        long named = time(members.object().get("clientTimestamp"), -1);
        return new Envelope(
                rule,
                named >= 0 ? named : time(members.object().get("timestamp"), now),
                settles,
                device);
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

    private Request all(
            ArrayNode elements, String pointer, Envelope envelope, Violations violations) {
        if (elements.size() > SyncRequest.CHANGES_MAX) {
            violations.add(pointer, "may have at most " + SyncRequest.CHANGES_MAX + " sessions");
            violations.throwIfAny();
        }
        List<Incoming> sessions = new ArrayList<>();
        List<Change> others = new ArrayList<>();
        Map<String, Integer> times = new HashMap<>();
        for (int i = 0; i < elements.size() && !violations.isFull(); i++) {
            String at = pointer + "/" + i;
            if (!(elements.get(i) instanceof ObjectNode element)) {
                violations.add(at, "must be an object");
                continue;
            }
            @Nullable Single single = single(element);
            if (single != null) {
                others.add(other(single, element, at, envelope, violations));
                continue;
            }
            @Nullable Incoming session = one(element, at, envelope, violations);
            if (session != null) {
                int time = times.merge(session.id(), 1, Integer::sum);
                if (time > TIMES_MAX) {
                    violations.add(at, "has a session for more than the " + TIMES_MAX + "th time");
                }
                sessions.add(time == 1 ? session : session.afterOwn());
            }
        }
        violations.throwIfAny();
        return new Request(envelope.device(), sessions, others);
    }

    /// The app's queue has progress and settings too, and its engine sends the data of whatever is
    /// next: progress is known by its `stats`.
    private static @Nullable Single single(ObjectNode element) {
        return switch (element.path("type").asString("")) {
            case "sync_progress" -> Single.PROGRESS;
            case "sync_settings" -> Single.SETTINGS;
            default ->
                    element.path("stats").isObject()
                                    && !element.has(Keyflow.ID)
                                    && !element.has(SESSION_ID)
                                    && !element.has(DATA)
                            ? Single.PROGRESS
                            : null;
        };
    }

    private Change other(
            Single single,
            ObjectNode element,
            String pointer,
            Envelope envelope,
            Violations violations) {
        boolean nested = element.get(DATA) instanceof ObjectNode;
        String at = nested ? pointer + "/" + DATA : pointer;
        ObjectNode patch =
                nested ? ((ObjectNode) element.get(DATA)).deepCopy() : element.deepCopy();
        @Nullable Long said =
                SingleReader.said(
                        new Members(element, pointer, violations),
                        new Members(patch, at, violations));
        return singles.change(
                single,
                patch,
                at,
                said == null ? Long.valueOf(envelope.time()) : said,
                envelope.time(),
                envelope.device(),
                violations);
    }

    /// Null when something is wrong with it.
    private @Nullable Incoming one(
            ObjectNode element, String pointer, Envelope envelope, Violations violations) {
        Members members = new Members(element, pointer, violations);
        @Nullable ObjectNode nested = nested(members);
        @Nullable String id = id(members, nested, isQueued(element));
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

    /// In an entry of the queue `id` is the entry's own, and the session's is within.
    private static @Nullable String id(
            Members members, @Nullable ObjectNode nested, boolean queued) {
        List<JsonNode> beside = ids(members.object());
        List<JsonNode> within = nested == null ? List.of() : ids(nested);
        JsonNode id =
                Stream.of(queued ? within : beside, queued ? beside : within)
                        .flatMap(List::stream)
                        .findFirst()
                        .orElse(null);
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

    private static List<JsonNode> ids(ObjectNode object) {
        return Stream.of(Keyflow.ID, SESSION_ID)
                .flatMap(name -> Stream.ofNullable(object.get(name)))
                .filter(id -> !id.isNull())
                .toList();
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
