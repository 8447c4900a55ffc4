package io.reconverge.service.write;

import io.reconverge.entities.EntitySchemas;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.Violation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Holds what is written to the JSON Schemas of its types: a put whole, a patch member by member.
public final class EntityRules {

    /// Violations that one answer lists.
    static final int VIOLATIONS_MAX = 1_000;

    private static final String UNKNOWN = "is of a type that has no schema here";

    private final EntitySchemas schemas;

    EntityRules(EntitySchemas schemas) {
        this.schemas = schemas;
    }

    /// What to say of a type that clients cannot write.
    public static String reserved(String type) {
        return type + " is not written as an entity: who shares a space is said at its members.";
    }

    /// Checks all changes of a request; pointers begin at the request's root.
    ///
    /// @throws ProblemException `invalid-entity`
    public void check(List<Change> changes) {
        List<Violation> all = new ArrayList<>();
        for (int i = 0; i < changes.size() && all.size() < VIOLATIONS_MAX; i++) {
            Change change = changes.get(i);
            if (Sharing.RESERVED.contains(change.type())) {
                all.add(new Violation("/changes/" + i + "/type", reserved(change.type())));
                continue;
            }
            if (!schemas.accepts(change.type())) {
                all.add(new Violation("/changes/" + i + "/type", UNKNOWN));
                continue;
            }
            for (Violation violation : violations(change.type(), change.op(), change.data())) {
                all.add(
                        new Violation(
                                "/changes/" + i + "/data" + violation.pointer(),
                                violation.message()));
            }
        }
        refuse(all);
    }

    /// Checks the data of a single change; pointers begin there.
    ///
    /// @param data null for a delete
    /// @throws ProblemException `invalid-entity`
    public void check(String type, Op op, @Nullable JsonObject data) {
        refuse(violations(type, op, data));
    }

    /// What is wrong with the data of a single change; pointers begin there.
    ///
    /// @param data null for a delete
    public List<Violation> violations(String type, Op op, @Nullable JsonObject data) {
        if (!schemas.accepts(type)) {
            return List.of(new Violation("", UNKNOWN));
        }
        if (data == null) {
            return List.of();
        }
        return switch (op) {
            case PUT -> schemas.check(type, data);
            case PATCH -> schemas.checkPatch(type, data);
            case DELETE -> List.of();
        };
    }

    private static void refuse(List<Violation> violations) {
        if (violations.isEmpty()) {
            return;
        }
        boolean more = violations.size() > VIOLATIONS_MAX;
        throw new ProblemException(
                ProblemType.INVALID_ENTITY,
                more
                        ? "Nothing was applied. The first " + VIOLATIONS_MAX + " faults are listed."
                        : "Nothing was applied.",
                more ? violations.subList(0, VIOLATIONS_MAX) : violations);
    }
}
