package io.reconverge.ingest.decide;

import static io.reconverge.ingest.decide.Sent.delete;
import static io.reconverge.ingest.decide.Sent.json;
import static io.reconverge.ingest.decide.Sent.patch;
import static io.reconverge.ingest.decide.Sent.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.OnConflict;
import org.junit.jupiter.api.Test;

class LastWriteWinsTest {

    private final Space space = new Space();

    @Test
    void a_put_must_be_newer_than_the_newest_member() {
        space.send("desk", put("n", "{'a':1,'b':1}").at(100), patch("n", "{'b':2}").at(300));

        assertThat(space.one("phone", put("n", "{}").at(200)))
                .isInstanceOf(ChangeResult.Superseded.class);
        assertThat(space.one("phone", put("n", "{}").at(301)))
                .isInstanceOf(ChangeResult.Applied.class);
    }

    @Test
    void a_patch_fares_member_by_member() {
        space.send("desk", put("n", "{'a':1,'b':1}").at(100), patch("n", "{'b':2}").at(300));

        var merged =
                (ChangeResult.Merged) space.one("phone", patch("n", "{'a':9,'b':9,'c':9}").at(200));

        assertThat(merged.conflictFields()).containsExactly("b");
        assertThat(merged.entity()).isEqualTo(space.note("n"));
        assertThat(space.note("n").data()).isEqualTo(json("{'a':9,'b':2,'c':9}"));
    }

    @Test
    void a_removed_member_stays_removed_against_an_older_write() {
        space.send("desk", put("n", "{'a':1}").at(100), patch("n", "{'a':null}").at(300));

        space.send("phone", patch("n", "{'a':2}").at(200));

        assertThat(space.note("n").data()).isEqualTo(json("{}"));
    }

    @Test
    void a_member_keeps_the_time_it_was_written_at_though_others_change_later() {
        space.send("desk", put("n", "{}").at(100), patch("n", "{'a':1}").at(200));
        space.send("desk", patch("n", "{'b':1}").at(900));

        assertThat(space.one("phone", patch("n", "{'a':2}").at(300)))
                .isInstanceOf(ChangeResult.Applied.class);
    }

    @Test
    void what_wins_on_a_covering_base_bears_its_own_time_however_old() {
        space.send("desk", put("n", "{'a':1}").at(900));
        space.send("phone", put("n", "{'a':2}").on(1).at(100));

        assertThat(space.one("desk", put("n", "{'a':3}").at(200)))
                .isInstanceOf(ChangeResult.Applied.class);
    }

    @Test
    void a_tie_goes_to_the_greater_device_id() {
        space.send("m", put("n", "{'by':'m'}").at(100));

        space.send("a", put("n", "{'by':'a'}").at(100));
        assertThat(space.note("n").data()).isEqualTo(json("{'by':'m'}"));
        space.send("z", put("n", "{'by':'z'}").at(100));
        assertThat(space.note("n").data()).isEqualTo(json("{'by':'z'}"));
        space.send("z", put("n", "{'by':'z again'}").at(100));
        assertThat(space.note("n").data()).isEqualTo(json("{'by':'z again'}"));
    }

    @Test
    void a_clock_more_than_five_minutes_ahead_is_taken_as_the_server_s() {
        long ahead = Space.NOW + Attempt.AHEAD_MAX_MILLIS;
        space.send("fast", put("n", "{}").at(ahead), put("m", "{}").at(ahead + 1));

        assertThat(space.note("n").modifiedAt()).isEqualTo(ahead);
        assertThat(space.note("m").modifiedAt()).isEqualTo(Space.NOW);
        assertThat(space.row(2).modifiedAt()).isEqualTo(Space.NOW);
    }

    @Test
    void the_largest_time_there_is_is_ahead_too() {
        space.send("fast", put("n", "{}").at(Long.MAX_VALUE));

        assertThat(space.note("n").modifiedAt()).isEqualTo(Space.NOW);
    }

    @Test
    void a_newer_patch_makes_an_entity_of_a_tombstone_from_nothing() {
        space.send("desk", put("n", "{'a':1}").at(100), delete("n").at(200));

        space.send("phone", patch("n", "{'b':{'c':null,'d':1},'e':null}").at(300));

        assertThat(space.note("n").data()).isEqualTo(json("{'b':{'d':1}}"));
    }

    @Test
    void a_tombstone_remembers_the_newest_deletion() {
        space.send("desk", put("n", "{}").at(100), delete("n").at(200));
        space.send("tablet", delete("n").at(400), delete("n").at(250));

        assertThat(space.one("phone", put("n", "{}").at(300)))
                .isInstanceOf(ChangeResult.Superseded.class);
        assertThat(space.one("phone", put("n", "{}").at(401)))
                .isInstanceOf(ChangeResult.Applied.class);
    }

    @Test
    void a_stale_base_is_as_good_as_none() {
        space.send("desk", put("n", "{'a':1}").at(100), put("n", "{'a':2}").at(200));

        assertThat(space.one("phone", put("n", "{}").on(1).at(150).under(OnConflict.LWW)))
                .isInstanceOf(ChangeResult.Superseded.class);
    }
}
