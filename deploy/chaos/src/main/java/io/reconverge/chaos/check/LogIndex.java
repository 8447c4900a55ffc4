package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.LogRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The log by space, and by change.
///
/// @param bySpace each space's rows in order of version
/// @param byChange rows by space and change id; more than one where the log has it so
record LogIndex(Map<String, List<LogRow>> bySpace, Map<Change, List<LogRow>> byChange) {

    record Change(String space, String changeId) {}

    static LogIndex of(Evidence evidence) {
        Map<String, List<LogRow>> bySpace = new TreeMap<>();
        Map<Change, List<LogRow>> byChange = new HashMap<>();
        for (LogRow row : evidence.log()) {
            bySpace.computeIfAbsent(row.space(), _ -> new ArrayList<>()).add(row);
            byChange.computeIfAbsent(
                            new Change(row.space(), row.changeId()), _ -> new ArrayList<>())
                    .add(row);
        }
        bySpace.values().forEach(rows -> rows.sort(Comparator.comparingLong(LogRow::version)));
        return new LogIndex(bySpace, byChange);
    }

    List<LogRow> of(String space, String changeId) {
        return byChange.getOrDefault(new Change(space, changeId), List.of());
    }
}
