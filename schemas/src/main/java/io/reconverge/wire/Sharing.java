package io.reconverge.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How it is written down who shares a space: as entities, whose changes are in the space's log
/// like all others. The service alone writes them, as its API of spaces says.
public final class Sharing {

    /// In a shared space, an entity for each member: its id is the member's `sub`, its data has a
    /// `role`. These are the truth.
    public static final String MEMBER = "member";

    /// In a person's own space, an entity for each shared space that they are a member of: its id
    /// is the space's. It follows the truth, so that the person's devices hear of it.
    public static final String MEMBERSHIP = "membership";

    /// A change of this type, a delete with the space's id for its own, takes all of the space
    /// away.
    public static final String ERASURE = "erasure";

    /// What a shared space is called, and whatever else its members want to say of it: an ordinary
    /// entity of this type, whose id is the space's.
    public static final String SPACE = "space";

    /// The types that clients cannot write.
    public static final Set<String> RESERVED = Set.of(MEMBER, MEMBERSHIP, ERASURE);

    /// Members that a space may have.
    public static final int MEMBERS_MAX = 1_000;

    private Sharing() {}

    /// The data of a member or a membership.
    public static JsonObject roleData(Role role) {
        return JsonObject.of(WireJson.MAPPER.createObjectNode().put("role", role.text()));
    }

    /// What such data say; empty where they say nothing.
    ///
    /// @param data null of a tombstone
    public static Optional<Role> roleIn(@Nullable JsonObject data) {
        if (data == null) {
            return Optional.empty();
        }
        JsonNode role = data.tree().get("role");
        return role == null || !role.isString() ? Optional.empty() : Role.of(role.stringValue());
    }

    /// What a member's own space is told when the log of a shared one says that they are a member
    /// now, with another role, or no longer. The same of the same, so it may be sent more than
    /// once.
    ///
    /// @param version of the log row in `space`
    /// @param role null: no longer a member
    /// @param at when that was committed there, epoch milliseconds
    public static WriteRecord told(
            UUID space, long version, String member, @Nullable Role role, long at) {
        UUID own = SpaceId.personal(member);
        UUID id =
                UUID.nameUUIDFromBytes(
                        ("reconverge:membership:" + space + "/" + version + "/" + member)
                                .getBytes(StandardCharsets.UTF_8));
        Change change =
                new Change(
                        id,
                        MEMBERSHIP,
                        space.toString(),
                        role == null ? Op.DELETE : Op.PUT,
                        role == null ? null : roleData(role),
                        null,
                        at,
                        null);
        return new WriteRecord(id, own, member, "", false, at, List.of(change));
    }
}
