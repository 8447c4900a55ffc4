package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.DeadLetter;
import io.reconverge.chaos.check.Evidence.WritesPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// I8: every partition of the writes was worked to its end, and the dead letters are what was put
/// there to die, each once.
final class NothingBlocks {

    private NothingBlocks() {}

    static List<String> violations(Evidence evidence) {
        List<String> violations = new ArrayList<>();
        for (WritesPartition partition : evidence.partitions()) {
            if (partition.end() > 0
                    && (partition.committed() != partition.end()
                            || partition.decided() != partition.end())) {
                violations.add("not worked to its end: " + partition);
            }
        }
        Map<String, Integer> wanted = new HashMap<>();
        evidence.poison().forEach(value -> wanted.merge(value, 1, Integer::sum));
        for (DeadLetter letter : evidence.deadLetters()) {
            if (wanted.merge(letter.value(), -1, Integer::sum) < 0) {
                violations.add("a dead letter that nobody meant to die: " + letter);
            }
        }
        wanted.forEach((value, missing) -> {
            if (missing > 0) {
                violations.add("not among the dead letters: " + value);
            }
        });
        return violations;
    }
}
