package io.reconverge.ingest.decide;

import io.reconverge.ingest.decide.History.Line;
import io.reconverge.ingest.decide.History.When;
import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WriteRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rules once more for one space, as plainly as they can be said: one change at a time, with
/// everything looked up in the history each time it is asked for.
final class Model {

    final History history = new History();
    long conflicts;
    private final UUID space;

    Model(UUID space) {
        this.space = space;
    }

    List<Told> decide(WriteRecord write, long now) {
        if (!SpaceId.personal(write.actor()).equals(space)) {
            return write.changes().stream().map(_ -> Told.refused("not-a-member")).toList();
        }
        int before = history.lines().size();
        long conflictsBefore = conflicts;
        List<Told> answers = new ArrayList<>();
        for (Change change : write.changes()) {
            answers.add(decide(write, change, now));
        }
        if (!write.atomic() || answers.stream().allMatch(Told::accepted)) {
            return answers;
        }
        history.cutTo(before);
        long refused = answers.stream().filter(told -> told.status().equals("conflict")).count();
        conflicts = conflictsBefore + refused;
        for (int i = 0; i < answers.size(); i++) {
            answers.set(i, aborted(write.changes().get(i), answers.get(i)));
        }
        return answers;
    }

    private Told aborted(Change change, Told told) {
        if (told.status().equals("conflict")) {
            Line current = history.current(change.key());
            Told.Shown shown = current == null ? null : current.shown();
            return new Told("conflict", 0, false, shown, told.conflictFields());
        }
        boolean known = history.accepted(change.changeId()) != null;
        return told.accepted() && !known ? Told.refused("batch-aborted") : told;
    }

    private Told decide(WriteRecord write, Change change, long now) {
        Line earlier = history.accepted(change.changeId());
        if (earlier != null) {
            boolean same =
                    earlier.key().equals(change.key())
                            && earlier.op() == change.op()
                            && Objects.equals(earlier.sent(), Plain.of(change.data()));
            return same ? earlier.told().again() : Told.refused("change-id-reused");
        }
        Told told = new Turn(write, change, now).decide();
        if (told.status().equals("conflict")
                || told.status().equals("superseded")
                || !told.conflictFields().isEmpty()) {
            conflicts++;
        }
        return told;
    }

    /// One change being decided.
    private final class Turn {

        private final WriteRecord write;
        private final Change change;
        private final EntityKey key;
        private final long head = history.lines().size();
        private final When when;
        private final long committedAt;
        private final @Nullable Line current;
        private final @Nullable Map<String, Object> standing;

        Turn(WriteRecord write, Change change, long now) {
            this.write = write;
            this.change = change;
            this.key = change.key();
            boolean ahead = change.modifiedAt() > now + 300_000;
            this.when = new When(head + 1, ahead ? now : change.modifiedAt(), write.deviceId());
            long clock = head == 0 ? 0 : history.lines().getLast().committedAt();
            this.committedAt = Math.max(now, clock + 1);
            this.current = history.current(key);
            this.standing = current == null ? null : current.made();
        }

        Told decide() {
            Long base = change.baseVersion();
            if (base != null && base > head) {
                return Told.refused("base-version-ahead");
            }
            if (current == null || (base != null && base >= current.when().version())) {
                return apply();
            }
            OnConflict policy =
                    change.onConflict() == null
                            ? TypeRules.RULES.onConflict(change.type())
                            : change.onConflict();
            if (base == null || policy == OnConflict.LWW) {
                return newerWins();
            }
            if (policy == OnConflict.MERGE) {
                return merge(base);
            }
            return base == 0 && standing == null ? apply() : conflict(base);
        }

        private Told apply() {
            Map<String, Object> sent = Plain.of(change.data());
            if (sent == null) {
                return standing == null ? deleteNothing() : stand("applied", null, null, List.of());
            }
            if (change.op() == Op.PUT) {
                return stand("applied", sent, null, List.of());
            }
            Set<String> touched = standing == null ? null : sent.keySet();
            return stand("applied", Plain.patched(standing, sent), touched, List.of());
        }

        private Told newerWins() {
            if (change.op() == Op.DELETE && standing == null) {
                return deleteNothing();
            }
            if (change.op() != Op.PATCH || standing == null) {
                return when.notBefore(history.newest(key)) ? apply() : supersede();
            }
            Map<String, Object> after = new TreeMap<>(standing);
            Set<String> taken = new TreeSet<>();
            Set<String> lost = new TreeSet<>();
            wanted().forEach((member, value) -> {
                if (when.notBefore(history.changed(key, member))) {
                    taken.add(member);
                    set(after, member, value);
                } else {
                    lost.add(member);
                }
            });
            if (lost.isEmpty()) {
                return apply();
            }
            return taken.isEmpty() ? supersede() : stand("merged", after, taken, List.copyOf(lost));
        }

        private Told merge(long base) {
            if (change.op() == Op.DELETE) {
                return standing == null ? deleteNothing() : conflict(base);
            }
            if (standing == null) {
                return conflict(base);
            }
            Map<String, Object> seen = history.membersAsOf(key, base);
            Map<String, Object> then = seen == null ? Map.of() : seen;
            Map<String, Object> after = new TreeMap<>(standing);
            Set<String> taken = new TreeSet<>();
            Set<String> contested = new TreeSet<>();
            int survive = 0;
            Map<String, @Nullable Object> edited =
                    change.op() == Op.PATCH ? wanted() : editedSince(then);
            for (var edit : edited.entrySet()) {
                String member = edit.getKey();
                Object here = standing.get(member);
                boolean theirs =
                        change.op() == Op.PATCH
                                ? history.changed(key, member).version() > base
                                : !Objects.equals(then.get(member), here);
                boolean same = Objects.equals(here, edit.getValue());
                boolean newer = when.notBefore(history.changed(key, member));
                if (!theirs || newer) {
                    taken.add(member);
                    set(after, member, edit.getValue());
                }
                if (theirs && !same) {
                    contested.add(member);
                }
                if (!theirs || newer || same) {
                    survive++;
                }
            }
            return survive == 0 && !contested.isEmpty()
                    ? supersede()
                    : stand("merged", after, taken, List.copyOf(contested));
        }

        /// What the patch makes of each member that it names; null where it removes it.
        private Map<String, @Nullable Object> wanted() {
            Map<String, Object> patch = Objects.requireNonNull(Plain.of(change.data()));
            Map<String, Object> after = Plain.patched(standing, patch);
            Map<String, @Nullable Object> wanted = new TreeMap<>();
            patch.keySet().forEach(member -> wanted.put(member, after.get(member)));
            return wanted;
        }

        /// The members in which the put differs from what its sender had seen.
        private Map<String, @Nullable Object> editedSince(Map<String, Object> then) {
            Map<String, Object> put = Objects.requireNonNull(Plain.of(change.data()));
            Set<String> members = new HashSet<>(then.keySet());
            members.addAll(put.keySet());
            Map<String, @Nullable Object> edited = new TreeMap<>();
            for (String member : members) {
                if (!Objects.equals(put.get(member), then.get(member))) {
                    edited.put(member, put.get(member));
                }
            }
            return edited;
        }

        private static void set(
                Map<String, Object> members, String member, @Nullable Object value) {
            if (value == null) {
                members.remove(member);
            } else {
                members.put(member, value);
            }
        }

        private Told conflict(long base) {
            List<String> members = new ArrayList<>();
            if (standing != null && change.op() != Op.DELETE) {
                Map<String, Object> put = Objects.requireNonNull(Plain.of(change.data()));
                Map<String, @Nullable Object> wanted =
                        change.op() == Op.PATCH ? wanted() : new TreeMap<>(put);
                wanted.forEach((member, value) -> {
                    boolean differs = !Objects.equals(value, standing.get(member));
                    if (differs && history.changed(key, member).version() > base) {
                        members.add(member);
                    }
                });
            }
            return new Told("conflict", 0, false, shown(), members);
        }

        private Told supersede() {
            Map<String, Object> sent = Plain.of(change.data());
            Map<String, Object> attempted =
                    sent == null || change.op() == Op.PUT ? sent : Plain.patched(standing, sent);
            Told told = new Told("superseded", head + 1, false, shown(), List.of());
            log(told, attempted, false, null);
            return told;
        }

        private Told deleteNothing() {
            Told told = new Told("applied", head + 1, false, null, List.of());
            log(told, null, false, null);
            return told;
        }

        private Told stand(
                String status,
                @Nullable Map<String, Object> made,
                @Nullable Set<String> touched,
                List<String> conflictFields) {
            boolean assembled = change.op() == Op.PATCH || status.equals("merged");
            if (assembled && made != null && made.containsKey("odd") && made.containsKey("even")) {
                return Told.refused("invalid-entity");
            }
            Told.Shown merged =
                    status.equals("merged")
                            ? new Told.Shown(
                                    head + 1,
                                    made,
                                    createdAt(made),
                                    when.modifiedAt(),
                                    write.actor(),
                                    write.deviceId())
                            : null;
            Told told = new Told(status, head + 1, false, merged, conflictFields);
            log(told, made, true, touched);
            return told;
        }

        private Told.@Nullable Shown shown() {
            return current == null ? null : current.shown();
        }

        private long createdAt(@Nullable Map<String, Object> made) {
            boolean creates = standing == null && made != null;
            return current == null || creates ? committedAt : current.createdAt();
        }

        private void log(
                Told told,
                @Nullable Map<String, Object> made,
                boolean stands,
                @Nullable Set<String> touched) {
            Line last = current == null ? null : history.last(key);
            history.add(
                    new Line(
                            change.changeId(),
                            key,
                            change.op(),
                            Plain.of(change.data()),
                            told,
                            made,
                            stands,
                            touched,
                            when,
                            write.actor(),
                            createdAt(made),
                            committedAt,
                            last == null ? 0 : last.when().version(),
                            stands ? head + 1 : current == null ? 0 : current.when().version()));
        }
    }
}
