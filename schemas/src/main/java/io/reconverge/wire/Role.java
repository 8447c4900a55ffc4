package io.reconverge.wire;

import java.util.Locale;
import java.util.Optional;

/// What a member of a shared space may do there.
public enum Role {
    /// Reads, writes, and says who is a member. A space has one at least.
    OWNER,
    /// Reads and writes.
    EDITOR,
    /// Reads.
    VIEWER;

    /// As JSON has it.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Empty when it is none.
    public static Optional<Role> of(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    public boolean mayWrite() {
        return this != VIEWER;
    }
}
