package io.reconverge.gateway.feed;

import static java.util.Objects.requireNonNull;

import io.reconverge.wire.Role;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The caller's spaces, their own first.
public record Spaces(List<Space> spaces) {

    public Spaces {
        spaces = List.copyOf(requireNonNull(spaces, "spaces"));
    }

    /// @param name null of a shared one without a name
    /// @param version its head
    /// @param members that it has
    public record Space(UUID id, @Nullable String name, String role, long version, long members) {

        public boolean isOwned() {
            return role.equals(Role.OWNER.text());
        }
    }

    /// Who shares one of them.
    public record Members(List<Member> members) {

        public Members {
            members = List.copyOf(requireNonNull(members, "members"));
        }
    }

    /// @param since the version at which this became so
    public record Member(String userId, String role, long since) {}
}
