package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.LogRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// I10: in a space, rows come in the order of the records that brought them. A worker that went on
/// with a partition which another had taken over would have put an older record's rows after a
/// newer one's.
final class NoZombie {

    private NoZombie() {}

    static List<String> violations(Evidence evidence) {
        List<String> violations = new ArrayList<>();
        LogIndex.of(evidence)
                .bySpace()
                .values()
                .forEach(rows -> {
                    Map<Long, LogRow> last = new HashMap<>();
                    for (LogRow row : rows) {
                        LogRow before = last.put(row.sourceId(), row);
                        if (before != null && before.sourceOffset() > row.sourceOffset()) {
                            violations.add(
                                    "%s came with record %d, and the row before it, %s, with %d"
                                            .formatted(
                                                    row,
                                                    row.sourceOffset(),
                                                    before,
                                                    before.sourceOffset()));
                        }
                    }
                });
        return violations;
    }
}
