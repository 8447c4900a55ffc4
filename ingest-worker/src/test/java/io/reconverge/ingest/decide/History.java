package io.reconverge.ingest.decide;

import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The accepted changes of a space, and everything that can be found out from them by going through
/// them again.
final class History {

    /// One accepted change.
    ///
    /// @param sent null for a deletion
    /// @param made the entity's members as the change made them or would have, null for none
    /// @param stands whether the entity became that
    /// @param touched the members that it changed one by one, null for all at once
    record Line(
            UUID changeId,
            EntityKey key,
            Op op,
            @Nullable Map<String, Object> sent,
            Told told,
            @Nullable Map<String, Object> made,
            boolean stands,
            @Nullable Set<String> touched,
            When when,
            String actor,
            long createdAt,
            long committedAt,
            long previousVersion,
            long entityVersion) {

        Told.Shown shown() {
            return new Told.Shown(
                    when.version, made, createdAt, when.modifiedAt, actor, when.deviceId);
        }

        boolean touches(String member) {
            return touched == null || touched.contains(member);
        }
    }

    record When(long version, long modifiedAt, String deviceId) {

        /// The device ids of tests are plain ASCII, where every order is the same.
        boolean notBefore(When other) {
            return modifiedAt == other.modifiedAt
                    ? deviceId.compareTo(other.deviceId) >= 0
                    : modifiedAt > other.modifiedAt;
        }
    }

    private final List<Line> lines = new ArrayList<>();

    List<Line> lines() {
        return lines;
    }

    void add(Line line) {
        lines.add(line);
    }

    void cutTo(int length) {
        lines.subList(length, lines.size()).clear();
    }

    @Nullable Line accepted(UUID changeId) {
        return last(line -> line.changeId.equals(changeId));
    }

    @Nullable Line last(EntityKey key) {
        return last(line -> line.key.equals(key));
    }

    @Nullable Line current(EntityKey key) {
        return last(line -> line.key.equals(key) && line.stands);
    }

    @Nullable Map<String, Object> membersAsOf(EntityKey key, long version) {
        Line line =
                last(each -> each.key.equals(key) && each.stands && each.when.version <= version);
        return line == null ? null : line.made;
    }

    /// When the member last changed, alone or with all others.
    When changed(EntityKey key, String member) {
        Line line = last(each -> each.key.equals(key) && each.stands && each.touches(member));
        if (line == null) {
            throw new AssertionError("nothing is known of " + key);
        }
        return line.made == null ? deleted(key, line.when) : line.when;
    }

    /// The newest of the times at which members last changed.
    When newest(EntityKey key) {
        Set<String> members = new HashSet<>();
        members.add("a member that no change names");
        for (Line line : lines) {
            if (line.key.equals(key) && line.touched != null) {
                members.addAll(line.touched);
            }
        }
        return members.stream()
                .map(member -> changed(key, member))
                .reduce((one, other) -> other.notBefore(one) ? other : one)
                .orElseThrow();
    }

    /// A tombstone is as new as the newest of the deletions since it stands.
    private When deleted(EntityKey key, When first) {
        When newest = first;
        for (Line line : lines) {
            boolean later = line.when.version > first.version && line.key.equals(key);
            boolean deletion = line.op == Op.DELETE && line.told.status().equals("applied");
            if (later && deletion && line.when.notBefore(newest)) {
                newest = line.when;
            }
        }
        return newest;
    }

    private @Nullable Line last(Predicate<Line> wanted) {
        for (Line line : lines.reversed()) {
            if (wanted.test(line)) {
                return line;
            }
        }
        return null;
    }
}
