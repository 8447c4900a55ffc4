package io.reconverge.gateway.protocol.spaces;

import io.reconverge.wire.Change;
import io.reconverge.wire.Role;
import io.reconverge.wire.TimedEntity;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is to be done about an edit.
sealed interface Step {

    /// Nothing: it cannot be made.
    record Refused(Edit edit, String error) implements Step {}

    /// Nothing: what it wants is so already, or was deleted before it.
    ///
    /// @param serverId null of what was never there
    /// @param tombstone what it would have changed, where that is why
    record Idle(Edit.Understood edit, @Nullable String serverId, @Nullable TimedEntity tombstone)
            implements Step {}

    /// A change of an entity of one of the caller's spaces.
    ///
    /// @param sharing who shares the space from then on; null where nothing of that is said
    /// @param removals of the entity from where else it is, once this is written
    record Write(
            Edit.Understood edit,
            UUID space,
            String serverId,
            Change change,
            @Nullable Sharing sharing,
            List<Removal> removals)
            implements Step {

        public Write {
            removals = List.copyOf(removals);
        }
    }

    /// Who shares a space.
    ///
    /// @param founds null when the space is there; else the id of the change that makes it
    /// @param members what the edit says, which counts once it stands; null where it says nothing
    record Sharing(@Nullable UUID founds, @Nullable Map<String, Role> members) {}

    /// What somebody may do there.
    ///
    /// @param role null: no longer a member
    record Membership(UUID changeId, String userId, @Nullable Role role) {}

    /// @param counts whether the edit is not done without it: it is from there that something
    ///   moves, and not a copy that was left behind
    record Removal(UUID space, Change change, boolean counts) {}
}
