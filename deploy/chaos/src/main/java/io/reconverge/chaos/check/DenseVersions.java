package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.LogRow;
import io.reconverge.chaos.check.Evidence.SpaceRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// I3: a space's versions are exactly 1 … head, and its times of commit strictly increase.
final class DenseVersions {

    private DenseVersions() {}

    static List<String> violations(Evidence evidence) {
        List<String> violations = new ArrayList<>();
        LogIndex log = LogIndex.of(evidence);
        Set<String> known = new HashSet<>();
        for (SpaceRow space : evidence.spaces()) {
            known.add(space.space());
            check(space, log.bySpace().getOrDefault(space.space(), List.of()), violations);
        }
        log.bySpace().keySet().stream()
                .filter(space -> !known.contains(space))
                .forEach(space -> violations.add("the log has a space that is none: " + space));
        return violations;
    }

    private static void check(SpaceRow space, List<LogRow> rows, List<String> violations) {
        long expected = 1;
        long time = Long.MIN_VALUE;
        for (LogRow row : rows) {
            if (row.version() != expected) {
                violations.add("expected version %d, found %s".formatted(expected, row));
            }
            if (row.committedAt() <= time) {
                violations.add("%s was not committed after the row before it".formatted(row));
            }
            time = row.committedAt();
            expected = row.version() + 1;
        }
        if (space.head() != expected - 1) {
            violations.add(
                    "space %s has head %d, its log ends at %d"
                            .formatted(space.space(), space.head(), expected - 1));
        }
        if (!rows.isEmpty() && space.clock() != time) {
            violations.add(
                    "space %s has clock %d, its last row was committed at %d"
                            .formatted(space.space(), space.clock(), time));
        }
    }
}
