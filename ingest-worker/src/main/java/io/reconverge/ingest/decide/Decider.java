package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Violation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Decides one change: the conflict rules.
///
/// | the change's base | `reject` | `lww` | `merge` |
/// | --- | --- | --- | --- |
/// | covers what stands, or nothing does | applied | applied | applied |
/// | none | as `lww` | the newer write wins; a patch's members one by one | as `lww` |
/// | older than what stands | conflict | as with none | members changed by one side are kept from it, those changed by both go to the newer; conflict between a deletion and an edit |
/// | beyond the head | rejected | rejected | rejected |
///
/// A base version is a version of the space that the sender had seen. It covers an entity whose
/// version it is not below. 0 says that the entity must not exist; under `reject` a tombstone is as
/// good as nothing for that. What is not there may be deleted whatever the policy: that changes
/// nothing. Newer is what [Stamp#beats] says.
///
/// The same arguments always get the same decision, given rules that do likewise.
public final class Decider {

    private final Rules rules;

    public Decider(Rules rules) {
        this.rules = rules;
    }

    /// @param current what stands, null when there is neither entity nor tombstone
    public Decision decide(@Nullable Standing current, Change change, Moment moment) {
        Attempt attempt = new Attempt(current, change, moment);
        Long base = change.baseVersion();
        if (base != null && base > moment.head()) {
            return new Decision.Reject(
                    ProblemType.BASE_VERSION_AHEAD,
                    "The base version is " + base + ", the space's head " + moment.head() + ".",
                    List.of());
        }
        if (current == null) {
            return straight(attempt);
        }
        if (base == null) {
            return lastWriteWins(attempt, current);
        }
        if (current.entity().version() <= base) {
            return straight(attempt);
        }
        return switch (policy(change)) {
            case REJECT ->
                    base == 0 && current.entity().deleted()
                            ? straight(attempt)
                            : refuse(attempt, current, base);
            case LWW -> lastWriteWins(attempt, current);
            case MERGE -> merge(attempt, current, base);
        };
    }

    private OnConflict policy(Change change) {
        return change.onConflict() == null ? rules.onConflict(change.type()) : change.onConflict();
    }

    /// The change as it is, on what stands.
    private Decision straight(Attempt attempt) {
        Stamps whole = Stamps.of(attempt.stamp());
        return switch (attempt.change().op()) {
            case PUT -> new Decision.Apply(attempt.standing(attempt.sent(), whole));
            case PATCH -> {
                JsonObject made = attempt.patched();
                var names = attempt.sent().tree().propertyNames();
                Stamps stamps = attempt.stampsAfter(names, made);
                yield checked(attempt, made, new Decision.Apply(attempt.standing(made, stamps)));
            }
            case DELETE ->
                    attempt.live()
                            ? new Decision.Apply(attempt.standing(null, whole))
                            : nothing(attempt);
        };
    }

    private Decision lastWriteWins(Attempt attempt, Standing current) {
        return switch (attempt.change().op()) {
            case PUT -> attempt.newest() ? straight(attempt) : supersede(attempt, current);
            case PATCH -> {
                if (attempt.live()) {
                    Contest contest = Contest.lastWriteWins(attempt, current);
                    yield contest.lost().isEmpty()
                            ? straight(attempt)
                            : settle(attempt, current, contest);
                }
                yield attempt.newest() ? straight(attempt) : supersede(attempt, current);
            }
            case DELETE ->
                    !attempt.live() || attempt.newest()
                            ? straight(attempt)
                            : supersede(attempt, current);
        };
    }

    private Decision merge(Attempt attempt, Standing current, long base) {
        boolean deletion = attempt.change().op() == Op.DELETE;
        if (attempt.live() == deletion) {
            return refuse(attempt, current, base);
        }
        return switch (attempt.change().op()) {
            case PUT -> settle(attempt, current, Contest.mergeOfPut(attempt, current, base));
            case PATCH -> settle(attempt, current, Contest.mergeOfPatch(attempt, current, base));
            case DELETE -> nothing(attempt);
        };
    }

    private Decision settle(Attempt attempt, Standing current, Contest contest) {
        if (contest.allLost()) {
            return supersede(attempt, current);
        }
        ObjectNode after = contest.edit().apply(attempt.data(), contest.taken());
        JsonObject made = JsonObject.of(after);
        Stamps stamps = attempt.stampsAfter(contest.taken(), made);
        List<String> conflictFields = List.copyOf(contest.contested());
        return checked(
                attempt, made, new Decision.Merge(attempt.standing(made, stamps), conflictFields));
    }

    private static Decision supersede(Attempt attempt, Standing current) {
        JsonObject attempted =
                switch (attempt.change().op()) {
                    case PUT -> attempt.sent();
                    case PATCH -> attempt.patched();
                    case DELETE -> null;
                };
        if (attempted != null && attempted != attempt.sent() && !fits(attempted)) {
            return tooLarge();
        }
        Standing after = current.logged(attempt.moment().version());
        return new Decision.Supersede(attempt.entity(attempted), after);
    }

    private static Decision nothing(Attempt attempt) {
        Standing current = attempt.current();
        Standing after =
                current == null
                        ? null
                        : current.deletedAgain(attempt.stamp()).logged(attempt.moment().version());
        return new Decision.Nothing(attempt.entity(null), after);
    }

    /// Names the members that the server changed since the base and that the change would change
    /// too: for a deletion, all of the former.
    private static Decision refuse(Attempt attempt, Standing current, long base) {
        if (!attempt.live()) {
            return new Decision.Refuse(current.entity(), List.of());
        }
        ObjectNode standing = attempt.data();
        Set<String> names =
                switch (attempt.change().op()) {
                    case PUT -> Edit.between(standing, attempt.sent().tree()).members().keySet();
                    case PATCH ->
                            Edit.between(standing, attempt.patched().tree()).members().keySet();
                    case DELETE -> {
                        var all = new TreeSet<>(standing.propertyNames());
                        all.addAll(current.stamps().fields().keySet());
                        yield all;
                    }
                };
        List<String> conflictFields =
                names.stream()
                        .filter(name -> current.stamps().field(name).version() > base)
                        .sorted()
                        .toList();
        return new Decision.Refuse(current.entity(), conflictFields);
    }

    /// What a patch or a merge makes nobody has seen before: the gateway sees what was sent.
    private Decision checked(Attempt attempt, JsonObject made, Decision decision) {
        if (!fits(made)) {
            return tooLarge();
        }
        List<Violation> violations = rules.check(attempt.change().type(), made);
        return violations.isEmpty()
                ? decision
                : new Decision.Reject(
                        ProblemType.INVALID_ENTITY,
                        "The entity that this change would make does not fit its type's schema.",
                        violations);
    }

    private static boolean fits(JsonObject data) {
        return DataBytes.of(data) <= Change.DATA_MAX_BYTES;
    }

    private static Decision tooLarge() {
        return new Decision.Reject(
                ProblemType.TOO_LARGE,
                "The entity that this change would make has more than "
                        + Change.DATA_MAX_BYTES
                        + " bytes.",
                List.of());
    }
}
