package io.reconverge.feed.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.feed.Commits;
import io.reconverge.feed.Feed;
import io.reconverge.feed.Write;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.TimedPage;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/// A time as a cursor is as good as a version.
@OnParts
class TimelineTest {

    private final Feed feed = Feed.shared();
    private final Commits commits = feed.commits();
    private final String ann = "ann-" + UUID.randomUUID();

    @Test
    void many_changes_in_one_millisecond_by_clocks_that_jump_are_read_once_each() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 40; i++) {
            commits.skew(random.nextLong(-300_000, 300_000));
            Write[] writes = new Write[1 + random.nextInt(20)];
            for (int j = 0; j < writes.length; j++) {
                writes[j] = Write.put("note", "n-" + random.nextInt(100), "{\"i\":" + i + "}");
            }
            commits.commit(ann, writes);
        }
        commits.skew(0);

        Reader reader = new Reader(ann);
        while (reader.read(1 + random.nextInt(7))) {
            assertThat(reader.repeats).isZero();
        }
        assertThat(reader.held).isEqualTo(truth(SpaceId.personal(ann)));
        assertThat(reader.read(10)).isFalse();
        assertThat(reader.repeats).isZero();
    }

    /// Three workers whose clocks are minutes apart write to four spaces, while a reader follows.
    @RepeatedTest(3)
    void across_spaces_nothing_is_missed_and_nothing_comes_twice(RepetitionInfo repetition)
            throws InterruptedException {
        List<UUID> spaces = new ArrayList<>(List.of(SpaceId.personal(ann)));
        for (int i = 0; i < 3; i++) {
            UUID space = SpaceId.shared(ann, UUID.randomUUID());
            commits.join(space, ann, "owner");
            spaces.add(space);
        }
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SplittableRandom random =
                    new SplittableRandom(10L * repetition.getCurrentRepetition() + i);
            long skew = (i - 1) * 180_000L;
            workers.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try (Commits worker = new Commits(feed.isolation())) {
                                    worker.skew(skew);
                                    for (int n = 0; n < 120; n++) {
                                        worker.commitTo(
                                                spaces.get(random.nextInt(4)),
                                                ann,
                                                Write.put(
                                                        "note",
                                                        "n-" + random.nextInt(30),
                                                        "{\"n\":" + n + "}"));
                                    }
                                }
                            }));
        }
        Reader reader = new Reader(ann);
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        Thread watch =
                Thread.ofVirtual()
                        .start(() -> {
                            for (Thread worker : workers) {
                                join(worker);
                            }
                            done.set(true);
                        });
        while (!done.get()) {
            reader.read(1 + random.nextInt(20));
        }
        watch.join();
        while (reader.read(1 + random.nextInt(20))) {
            assertThat(reader.held).isNotEmpty();
        }
        assertThat(reader.repeats).isZero();
        Map<String, Long> truth = new TreeMap<>();
        spaces.forEach(space -> truth.putAll(truth(space)));
        assertThat(reader.held).isEqualTo(truth);
    }

    @Test
    void who_joins_later_gets_the_space_from_its_start_page_by_page() {
        String bob = "bob-" + UUID.randomUUID();
        UUID space = SpaceId.shared(ann, UUID.randomUUID());
        commits.join(space, ann, "owner");
        for (int i = 0; i < 50; i++) {
            commits.commitTo(space, ann, Write.put("note", "n-" + i, "{}"));
        }
        commits.commit(bob, Write.put("note", "mine", "{}"));
        Reader reader = new Reader(bob);
        assertThat(reader.read(10)).isFalse();
        assertThat(reader.held).hasSize(1);

        commits.join(space, bob, "viewer");
        while (reader.read(7)) {
            assertThat(reader.repeats).isZero();
        }
        Map<String, Long> all = truth(space);
        all.putAll(truth(SpaceId.personal(bob)));
        assertThat(reader.held).isEqualTo(all);
        assertThat(reader.repeats).isZero();

        commits.commitTo(space, ann, Write.put("note", "n-1", "{\"again\":true}"));
        commits.commit(bob, Write.put("membership", space.toString(), "{\"role\":\"editor\"}"));
        reader.read(100);
        assertThat(reader.held)
                .containsEntry(space + "/note/n-1", truth(space).get(space + "/note/n-1"));
        assertThat(reader.repeats).isZero();

        commits.commitTo(space, ann, Write.delete("member", bob));
        commits.commitTo(space, ann, Write.put("note", "secret", "{}"));
        reader.read(100);
        assertThat(reader.held).doesNotContainKey(space + "/note/secret");
    }

    @Test
    void a_first_write_to_a_space_never_written_to_comes_after_what_was_handed_out() {
        UUID space = SpaceId.shared("carl", UUID.randomUUID());
        commits.skew(300_000);
        commits.commitTo(space, "carl", Write.put("member", ann, "{\"role\":\"viewer\"}"));
        commits.skew(0);
        commits.commit(ann, Write.put("membership", space.toString(), "{\"role\":\"viewer\"}"));
        Reader reader = new Reader(ann);
        reader.read(10);
        assertThat(reader.since).isGreaterThan(System.currentTimeMillis() + 200_000);

        commits.commit(ann, Write.put("note", "late", "{}"));
        reader.read(10);
        assertThat(reader.held).containsKey(SpaceId.personal(ann) + "/note/late");
    }

    @Test
    void types_and_spaces_can_be_asked_for_and_another_s_space_cannot() {
        UUID space = SpaceId.shared(ann, UUID.randomUUID());
        commits.join(space, ann, "owner");
        commits.commitTo(space, ann, Write.put("note", "1", "{}"), Write.put("list", "1", "{}"));
        commits.commit(ann, Write.put("list", "2", "{}"));

        assertThat(page(ann, "?type=list").changes())
                .extracting(TimedEntity::id)
                .containsExactlyInAnyOrder("1", "2");
        assertThat(page(ann, "?type=list&space=me").changes())
                .extracting(TimedEntity::id)
                .containsExactly("2");
        assertThat(page(ann, "?type=list&space=" + space).changes())
                .extracting(TimedEntity::id)
                .containsExactly("1");
        feed.problem(ProblemType.NOT_A_MEMBER, "thief-" + ann, "/v1/changes?space=" + space);
        feed.problem(ProblemType.NOT_A_MEMBER, ann, "/v1/changes?space=" + UUID.randomUUID());
        feed.problem(ProblemType.MALFORMED_REQUEST, ann, "/v1/changes?since=yesterday");
    }

    @Test
    void a_time_from_before_tombstones_were_purged_is_expired() {
        commits.commit(ann, Write.put("note", "1", "{}"));
        long early = page(ann, "").timestamp();
        commits.commit(ann, Write.delete("note", "1"));
        long late = page(ann, "").timestamp();
        UUID own = SpaceId.personal(ann);
        commits.sql("delete from entity where space_id = ? and data is null", own);
        commits.sql("update space set purged = 2 where space_id = ?", own);

        feed.problem(ProblemType.CURSOR_EXPIRED, ann, "/v1/changes?since=" + early);
        assertThat(page(ann, "?since=" + late).changes()).isEmpty();
        assertThat(page(ann, "").changes()).isEmpty();
    }

    @Test
    void entities_are_found_by_name_in_whichever_space_has_them() {
        UUID space = SpaceId.shared(ann, UUID.randomUUID());
        commits.join(space, ann, "owner");
        commits.commitTo(space, ann, Write.put("note", "a/b", "{}"));
        commits.commit(ann, Write.put("note", "2", "{}"));

        var found =
                feed.get(ann, "/v1/entities?key=note/a/b&key=note/2&key=note/none").get("entities");
        assertThat(found).hasSize(2);
        assertThat(feed.get("thief-" + ann, "/v1/entities?key=note/a/b").get("entities")).isEmpty();
    }

    private TimedPage page(String user, String query) {
        return WireJson.MAPPER.treeToValue(feed.get(user, "/v1/changes" + query), TimedPage.class);
    }

    private Map<String, Long> truth(UUID space) {
        Map<String, Long> truth = new TreeMap<>();
        commits.numbers("select type || '/' || id, version from entity where space_id = ?", space)
                .forEach((name, version) -> truth.put(space + "/" + name, version));
        return truth;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    /// Follows the times that it is given.
    private final class Reader {

        private final String user;
        private final Map<String, Long> held = new TreeMap<>();
        private final Set<String> seen = new HashSet<>();
        private long since;
        private int repeats;

        Reader(String user) {
            this.user = user;
        }

        boolean read(int limit) {
            TimedPage page = page(user, "?since=" + since + "&limit=" + limit);
            assertThat(page.timestamp()).isGreaterThanOrEqualTo(since);
            Map<UUID, Long> last = new HashMap<>();
            for (TimedEntity entity : page.changes()) {
                String name = entity.space() + "/" + entity.type() + "/" + entity.id();
                repeats += seen.add(name + "@" + entity.version()) ? 0 : 1;
                Long before = last.put(entity.space(), entity.version());
                assertThat(before == null || before < entity.version()).isTrue();
                held.merge(name, entity.version(), Math::max);
            }
            since = page.timestamp();
            return page.hasMore();
        }
    }
}
