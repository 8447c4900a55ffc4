package io.reconverge.gateway.protocol.spaces;

import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.gateway.protocol.IsoTime;
import io.reconverge.gateway.protocol.spaces.Standing.Place;
import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.MergePatch;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.Role;
import io.reconverge.wire.SpaceId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes steps of edits, one after the other: an edit may be of what one before it made.
///
/// A space of the app is a shared space of Reconverge from the beginning, so that people can be let
/// in later. Its categories and items are in it; those of no space are in the user's own.
final class Planner {

    private final String subject;
    private final String deviceId;
    private final long now;
    private final Standing standing;
    private final Map<UUID, String> roles;

    /// @param now when an edit was made that does not say so, epoch milliseconds
    /// @param standing of the keys that [#keys] names
    /// @param roles of the user in the spaces where they are
    Planner(String subject, String deviceId, long now, Standing standing, Map<UUID, String> roles) {
        this.roles = Map.copyOf(roles);
        this.subject = subject;
        this.deviceId = deviceId;
        this.now = now;
        this.standing = standing;
    }

    /// What has to be known of to plan these.
    static List<EntityKey> keys(List<Edit> edits) {
        return edits.stream()
                .filter(Edit.Understood.class::isInstance)
                .map(Edit.Understood.class::cast)
                .flatMap(edit ->
                        Stream.concat(
                                Stream.of(edit.key()),
                                Stream.concat(
                                        reference(edit, "spaceLocalId", Kind.SPACE),
                                        reference(edit, "categoryLocalId", Kind.CATEGORY))))
                .distinct()
                .toList();
    }

    private static Stream<EntityKey> reference(Edit.Understood edit, String member, Kind kind) {
        String name = name(edit.data(), member);
        return name == null ? Stream.empty() : Stream.of(kind.key(name));
    }

    /// One step an edit. Spaces come first, then categories, so that what is in them finds them,
    /// wherever in the request it stands.
    List<Step> plan(List<Edit> edits) {
        Step[] steps = new Step[edits.size()];
        for (Kind kind : Kind.values()) {
            for (int i = 0; i < steps.length; i++) {
                if (!(edits.get(i) instanceof Edit.Understood edit) || edit.kind() == kind) {
                    steps[i] = step(edits.get(i));
                }
            }
        }
        return List.of(steps);
    }

    private Step step(Edit edit) {
        return switch (edit) {
            case Edit.Garbled garbled -> new Step.Refused(garbled, garbled.error());
            case Edit.Understood understood ->
                    switch (understood.operation()) {
                        case CREATE -> create(understood);
                        case UPDATE -> update(understood);
                        case DELETE -> delete(understood);
                    };
        };
    }

    private Step create(Edit.Understood edit) {
        String fault = fault(edit);
        if (fault != null) {
            return new Step.Refused(edit, fault);
        }
        Place before = standing.of(edit.key());
        Place living = before == null || before.data() == null ? null : before;
        UUID founding = Preference.founding(edit.localId());
        UUID space =
                living != null
                        ? living.space()
                        : edit.kind() == Kind.SPACE
                                ? SpaceId.shared(subject, founding)
                                : home(edit.data()).orElse(SpaceId.personal(subject));
        String serverId =
                living != null
                        ? living.serverId()
                        : Shown.serverId(edit.kind(), space, edit.localId(), null);
        UUID changeId = edit.changeId(deviceId);
        ObjectNode data = members(edit, null);
        data.put("localId", edit.localId());
        data.put("serverId", serverId);
        data.put("userId", subject);
        data.put("createdAt", IsoTime.of(modifiedAt(edit)));
        JsonObject whole = JsonObject.of(data);
        Step.Sharing sharing =
                edit.kind() == Kind.SPACE && space.equals(SpaceId.shared(subject, founding))
                        ? new Step.Sharing(living == null ? founding : null, listed(edit))
                        : null;
        if (living == null) {
            standing.put(edit.key(), space, serverId, whole);
        }
        return new Step.Write(
                edit,
                space,
                serverId,
                change(edit, changeId, Op.PUT, whole, 0L),
                sharing,
                List.of());
    }

    private Step update(Edit.Understood edit) {
        Place before = standing.of(edit.key());
        if (before == null) {
            return unknown(edit, edit.kind(), edit.localId());
        }
        JsonObject data = before.data();
        if (data == null) {
            return new Step.Idle(edit, before.serverId(), before.tombstone());
        }
        String fault = fault(edit);
        if (fault != null) {
            return new Step.Refused(edit, fault);
        }
        UUID changeId = edit.changeId(deviceId);
        JsonObject patch = JsonObject.of(members(edit, data.tree()));
        JsonObject after = JsonObject.of(MergePatch.apply(data.tree(), patch.tree()));
        UUID goes = edit.kind() == Kind.SPACE ? before.space() : goesTo(edit.data(), before);
        standing.put(edit.key(), goes, before.serverId(), after);
        if (!goes.equals(before.space())) {
            return isViewer(before.space())
                    ? new Step.Refused(edit, "A viewer cannot move what is in the space.")
                    : move(edit, before, goes, changeId, after);
        }
        Map<String, Role> listed = edit.kind() == Kind.SPACE ? listed(edit) : null;
        if (listed != null && !isOwner(before.space())) {
            if (!listed.equals(Collaborators.members(data.tree()))) {
                return new Step.Refused(edit, "Only an owner says who shares a space.");
            }
            listed = null;
        }
        return new Step.Write(
                edit,
                before.space(),
                before.serverId(),
                change(edit, changeId, Op.PATCH, patch, null),
                listed == null ? null : new Step.Sharing(null, listed),
                namesPlace(edit.data())
                        ? removals(edit, before.serverId(), goes, null, changeId)
                        : List.of());
    }

    private static @Nullable Map<String, Role> listed(Edit.Understood edit) {
        return edit.data().has(Collaborators.MEMBER) ? Collaborators.members(edit.data()) : null;
    }

    /// A space that this request founds is not among those known.
    private boolean isOwner(UUID space) {
        return roles.getOrDefault(space, Role.OWNER.text()).equals(Role.OWNER.text());
    }

    /// It is written whole where it goes, and then deleted where it was.
    private Step move(
            Edit.Understood edit, Place before, UUID goes, UUID changeId, JsonObject after) {
        ObjectNode whole = after.tree().deepCopy();
        whole.put("serverId", before.serverId());
        return new Step.Write(
                edit,
                goes,
                before.serverId(),
                change(edit, changeId, Op.PUT, JsonObject.of(whole), null),
                null,
                removals(edit, before.serverId(), goes, before.space(), changeId));
    }

    /// From every space but the one where it stays.
    ///
    /// @param from where it moves from; null when it does not move
    private List<Step.Removal> removals(
            Edit.Understood edit, String serverId, UUID stays, @Nullable UUID from, UUID changeId) {
        return Stream.concat(
                        Stream.ofNullable(from),
                        standing.copies(edit.key(), serverId, stays).stream().map(Place::space))
                .distinct()
                .map(space ->
                        new Step.Removal(
                                space,
                                change(
                                        edit,
                                        DerivedIds.of(
                                                "spaces-moved",
                                                changeId.toString(),
                                                space.toString()),
                                        Op.DELETE,
                                        null,
                                        null),
                                space.equals(from)))
                .toList();
    }

    private boolean isViewer(UUID space) {
        return Role.VIEWER.text().equals(roles.get(space));
    }

    private Step delete(Edit.Understood edit) {
        Place before = standing.of(edit.key());
        if (before == null || before.data() == null) {
            return new Step.Idle(edit, before == null ? null : before.serverId(), null);
        }
        standing.put(edit.key(), before.space(), before.serverId(), null);
        UUID changeId = edit.changeId(deviceId);
        return new Step.Write(
                edit,
                before.space(),
                before.serverId(),
                change(edit, changeId, Op.DELETE, null, null),
                null,
                removals(edit, before.serverId(), before.space(), null, changeId));
    }

    private Change change(
            Edit.Understood edit,
            UUID changeId,
            Op op,
            @Nullable JsonObject data,
            @Nullable Long base) {
        return new Change(
                changeId,
                edit.kind().type(),
                edit.localId(),
                op,
                data,
                base,
                modifiedAt(edit),
                base == null ? null : OnConflict.REJECT);
    }

    private long modifiedAt(Edit.Understood edit) {
        Long timestamp = edit.timestamp();
        return timestamp == null ? now : timestamp;
    }

    /// The members as they are kept.
    ///
    /// @param before null of what is created
    private ObjectNode members(Edit.Understood edit, @Nullable ObjectNode before) {
        ObjectNode data = edit.data().deepCopy();
        data.put("updatedAt", IsoTime.of(modifiedAt(edit)));
        if (edit.kind() == Kind.ITEM) {
            complete(data, before);
            String category = name(data, "categoryLocalId");
            Place found = category == null ? null : standing.of(Kind.CATEGORY.key(category));
            if (found != null) {
                data.put("categoryId", found.serverId());
            }
        }
        return data;
    }

    /// Who completed an item says the server. One that was completed stays completed by whom it
    /// was.
    private void complete(ObjectNode data, @Nullable ObjectNode before) {
        JsonNode completed = data.get("isCompleted");
        if (completed == null || !completed.isBoolean()) {
            return;
        }
        if (!completed.booleanValue()) {
            if (before != null) {
                data.putNull("completedBy");
            }
            return;
        }
        ObjectNode by = data.objectNode().put("userId", subject).put("deviceId", deviceId);
        boolean was = before != null && before.path("isCompleted").asBoolean(false);
        JsonNode whose = before == null ? null : before.get("completedBy");
        if (!was || by.equals(whose)) {
            data.set("completedBy", by);
        }
    }

    /// Why an edit cannot be made, null when it can.
    private @Nullable String fault(Edit.Understood edit) {
        if (edit.kind() == Kind.SPACE) {
            return Collaborators.fault(edit.data());
        }
        String space = name(edit.data(), "spaceLocalId");
        return space != null
                        && standing.of(Kind.SPACE.key(space)) == null
                        && uuid(edit.data(), "spaceId") == null
                ? notFound(Kind.SPACE, space)
                : null;
    }

    private static Step unknown(Edit edit, Kind kind, String localId) {
        return new Step.Refused(edit, notFound(kind, localId));
    }

    private static String notFound(Kind kind, String localId) {
        return "Entity not found: " + kind.word() + " with localId " + localId;
    }

    /// The space that data name, or else that of their category.
    private Optional<UUID> home(ObjectNode data) {
        String local = name(data, "spaceLocalId");
        Place space = local == null ? null : standing.of(Kind.SPACE.key(local));
        if (space != null) {
            return Optional.of(space.space());
        }
        UUID named = uuid(data, "spaceId");
        if (named != null) {
            return Optional.of(named);
        }
        String category = name(data, "categoryLocalId");
        return Optional.ofNullable(
                        category == null ? null : standing.of(Kind.CATEGORY.key(category)))
                .map(Place::space);
    }

    /// Where an update leaves its entity: where it is, unless it says otherwise.
    private UUID goesTo(ObjectNode data, Place before) {
        if (!namesPlace(data)) {
            return before.space();
        }
        boolean named = name(data, "spaceLocalId") != null || uuid(data, "spaceId") != null;
        return named ? home(data).orElse(before.space()) : SpaceId.personal(subject);
    }

    private static boolean namesPlace(ObjectNode data) {
        return data.has("spaceLocalId") || data.has("spaceId");
    }

    private static @Nullable String name(ObjectNode data, String member) {
        JsonNode value = data.get(member);
        if (value == null || !value.isString() || value.stringValue().isEmpty()) {
            return null;
        }
        String name = value.stringValue();
        return name.codePointCount(0, name.length()) > EntityKey.ID_MAX ? null : name;
    }

    private static @Nullable UUID uuid(ObjectNode data, String member) {
        String text = name(data, member);
        if (text == null) {
            return null;
        }
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }
}
