package io.reconverge.ingest.decide;

import static io.reconverge.ingest.decide.Sent.delete;
import static io.reconverge.ingest.decide.Sent.json;
import static io.reconverge.ingest.decide.Sent.patch;
import static io.reconverge.ingest.decide.Sent.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What goes into the log.
class LogTest {

    private final Space space = new Space();

    @Test
    void each_accepted_change_takes_the_next_version_and_a_refused_one_takes_none() {
        List<ChangeResult> results =
                space.send(
                        "phone",
                        put("n", "{'a':1}").at(200),
                        put("n", "{'a':2}").on(0).under(OnConflict.REJECT),
                        put("n", "{'a':3}").on(99),
                        put("n", "{'a':4}").at(100),
                        delete("nobody"));

        assertThat(results.stream().map(Told::of).map(Told::status))
                .containsExactly(
                        "applied", "conflict", "base-version-ahead", "superseded", "applied");
        assertThat(space.tables.log(Space.ID).stream().map(row -> row.event().data()))
                .containsExactly(json("{'a':1}"), json("{'a':4}"), null);
        assertThat(space.head()).isEqualTo(new Head(Space.ID, Tables.EPOCH, 3, Space.NOW + 2, 2));
    }

    @Test
    void commit_times_strictly_increase_though_the_clock_stands_or_goes_back() {
        space.send("phone", put("a", "{}"), put("b", "{}"));
        space.now -= 1_000;
        space.send("phone", put("c", "{}"));
        space.now += 5_000;
        space.send("phone", put("d", "{}"));

        assertThat(space.tables.log(Space.ID).stream().map(row -> row.event().committedAt()))
                .containsExactly(Space.NOW, Space.NOW + 1, Space.NOW + 2, Space.NOW + 4_000);
    }

    @Test
    void a_row_tells_all_of_its_change() {
        space.send("desk", put("n", "{'a':1}").at(100));
        space.now += 50;
        space.send("phone", patch("n", "{'b':2}").at(200));

        assertThat(space.row(2))
                .isEqualTo(
                        new ChangeEvent(
                                Space.ID,
                                2,
                                1,
                                2,
                                "note",
                                "n",
                                Op.PATCH,
                                Outcome.APPLIED,
                                json("{'a':1,'b':2}"),
                                json("{'b':2}"),
                                Space.OWNER,
                                "phone",
                                Space.NOW,
                                200,
                                Space.NOW + 50));
        assertThat(space.note("n"))
                .isEqualTo(
                        new Entity(
                                "note",
                                "n",
                                2,
                                json("{'a':1,'b':2}"),
                                false,
                                Space.NOW,
                                200,
                                Space.OWNER,
                                "phone"));
    }

    @Test
    void a_row_keeps_where_it_came_from_and_under_which_id() {
        Sent change = put("n", "{}");
        space.send("desk", put("m", "{}"));
        space.send("desk", change);

        LogRow row = space.tables.log(Space.ID).getLast();
        assertThat(row.source()).isEqualTo(new Source(1, 1));
        assertThat(row.changeId()).isEqualTo(change.change().changeId());
        assertThat(row.fingerprint()).isEqualTo(Fingerprint.of(change.change()));
    }

    @Test
    void a_device_without_a_name_is_null() {
        space.send("", put("n", "{}"));

        assertThat(space.row(1).deviceId()).isNull();
        assertThat(space.note("n").deviceId()).isNull();
    }

    @Test
    void rows_of_an_entity_are_a_chain_that_superseded_ones_are_links_of() {
        space.send(
                "phone",
                put("n", "{}").at(200),
                put("m", "{}").at(200),
                put("n", "{'lost':1}").at(100),
                patch("n", "{'won':1}").at(300),
                delete("n").at(400),
                delete("n").at(400).on(1),
                put("n", "{}").at(500));

        assertThat(space.tables.log(Space.ID).stream().map(row -> row.event().previousVersion()))
                .containsExactly(0L, 0L, 1L, 3L, 4L, 5L, 6L);
        assertThat(space.tables.log(Space.ID).stream().map(row -> row.event().entityVersion()))
                .containsExactly(1L, 2L, 1L, 4L, 5L, 5L, 7L);
    }

    @Test
    void a_superseded_row_says_what_it_would_have_made() {
        space.send("desk", put("n", "{'a':1,'b':1}").at(900));
        Entity standing = space.note("n");
        space.send(
                "phone",
                put("n", "{'a':2}").at(100),
                patch("n", "{'a':null,'c':2}").at(100),
                delete("n").at(100));

        assertThat(space.tables.log(Space.ID).stream().map(row -> row.event().data()))
                .containsExactly(
                        json("{'a':1,'b':1}"), json("{'a':2}"), json("{'b':1,'c':2}"), null);
        assertThat(space.row(3).patch()).isEqualTo(json("{'a':null,'c':2}"));
        for (long version = 2; version <= 4; version++) {
            assertThat(space.row(version).outcome()).isEqualTo(Outcome.SUPERSEDED);
            assertThat(space.row(version).stands()).isFalse();
            assertThat(space.row(version).createdAt()).isEqualTo(standing.createdAt());
        }
        assertThat(space.note("n")).isEqualTo(standing);
    }

    @Test
    void deleting_what_never_was_is_logged_and_makes_no_tombstone() {
        assertThat(space.one("phone", delete("n"))).isInstanceOf(ChangeResult.Applied.class);

        assertThat(space.row(1).stands()).isFalse();
        assertThat(space.row(1).entityVersion()).isZero();
        assertThat(space.row(1).outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(space.entity("note", "n")).isNull();
    }

    @Test
    void an_entity_made_again_after_its_tombstone_has_a_new_time_of_creation() {
        space.send("phone", put("n", "{}").at(100));
        space.now += 10;
        space.send("phone", patch("n", "{'a':1}").at(200), delete("n").at(300));
        assertThat(space.note("n").createdAt()).isEqualTo(Space.NOW);
        space.now += 10;
        space.send("phone", put("n", "{}").at(400));

        assertThat(space.note("n").createdAt()).isEqualTo(Space.NOW + 20);
    }

    @Test
    void conflicts_are_counted() {
        space.send("desk", put("n", "{'a':1,'b':1}").at(100), patch("n", "{'a':2}").at(300));
        assertThat(space.head().conflicts()).isZero();

        space.send("phone", put("n", "{}").at(50));
        assertThat(space.head().conflicts()).as("superseded").isEqualTo(1);
        space.send("phone", patch("n", "{'a':3,'b':3}").at(200));
        assertThat(space.head().conflicts()).as("merged with a conflict").isEqualTo(2);
        space.send("phone", delete("n").on(1).under(OnConflict.REJECT));
        assertThat(space.head().conflicts()).as("conflict").isEqualTo(3);
        space.send("phone", patch("n", "{'c':3}").on(1).at(10).under(OnConflict.MERGE));
        assertThat(space.head().conflicts()).as("merged without one").isEqualTo(3);
        space.send("phone", put("n", "{}").at(50));
        assertThat(space.head().conflicts()).as("a duplicate").isEqualTo(3);
    }
}
