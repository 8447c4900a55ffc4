package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.wire.Members;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What stands of a session that two have changed.
enum Rule {
    /// That of the later `lastModified`; what stands already where they are equal.
    NEWEST,
    /// Of each field that differs the one of the later `<field>Modified`, which is the session's
    /// `lastModified` where it has none; the sender's where they are equal.
    FIELDS,
    /// The sender's.
    LOCAL,
    /// What stands already.
    REMOTE;

    private static final String STRATEGY = "strategy";
    private static final String OVERRIDE = "override";

    /// Of the members `strategy` (`last-write-wins`, `field-level` or `user-override`) and, for the
    /// last of them, `override` (`local`, `remote` or `merge`).
    ///
    /// @param otherwise where there is no `strategy`
    static Rule of(Members members, Rule otherwise) {
        @Nullable JsonNode strategy = members.optional(STRATEGY);
        if (strategy == null) {
            return otherwise;
        }
        return switch (strategy.asString("")) {
            case "last-write-wins" -> NEWEST;
            case "field-level" -> FIELDS;
            case "user-override" -> ofOverride(members);
            default -> {
                members.refuse(STRATEGY, "must be last-write-wins, field-level or user-override");
                yield otherwise;
            }
        };
    }

    private static Rule ofOverride(Members members) {
        @Nullable JsonNode override = members.optional(OVERRIDE);
        return switch (override == null ? "" : override.asString("")) {
            case "local" -> LOCAL;
            case "remote" -> REMOTE;
            case "merge" -> FIELDS;
            default -> {
                members.refuse(OVERRIDE, "must be local, remote or merge");
                yield NEWEST;
            }
        };
    }
}
