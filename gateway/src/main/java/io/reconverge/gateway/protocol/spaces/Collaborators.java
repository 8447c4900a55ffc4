package io.reconverge.gateway.protocol.spaces;

import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.gateway.protocol.spaces.Step.Membership;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The list of who works on a space, as its data has it, and what follows from its changes: those
/// with a `userId` are members of the space; those who are invited by e-mail are only listed.
final class Collaborators {

    static final String MEMBER = "collaborators";

    private Collaborators() {}

    /// A role that is none; null when all are.
    static @Nullable String fault(JsonNode data) {
        for (JsonNode one : data.path(MEMBER)) {
            String userId = one.path("userId").asString("");
            if (userId.codePointCount(0, userId.length()) > EntityKey.ID_MAX) {
                return "collaborators: userId is too long";
            }
            if (one.has("role") && role(one).isEmpty()) {
                return "collaborators: role must be owner, editor or viewer";
            }
        }
        return null;
    }

    /// What makes members of the list, and of those who are not on it none.
    ///
    /// @param listed the list as it stands
    /// @param real who are members now
    /// @param spared of whom nothing is said: who changes the list, and who founded the space
    static List<Membership> changes(
            Map<String, Role> listed, Map<String, Role> real, Set<String> spared, UUID changeId) {
        List<Membership> changes = new ArrayList<>();
        listed.forEach((userId, role) -> {
            if (!spared.contains(userId) && role != real.get(userId)) {
                changes.add(membership(changeId, userId, role));
            }
        });
        real.keySet().stream()
                .filter(userId -> !spared.contains(userId) && !listed.containsKey(userId))
                .forEach(userId -> changes.add(membership(changeId, userId, null)));
        return changes;
    }

    private static Membership membership(UUID changeId, String userId, @Nullable Role role) {
        return new Membership(
                DerivedIds.of(
                        "spaces-member",
                        changeId.toString(),
                        userId,
                        role == null ? "" : role.text()),
                userId,
                role);
    }

    /// Those who are to be members.
    static Map<String, Role> members(JsonNode data) {
        Map<String, Role> members = new LinkedHashMap<>();
        for (JsonNode one : data.path(MEMBER)) {
            String userId = one.path("userId").asString("");
            if (!userId.isEmpty()) {
                members.put(userId, role(one).orElse(Role.VIEWER));
            }
        }
        return members;
    }

    private static Optional<Role> role(JsonNode collaborator) {
        return Role.of(collaborator.path("role").asString(Role.VIEWER.text()));
    }
}
