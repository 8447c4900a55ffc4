package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Violation;
import java.util.List;
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

    /// What becomes of `change`; it changes nothing itself.
    ///
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
        return switch (rules.policy(change)) {
            case REJECT ->
                    base == 0 && current.entity().deleted()
                            ? straight(attempt)
                            : refuse(attempt, current, base);
            case LWW -> lastWriteWins(attempt, current);
            case MERGE -> merge(attempt, current, base);
        };
    }

    /// Whether deciding the change goes through all that stands, be it to patch it or to merge with
    /// it; other changes do with what they carry and with stamps.
    boolean reads(@Nullable Standing current, Change change) {
        if (current == null || current.entity().deleted()) {
            return false;
        }
        Long base = change.baseVersion();
        return switch (change.op()) {
            case PUT ->
                    base != null
                            && base < current.entity().version()
                            && rules.policy(change) == OnConflict.MERGE;
            case PATCH -> true;
            case DELETE -> false;
        };
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
        if (attempt.change().op() == Op.PATCH && attempted != null && !fits(attempted)) {
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

    /// Names the members that the change would change and that the server has changed since the
    /// base: only members that were sent, so a deletion names none.
    private static Decision refuse(Attempt attempt, Standing current, long base) {
        boolean deletion = attempt.change().op() == Op.DELETE;
        List<String> conflictFields =
                attempt.live() && !deletion
                        ? Contest.namesInConflict(attempt, current, base)
                        : List.of();
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
