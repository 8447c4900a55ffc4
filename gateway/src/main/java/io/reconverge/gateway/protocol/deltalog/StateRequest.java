package io.reconverge.gateway.protocol.deltalog;

import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.gateway.protocol.IsoTime;
import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Members;
import io.reconverge.wire.Op;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Whole entries and goals, as Mirubato's first protocol sends them, and as a dump holds them:
/// `{"entries": […], "goals": […]}`, or that within `changes` or `entities`. Each has an `id`; one
/// with `deletedAt` is deleted. It was last changed at its `deletedAt`, `updatedAt` or `createdAt`.
final class StateRequest {

    private static final List<String> WRAPPERS = List.of("changes", "entities");
    private static final List<String> TIMES = List.of("deletedAt", "updatedAt", "createdAt");

    private StateRequest() {}

    /// One of a list.
    ///
    /// @param ordinal its place in the request
    /// @param modifiedAt null when it does not say
    record State(Kind kind, String id, int ordinal, ObjectNode object, @Nullable Long modifiedAt) {

        boolean deleted() {
            JsonNode deletedAt = object.path("deletedAt");
            return deletedAt.isString()
                    ? !deletedAt.stringValue().isEmpty()
                    : deletedAt.isNumber() || deletedAt.asBoolean(false);
        }
    }

    /// @param receivedAt when a state was made that does not say so
    /// @param changeId what identifies the edit that a state is of
    /// @throws InvalidDocument when the envelope is not as above
    static List<Sent> read(byte[] body, long receivedAt, Function<State, UUID> changeId) {
        Violations violations = new Violations();
        Members members = Members.ofDocument(body, violations);
        for (String wrapper : WRAPPERS) {
            if (members.object().get(wrapper) instanceof ObjectNode inner) {
                members = new Members(inner, "/" + wrapper, violations);
            } else if (members.has(wrapper)) {
                members.refuse(wrapper, "must be an object");
            }
        }
        List<State> states = new ArrayList<>();
        states(members, "entries", Kind.ENTRY, states);
        states(members, "goals", Kind.GOAL, states);
        violations.throwIfAny();
        return states.stream().map(state -> sent(state, receivedAt, changeId)).toList();
    }

    private static void states(Members members, String list, Kind kind, List<State> states) {
        JsonNode sent = members.optional(list);
        if (sent == null) {
            return;
        }
        if (!(sent instanceof ArrayNode array)) {
            members.refuse(list, "must be an array");
            return;
        }
        for (int i = 0; i < array.size(); i++) {
            String pointer = members.pointer() + "/" + list + "/" + i;
            if (array.get(i) instanceof ObjectNode object) {
                Members state = new Members(object, pointer, members.violations());
                String id = state.text("id", EntityKey.ID_MAX);
                if (id != null) {
                    states.add(new State(kind, id, i, object, modifiedAt(object)));
                }
            } else {
                members.violations().add(pointer, "must be an object");
            }
        }
    }

    private static Sent sent(State state, long receivedAt, Function<State, UUID> changeId) {
        UUID id = changeId.apply(state);
        JsonObject data = null;
        if (!state.deleted()) {
            Violations violations = new Violations();
            data = StrictJson.dataOf(state.object(), "", violations);
            try {
                violations.throwIfAny();
            } catch (InvalidDocument unfit) {
                return new Sent.Unfit(
                        id.toString(), state.kind(), state.id(), "data" + unfit.getMessage());
            }
        }
        Long modifiedAt = state.modifiedAt();
        return new Sent.Writable(
                id.toString(),
                state.kind(),
                new Change(
                        id,
                        state.kind().type(),
                        state.id(),
                        data == null ? Op.DELETE : Op.PUT,
                        data,
                        null,
                        modifiedAt == null ? receivedAt : modifiedAt,
                        null));
    }

    /// Of a push under a key: the same key is the same push.
    static UUID keyed(String key, State state) {
        return DerivedIds.of(
                "deltalog-keyed", key, state.kind().word(), state.id(), "" + state.ordinal());
    }

    /// Of a push without a key: a state that says when it was made is the same edit each time; one
    /// that does not may have been made again.
    static UUID pushed(String deviceId, State state) {
        return state.modifiedAt() == null
                ? UUID.randomUUID()
                : DerivedIds.of(
                        "deltalog-push",
                        deviceId,
                        state.kind().word(),
                        state.id(),
                        state.object().toString());
    }

    /// Of a dump: the same state is converted once.
    static UUID dumped(State state) {
        return DerivedIds.of(
                "deltalog-dump", state.kind().word(), state.id(), state.object().toString());
    }

    private static @Nullable Long modifiedAt(ObjectNode object) {
        for (String name : TIMES) {
            Long time = IsoTime.millis(object.get(name));
            if (time != null) {
                return time;
            }
        }
        return null;
    }
}
