package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Members;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.Violations;
import io.reconverge.wire.WireJson;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes writes of requests for one note or journal. Pure, but for random ids of deletions that say
/// nothing by which a resend could be told from a new one.
///
/// An upload replaces the members that this protocol knows, and leaves alone others that `/v1`
/// clients gave; an update replaces those it gives. Both are patches, so that with no version said
/// each member goes to the newer `lastUpdated`.
final class RecordReader {

    private static final String NOT_YOURS = "The user that the body names is not who sends it.";

    private final Schemas schemas;

    RecordReader(Schemas schemas) {
        this.schemas = schemas;
    }

    /// @throws io.reconverge.wire.InvalidDocument with all that is wrong
    /// @throws ProblemException `not-a-member` when the body names another user
    RecordWrite upload(Kind kind, byte[] body, Sender sender) {
        Violations violations = new Violations();
        Members members = members(body, sender, violations);
        String id = members.text("id", EntityKey.ID_MAX);
        Long createdAt = time(members, Kind.CREATED_AT);
        Long lastUpdated = time(members, Kind.LAST_UPDATED);
        ObjectNode given = given(kind, members);
        schemas.check(kind.type(), data(given, violations))
                .forEach(wrong -> violations.add(wrong.pointer(), wrong.message()));
        Long base = KnownVersion.of(members, false);
        String device = SenderDevice.of(members, sender.deviceId());
        violations.throwIfAny();
        ObjectNode patch = WireJson.MAPPER.createObjectNode();
        kind.members().forEach(name -> patch.set(name, orNull(given.get(name))));
        patch.put(Kind.CREATED_AT, value(createdAt)).put(Kind.LAST_UPDATED, value(lastUpdated));
        return edit(kind, "upload", value(id), device, patch, base, value(lastUpdated), null);
    }

    /// Members that are null or absent stay as they are.
    ///
    /// @throws io.reconverge.wire.InvalidDocument with all that is wrong
    /// @throws ProblemException `not-a-member` when the body names another user
    RecordWrite update(Kind kind, String id, byte[] body, Sender sender) {
        Violations violations = new Violations();
        Members members = members(body, sender, violations);
        Long lastUpdated = time(members, Kind.LAST_UPDATED);
        ObjectNode patch = given(kind, members);
        ObjectNode whole = patch.deepCopy();
        kind.defaults().forEach(whole::putIfAbsent);
        schemas.check(kind.type(), data(whole, violations))
                .forEach(wrong -> violations.add(wrong.pointer(), wrong.message()));
        Long base = KnownVersion.of(members, true);
        String device = SenderDevice.of(members, sender.deviceId());
        violations.throwIfAny();
        patch.put(Kind.LAST_UPDATED, value(lastUpdated));
        whole.put(Kind.CREATED_AT, value(lastUpdated)).put(Kind.LAST_UPDATED, value(lastUpdated));
        return edit(kind, "update", id, device, patch, base, value(lastUpdated), whole);
    }

    /// @param body empty, or an object with `deviceId`, `deletedAt` and a version, each optional
    /// @throws io.reconverge.wire.InvalidDocument with all that is wrong
    /// @throws ProblemException `not-a-member` when the body names another user
    RecordWrite delete(Kind kind, String id, byte[] body, Sender sender) {
        Violations violations = new Violations();
        Members members =
                body.length == 0
                        ? new Members(WireJson.MAPPER.createObjectNode(), "", violations)
                        : members(body, sender, violations);
        Long deletedAt = members.integer("deletedAt", 0, Members.INTEGER_MAX);
        Long base = KnownVersion.of(members, true);
        String device = SenderDevice.of(members, sender.deviceId());
        violations.throwIfAny();
        boolean byArrival = deletedAt == null && base == null;
        UUID changeId =
                byArrival
                        ? UUID.randomUUID()
                        : DerivedIds.of(
                                Logdate.PROTOCOL,
                                "delete",
                                kind.type(),
                                id,
                                device,
                                String.valueOf(base),
                                String.valueOf(deletedAt));
        Change change =
                new Change(
                        changeId,
                        kind.type(),
                        id,
                        Op.DELETE,
                        null,
                        base,
                        deletedAt == null ? sender.now() : deletedAt,
                        base == null ? null : OnConflict.REJECT);
        return new RecordWrite(kind, "delete", device, change, null, byArrival);
    }

    /// @param whole what to create where there is nothing to patch, null when the patch itself does
    private static RecordWrite edit(
            Kind kind,
            String operation,
            String id,
            String device,
            ObjectNode patch,
            @Nullable Long base,
            long modifiedAt,
            @Nullable ObjectNode whole) {
        UUID changeId =
                DerivedIds.of(
                        Logdate.PROTOCOL,
                        operation,
                        kind.type(),
                        id,
                        device,
                        String.valueOf(base),
                        WireJson.MAPPER.writeValueAsString(patch));
        Change change =
                new Change(
                        changeId,
                        kind.type(),
                        id,
                        Op.PATCH,
                        JsonObject.of(patch),
                        base,
                        modifiedAt,
                        base == null ? null : OnConflict.REJECT);
        Change creation =
                whole == null
                        ? null
                        : new Change(
                                RecordWrite.again(changeId, "creation"),
                                kind.type(),
                                id,
                                Op.PUT,
                                JsonObject.of(whole),
                                0L,
                                modifiedAt,
                                OnConflict.REJECT);
        return new RecordWrite(kind, operation, device, change, creation, false);
    }

    private static Members members(byte[] body, Sender sender, Violations violations) {
        Members members = Members.ofDocument(body, violations);
        JsonNode user = members.optional("userId");
        if (user != null && !(user.isString() && user.stringValue().equals(sender.subject()))) {
            throw new ProblemException(ProblemType.NOT_A_MEMBER, NOT_YOURS);
        }
        return members;
    }

    /// The members that have a value.
    private static ObjectNode given(Kind kind, Members members) {
        ObjectNode given = WireJson.MAPPER.createObjectNode();
        for (String name : kind.members()) {
            JsonNode value = members.optional(name);
            if (value != null) {
                given.set(name, value);
            }
        }
        return given;
    }

    private static JsonObject data(ObjectNode given, Violations violations) {
        return StrictJson.dataOf(given, "", violations);
    }

    private static JsonNode orNull(@Nullable JsonNode value) {
        return value == null ? WireJson.MAPPER.nullNode() : value;
    }

    private static @Nullable Long time(Members members, String name) {
        if (members.optional(name) == null) {
            members.violations().add(members.pointer(), name + " is required");
        }
        return members.integer(name, 0, Members.INTEGER_MAX);
    }

    /// Of what is there since there were no violations.
    private static <T> T value(@Nullable T value) {
        return Objects.requireNonNull(value);
    }
}
