package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.Acknowledgement;
import io.reconverge.chaos.check.Evidence.Edit;
import io.reconverge.chaos.check.Evidence.LogRow;
import io.reconverge.chaos.check.Evidence.Receipt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// I1: what somebody was told is there is there. A 202 was decided one way or the other. The last
/// that a device did to an entity, which nothing later can have taken the place of, was logged.
final class DurableBeforeAcknowledged {

    private DurableBeforeAcknowledged() {}

    static List<String> violations(Evidence evidence) {
        List<String> violations = new ArrayList<>();
        LogIndex log = LogIndex.of(evidence);
        Set<LogIndex.Change> refused = new HashSet<>();
        for (Receipt receipt : evidence.receipts()) {
            refused.add(new LogIndex.Change(receipt.space(), receipt.changeId()));
        }
        for (Acknowledgement told : evidence.acknowledgements()) {
            List<LogRow> rows = log.of(told.space(), told.changeId());
            if (told.isLogged() && rows.isEmpty()) {
                violations.add("acknowledged and not in the log: " + told);
            } else if (told.isAccepted()
                    && rows.isEmpty()
                    && !refused.contains(new LogIndex.Change(told.space(), told.changeId()))) {
                violations.add("accepted with 202, and neither in the log nor refused: " + told);
            }
        }
        violations.addAll(lostEdits(evidence));
        evidence.files().stream()
                .filter(file -> !file.comesBack())
                .forEach(file -> violations.add("stored, and does not come back: " + file));
        return violations;
    }

    private record Hand(Evidence.EntityName entity, String device) {}

    private static List<String> lostEdits(Evidence evidence) {
        Map<Hand, Edit> lastDone = new LinkedHashMap<>();
        Map<Hand, Edit> lastBegun = new HashMap<>();
        for (Edit edit : evidence.edits()) {
            Hand hand = new Hand(edit.entity(), edit.device());
            lastBegun.merge(hand, edit, DurableBeforeAcknowledged::later);
            if (edit.done()) {
                lastDone.merge(hand, edit, DurableBeforeAcknowledged::later);
            }
        }
        Map<Hand, Long> marks = new HashMap<>();
        Map<Evidence.EntityName, Long> deletions = new HashMap<>();
        Map<Hand, Long> mergedPuts = new HashMap<>();
        for (LogRow row : evidence.log()) {
            collectMarks(row, row.data(), marks);
            collectMarks(row, row.patch(), marks);
            if (row.op().equals("delete")) {
                deletions.merge(row.entity(), row.version(), Math::max);
            }
            String by = row.deviceId();
            if (row.op().equals("put") && row.outcome().equals("merged") && by != null) {
                mergedPuts.merge(new Hand(row.entity(), by), row.version(), Math::max);
            }
        }
        List<String> violations = new ArrayList<>();
        lastDone.forEach((hand, edit) -> {
            // what was begun after it may have been stored, and have taken its place unsent
            Edit begun = lastBegun.getOrDefault(hand, edit);
            boolean mayBeReplaced = begun.number() > edit.number() && begun.op().equals("delete");
            if (edit.op().equals("delete")) {
                // what was a tombstone already needs none, and somebody else's does as well: a
                // device that hears of it first has nothing left to
                // send
                long deleted = deletions.getOrDefault(hand.entity(), 0L);
                if (begun == edit && edit.knownVersion() > 0 && deleted < edit.knownVersion()) {
                    violations.add("a device's last word, a deletion, is not in the log: " + edit);
                }
            } else if (!mayBeReplaced
                    && marks.getOrDefault(hand, 0L) < edit.number()
                    // a merged put shows what came of it, and the mark may have lost to a deletion
                    && mergedPuts.getOrDefault(new Hand(hand.entity(), edit.deviceId()), 0L)
                            <= edit.knownVersion()) {
                violations.add("a device's last word is not in the log: " + edit);
            }
        });
        return violations;
    }

    private static Edit later(Edit one, Edit other) {
        return one.number() > other.number() ? one : other;
    }

    private static void collectMarks(LogRow row, @Nullable JsonNode data, Map<Hand, Long> marks) {
        if (data == null || !data.isObject()) {
            return;
        }
        data.properties()
                .forEach(member -> {
                    if (member.getKey().startsWith("by_") && member.getValue().isNumber()) {
                        marks.merge(
                                new Hand(row.entity(), member.getKey().substring(3)),
                                member.getValue().asLong(),
                                Math::max);
                    }
                });
    }
}
