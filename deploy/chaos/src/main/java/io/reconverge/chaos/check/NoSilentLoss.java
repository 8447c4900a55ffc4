package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.Acknowledgement;
import io.reconverge.chaos.check.Evidence.LogRow;
import java.util.ArrayList;
import java.util.List;

/// I6: what the log says became of a change is what its sender was told, a loss above all.
final class NoSilentLoss {

    private NoSilentLoss() {}

    static List<String> violations(Evidence evidence) {
        List<String> violations = new ArrayList<>();
        LogIndex log = LogIndex.of(evidence);
        for (Acknowledgement told : evidence.acknowledgements()) {
            if (told.isLogged()) {
                for (LogRow row : log.of(told.space(), told.changeId())) {
                    if (!row.outcome().equals(told.answer())) {
                        violations.add("%s stands in the log as %s".formatted(told, row));
                    }
                }
            }
        }
        return violations;
    }
}
