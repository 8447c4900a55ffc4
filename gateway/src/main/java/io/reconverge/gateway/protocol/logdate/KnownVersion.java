package io.reconverge.gateway.protocol.logdate;

import io.reconverge.wire.Members;
import io.reconverge.wire.Violations;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Which version of what it writes a request says it has seen.
///
/// `clientLastKnownServerVersion` counts first, then `versionConstraint`, which is `{"type":
/// "known", "serverVersion": n}` or `{"type": "none"}`, then in updates a `syncVersion` above 0,
/// which is that member's word for none.
final class KnownVersion {

    private static final String PLAIN = "clientLastKnownServerVersion";
    private static final String CONSTRAINT = "versionConstraint";
    private static final String SYNC_VERSION = "syncVersion";

    private KnownVersion() {}

    /// Null for none.
    static @Nullable Long of(Members body, boolean update) {
        Long plain = body.integer(PLAIN, 0, Members.INTEGER_MAX);
        JsonNode constraint = body.optional(CONSTRAINT);
        Long constrained = constraint == null ? null : constrained(body, constraint);
        Long synced = body.integer(SYNC_VERSION, 0, Members.INTEGER_MAX);
        if (plain != null) {
            return plain;
        }
        if (constraint != null) {
            return constrained;
        }
        return update && synced != null && synced > 0 ? synced : null;
    }

    private static @Nullable Long constrained(Members body, JsonNode constraint) {
        if (!(constraint instanceof ObjectNode object)) {
            body.refuse(CONSTRAINT, "must be an object");
            return null;
        }
        Violations violations = body.violations();
        Members members = new Members(object, "/" + CONSTRAINT, violations);
        String type =
                members.text(
                        "type",
                        text -> text.equals("known") || text.equals("none"),
                        "must be known or none");
        if (!"known".equals(type)) {
            return null;
        }
        if (members.optional("serverVersion") == null) {
            violations.add("/" + CONSTRAINT, "serverVersion is required");
        }
        return members.integer("serverVersion", 0, Members.INTEGER_MAX);
    }
}
