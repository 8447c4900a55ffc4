package io.reconverge.ingest.decide;

import static io.reconverge.ingest.decide.Sent.delete;
import static io.reconverge.ingest.decide.Sent.json;
import static io.reconverge.ingest.decide.Sent.patch;
import static io.reconverge.ingest.decide.Sent.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Policy `merge` on a stale base: version 1, at time 100, was what the phone had seen.
class MergeTest {

    private final Space space = new Space();

    @Test
    void members_that_one_side_alone_changed_are_kept_from_that_side() {
        seen("{'a':1,'b':1,'c':1}");
        space.send("desk", put("n", "{'a':2,'b':1,'c':1}").at(900));

        ChangeResult.Merged merged = merged(put("n", "{'a':1,'b':3,'c':1}").at(200));

        assertThat(merged.conflictFields()).isEmpty();
        assertThat(merged.entity()).isEqualTo(space.note("n"));
        assertThat(space.note("n").data()).isEqualTo(json("{'a':2,'b':3,'c':1}"));
    }

    @Test
    void members_that_both_sides_changed_go_to_the_newer_and_are_named() {
        seen("{'a':1,'b':1}");
        space.send("desk", patch("n", "{'a':2}").at(300), patch("n", "{'b':2}").at(500));

        ChangeResult.Merged merged = merged(put("n", "{'a':3,'b':3}").at(400));

        assertThat(merged.conflictFields()).containsExactly("a", "b");
        assertThat(space.note("n").data()).isEqualTo(json("{'a':3,'b':2}"));
    }

    @Test
    void a_member_that_both_sides_changed_to_the_same_is_no_conflict() {
        seen("{'a':1}");
        space.send("desk", patch("n", "{'a':2}").at(900));

        assertThat(merged(put("n", "{'a':2.0}").at(200)).conflictFields()).isEmpty();
        assertThat(merged(patch("n", "{'a':20e-1}").at(200)).conflictFields()).isEmpty();
        assertThat(space.note("n").data()).isEqualTo(json("{'a':2}"));
    }

    @Test
    void a_member_missing_from_a_put_was_removed_if_it_was_in_the_base() {
        seen("{'a':1,'b':1}");
        space.send("desk", patch("n", "{'new':1}").at(900));

        assertThat(merged(put("n", "{'a':1}").at(200)).conflictFields()).isEmpty();
        assertThat(space.note("n").data()).isEqualTo(json("{'a':1,'new':1}"));
    }

    @Test
    void a_member_that_one_side_removed_and_the_other_changed_goes_to_the_newer() {
        seen("{'a':1,'b':1,'c':1}");
        space.send("desk", patch("n", "{'a':null,'b':2}").at(300));

        assertThat(merged(put("n", "{'a':3,'c':1}").at(400)).conflictFields())
                .containsExactly("a", "b");
        assertThat(space.note("n").data()).isEqualTo(json("{'a':3,'c':1}"));
    }

    @Test
    void a_null_is_a_value_and_no_removal_in_a_put() {
        seen("{'a':1}");
        space.send("desk", patch("n", "{'b':1}").at(900));

        merged(put("n", "{'a':null}").at(200));

        assertThat(space.note("n").data()).isEqualTo(json("{'a':null,'b':1}"));
    }

    @Test
    void two_who_made_the_same_entity_get_the_members_of_both() {
        space.send("desk", put("n", "{'a':1,'b':1}").on(0).at(100));

        var merged =
                (ChangeResult.Merged)
                        space.one("phone", put("n", "{'b':2,'c':2}").on(0).at(50).under(MERGE));

        assertThat(merged.conflictFields()).containsExactly("b");
        assertThat(space.note("n").data()).isEqualTo(json("{'a':1,'b':1,'c':2}"));
    }

    @Test
    void a_base_before_a_tombstone_s_time_had_nothing_in_it() {
        seen("{'a':1}");
        space.send("desk", delete("n").at(200), put("n", "{'b':1}").on(2).at(300));

        var merged =
                (ChangeResult.Merged)
                        space.one("phone", put("n", "{'c':1}").on(2).at(400).under(MERGE));

        assertThat(merged.conflictFields()).isEmpty();
        assertThat(space.note("n").data()).isEqualTo(json("{'b':1,'c':1}"));
    }

    @Test
    void without_the_base_all_that_differs_and_was_changed_here_is_contested() {
        Space space = new Space();
        space.send("desk", put("n", "{'a':1,'b':1,'c':1}").at(100));
        space.send("desk", patch("n", "{'a':2,'new':2}").at(300));
        Sent put = put("n", "{'a':1,'b':3}").on(1).at(200).under(MERGE);
        Loaded loaded = space.tables.load(List.of(Space.write("phone", false, put)), RULES);
        Loaded forgotten =
                new Loaded(loaded.heads(), loaded.accepted(), loaded.entities(), Map.of());
        assertThat(loaded.bases()).hasSize(1);

        Batch batch = new Batch(forgotten, RULES, Space.NOW);
        var merged =
                (ChangeResult.Merged)
                        batch.decide(Space.write("phone", false, put), new Source(1, 9)).getFirst();

        assertThat(merged.conflictFields()).containsExactly("a", "new");
        assertThat(data(batch)).isEqualTo(json("{'a':2,'b':3,'new':2}"));
    }

    @Test
    void a_patch_meets_the_members_that_it_names() {
        seen("{'a':{'x':1},'b':1}");
        space.send("desk", patch("n", "{'a':{'y':2}}").at(300));

        ChangeResult.Merged merged = merged(patch("n", "{'a':{'x':3},'b':3}").at(400));

        assertThat(merged.conflictFields()).containsExactly("a");
        assertThat(space.note("n").data()).isEqualTo(json("{'a':{'x':3,'y':2},'b':3}"));
    }

    @Test
    void a_write_of_which_nothing_is_left_is_superseded() {
        seen("{'a':1,'b':1}");
        space.send("desk", patch("n", "{'a':2}").at(300));

        assertThat(space.one("phone", put("n", "{'a':3,'b':1}").on(1).at(200).under(MERGE)))
                .isEqualTo(
                        new ChangeResult.Superseded(
                                put("n", "{'a':3,'b':1}")
                                        .on(1)
                                        .at(200)
                                        .under(MERGE)
                                        .change()
                                        .changeId(),
                                3,
                                false,
                                space.note("n")));
        assertThat(space.row(3).data()).isEqualTo(json("{'a':3,'b':1}"));
    }

    @Test
    void a_write_that_changed_nothing_is_merged_so_that_its_sender_hears_of_the_other_side() {
        seen("{'a':1}");
        space.send("desk", patch("n", "{'a':2}").at(300));

        assertThat(merged(put("n", "{'a':1}").at(400)).conflictFields()).isEmpty();
        assertThat(merged(patch("n", "{}").at(400)).conflictFields()).isEmpty();
        assertThat(space.note("n").data()).isEqualTo(json("{'a':2}"));
        assertThat(space.note("n").version()).isEqualTo(4);
    }

    @Test
    void an_agreed_member_bears_the_newer_of_both_times() {
        seen("{'a':1}");
        space.send("desk", patch("n", "{'a':2}").at(300));
        merged(patch("n", "{'a':2}").at(500));

        assertThat(space.one("late", patch("n", "{'a':9}").at(400)))
                .isInstanceOf(ChangeResult.Superseded.class);
    }

    @Test
    void a_deletion_over_an_unseen_edit_and_an_edit_over_an_unseen_deletion_are_conflicts() {
        seen("{'a':1}");
        space.send("desk", patch("n", "{'a':2}").at(200));
        Sent delete = delete("n").on(1).at(900).under(MERGE);
        assertThat(space.one("phone", delete))
                .isEqualTo(
                        new ChangeResult.Conflict(
                                delete.change().changeId(), space.note("n"), List.of()));

        space.send("desk", delete("n").on(2).at(300));
        Sent edit = patch("n", "{'a':3}").on(1).at(900).under(MERGE);
        assertThat(space.one("phone", edit))
                .isEqualTo(
                        new ChangeResult.Conflict(
                                edit.change().changeId(), space.note("n"), List.of()));
        assertThat(space.head().conflicts()).isEqualTo(2);
    }

    private static final OnConflict MERGE = OnConflict.MERGE;
    private static final Rules RULES = TypeRules.RULES;

    private void seen(String data) {
        space.send("desk", put("n", data).at(100));
    }

    private ChangeResult.Merged merged(Sent change) {
        return (ChangeResult.Merged) space.one("phone", change.on(1).under(MERGE));
    }

    private static @Nullable JsonObject data(Batch batch) {
        Standing standing = batch.written().entities().getFirst().standing();
        assertThat(new EntityKey(standing.entity().type(), standing.entity().id()))
                .isEqualTo(new EntityKey("note", "n"));
        return standing.entity().data();
    }
}
