package io.reconverge.chaos.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What all invariants say of one run.
///
/// @param violations by invariant, each with an entry
public record Verdict(Map<Invariant, List<String>> violations) {

    public static Verdict of(Evidence evidence) {
        Map<Invariant, List<String>> violations = new EnumMap<>(Invariant.class);
        for (Invariant invariant : Invariant.values()) {
            violations.put(invariant, List.copyOf(invariant.violations(evidence)));
        }
        return new Verdict(violations);
    }

    public boolean holds() {
        return violations.values().stream().allMatch(List::isEmpty);
    }

    public int count() {
        return violations.values().stream().mapToInt(List::size).sum();
    }

    /// The first of each invariant's, with its name.
    public List<String> first(int ofEach) {
        List<String> lines = new ArrayList<>();
        violations.forEach((invariant, all) ->
                all.stream().limit(ofEach).forEach(one -> lines.add(invariant + ": " + one)));
        return lines;
    }
}
