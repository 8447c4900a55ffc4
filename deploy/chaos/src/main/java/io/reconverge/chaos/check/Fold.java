package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.EntityName;
import io.reconverge.chaos.check.Evidence.EntityRow;
import io.reconverge.chaos.check.Evidence.LogRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The log played from its beginning: what each entity then is, and whether the entity table says
/// the same.
final class Fold {

    /// @param last the entity's newest row
    /// @param defining the row that made it what it is
    record State(LogRow last, LogRow defining) {
        long version() {
            return defining.version();
        }

        boolean isLive() {
            return defining.data() != null;
        }
    }

    private final Map<EntityName, State> states = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();

    private Fold() {}

    /// What each entity is at the log's end.
    static Map<EntityName, State> states(Evidence evidence) {
        return played(evidence).states;
    }

    static List<String> violations(Evidence evidence) {
        Fold fold = played(evidence);
        List<String> violations = new ArrayList<>(fold.violations);
        Map<EntityName, EntityRow> rows = new HashMap<>();
        evidence.entities().forEach(row -> rows.put(row.entity(), row));
        fold.states.forEach((name, state) -> {
            EntityRow row = rows.remove(name);
            LogRow defining = state.defining();
            if (row == null) {
                violations.add("an entity of the log that the table lacks: " + name);
            } else {
                compare(row, state, defining, violations);
            }
        });
        rows.keySet()
                .forEach(name -> violations.add("an entity that no row of the log is of: " + name));
        return violations;
    }

    private static Fold played(Evidence evidence) {
        Fold fold = new Fold();
        LogIndex.of(evidence).bySpace().values().forEach(rows -> rows.forEach(fold::play));
        return fold;
    }

    private void play(LogRow row) {
        State before = states.get(row.entity());
        long previous = before == null ? 0 : before.last().version();
        if (row.previousVersion() != previous) {
            violations.add(
                    "%s says that the row before it is %d, which is %d"
                            .formatted(row, row.previousVersion(), previous));
        }
        LogRow defining = before == null ? null : before.defining();
        boolean changes = row.entityVersion() == row.version();
        if (changes && row.outcome().equals("superseded")) {
            violations.add(row + " lost, and changed the entity");
        } else if (!changes && row.outcome().equals("applied") && !row.op().equals("delete")) {
            violations.add(row + " was applied, and changed nothing");
        }
        if (changes) {
            defining = row;
        } else if (row.entityVersion() != (before == null ? 0 : before.version())) {
            violations.add(
                    "%s leaves the entity at %d, which stood at %d"
                            .formatted(
                                    row,
                                    row.entityVersion(),
                                    before == null ? 0 : before.version()));
        }
        // to delete what never was leaves nothing for a later row to follow
        if (defining != null) {
            states.put(row.entity(), new State(row, defining));
        }
    }

    private static void compare(
            EntityRow row, State state, LogRow defining, List<String> violations) {
        differ(row, "version", row.version(), defining.version(), violations);
        differ(row, "log_version", row.logVersion(), state.last().version(), violations);
        differ(row, "data", row.data(), defining.data(), violations);
        differ(row, "updated_by", row.updatedBy(), defining.actor(), violations);
        differ(row, "device_id", row.deviceId(), defining.deviceId(), violations);
        differ(row, "created_at", row.createdAt(), defining.createdAt(), violations);
        differ(row, "modified_at", row.modifiedAt(), defining.modifiedAt(), violations);
        differ(row, "committed_at", row.committedAt(), defining.committedAt(), violations);
    }

    private static void differ(
            EntityRow row,
            String column,
            @Nullable Object is,
            @Nullable Object wanted,
            List<String> violations) {
        if (!Objects.equals(is, wanted)) {
            violations.add(
                    "%s: %s is %s, and by the log %s".formatted(row.entity(), column, is, wanted));
        }
    }
}
