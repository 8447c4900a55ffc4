package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.Acknowledgement;
import io.reconverge.chaos.check.Evidence.LogRow;
import java.util.ArrayList;
import java.util.List;

/// I2: a change id is in a space's log once, and whoever was told its version was told that one,
/// however often it was sent.
final class AppliedOnce {

    private AppliedOnce() {}

    static List<String> violations(Evidence evidence) {
        List<String> violations = new ArrayList<>();
        LogIndex log = LogIndex.of(evidence);
        log.byChange()
                .forEach((change, rows) -> {
                    if (rows.size() > 1) {
                        violations.add(
                                "change %s is in the log %d times: %s"
                                        .formatted(change.changeId(), rows.size(), rows));
                    }
                });
        for (Acknowledgement told : evidence.acknowledgements()) {
            if (told.isLogged()) {
                for (LogRow row : log.of(told.space(), told.changeId())) {
                    if (row.version() != told.version()) {
                        violations.add("%s stands in the log as %s".formatted(told, row));
                    }
                }
            }
        }
        return violations;
    }
}
