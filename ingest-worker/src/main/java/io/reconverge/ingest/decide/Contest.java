package io.reconverge.ingest.decide;

import io.reconverge.wire.MergePatch;
import io.reconverge.wire.Op;
import io.reconverge.wire.SameJson;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How an edit fares, member by member, against what stands.
///
/// @param edit what its sender changed
/// @param taken members that become what the edit says
/// @param lost members that stay, since a newer write stands
/// @param contested members that both sides changed, each to something else; under last-write-wins
///   the lost ones
record Contest(Edit edit, Set<String> taken, SortedSet<String> lost, SortedSet<String> contested) {

    private Contest(Edit edit) {
        this(edit, new LinkedHashSet<>(), new TreeSet<>(), new TreeSet<>());
    }

    /// Every member goes to the newer write.
    static Contest lastWriteWins(Attempt attempt, Standing current) {
        Stamp stamp = attempt.stamp();
        Contest contest = new Contest(Edit.ofPatch(attempt.sent().tree(), attempt.data()));
        for (String name : contest.edit.members().keySet()) {
            if (stamp.beats(current.stamps().field(name))) {
                contest.taken.add(name);
            } else {
                contest.dispute(name, false);
            }
        }
        return contest;
    }

    /// A patch against what its sender had not seen: the members that it names.
    static Contest mergeOfPatch(Attempt attempt, Standing current, long base) {
        Edit edit = Edit.ofPatch(attempt.sent().tree(), attempt.data());
        return merge(attempt, current, edit, changedSince(current.stamps(), base));
    }

    /// A put against what its sender had not seen: the members in which it differs from what its
    /// sender had. Where that is not known, those in which it differs from what stands.
    static Contest mergeOfPut(Attempt attempt, Standing current, long base) {
        ObjectNode put = attempt.sent().tree();
        ObjectNode standing = attempt.data();
        var then = attempt.moment().base().apply(base);
        if (then == null) {
            Edit edit = Edit.between(standing, put);
            return merge(attempt, current, edit, changedSince(current.stamps(), base));
        }
        // Values and not stamps, for a put stamps also the members that it leaves as they were.
        ObjectNode seen = then.tree();
        Predicate<String> changed = name -> !SameJson.same(seen.get(name), standing.get(name));
        return merge(attempt, current, Edit.between(seen, put), changed);
    }

    /// The members sent, by a put or a patch, that differ from what stands and that the server has
    /// changed since the base.
    static List<String> namesInConflict(Attempt attempt, Standing current, long base) {
        ObjectNode standing = attempt.data();
        ObjectNode sent = attempt.sent().tree();
        boolean patch = attempt.change().op() == Op.PATCH;
        return sent.properties().stream()
                .filter(member -> current.stamps().field(member.getKey()).version() > base)
                .filter(member -> {
                    JsonNode here = standing.get(member.getKey());
                    JsonNode wanted = member.getValue();
                    return !SameJson.same(
                            here, patch ? MergePatch.memberAfter(here, wanted) : wanted);
                })
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static Contest merge(
            Attempt attempt, Standing current, Edit edit, Predicate<String> changedHere) {
        Stamp stamp = attempt.stamp();
        ObjectNode standing = attempt.data();
        Contest contest = new Contest(edit);
        edit.members()
                .forEach((name, value) -> {
                    boolean wins = stamp.beats(current.stamps().field(name));
                    if (!changedHere.test(name)) {
                        contest.taken.add(name);
                    } else if (SameJson.same(standing.get(name), value)) {
                        contest.agree(name, wins);
                    } else {
                        contest.dispute(name, wins);
                    }
                });
        return contest;
    }

    /// The value is the same either way; whose time it bears is not.
    private void agree(String name, boolean wins) {
        if (wins) {
            taken.add(name);
        }
    }

    private void dispute(String name, boolean wins) {
        contested.add(name);
        (wins ? taken : lost).add(name);
    }

    private static Predicate<String> changedSince(Stamps stamps, long base) {
        return name -> stamps.field(name).version() > base;
    }

    /// Whether nothing of the edit is left.
    boolean allLost() {
        return !lost.isEmpty() && lost.size() == edit.members().size();
    }
}
