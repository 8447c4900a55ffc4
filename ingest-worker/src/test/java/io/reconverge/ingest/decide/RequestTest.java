package io.reconverge.ingest.decide;

import static io.reconverge.ingest.decide.Sent.delete;
import static io.reconverge.ingest.decide.Sent.json;
import static io.reconverge.ingest.decide.Sent.patch;
import static io.reconverge.ingest.decide.Sent.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WriteRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a sender is told.
class RequestTest {

    private final Space space = new Space();

    @Test
    void a_change_sent_again_gets_its_first_answer_however_things_stand_by_then() {
        Sent applied = put("n", "{'a':1,'b':1}").at(300);
        Sent merged = patch("n", "{'a':2,'c':2}").on(1).at(200).under(OnConflict.MERGE);
        Sent superseded = put("n", "{}").at(100);
        space.send("desk", applied, patch("n", "{'a':9}").at(400));
        List<ChangeResult> first = space.send("phone", merged, superseded);
        space.send("desk", delete("n").at(900));

        assertThat(told(space.send("phone", applied, merged, superseded)))
                .containsExactly(
                        new Told("applied", 1, true, null, List.of()),
                        Told.of(first.get(0)).again(),
                        Told.of(first.get(1)).again());
        assertThat(first)
                .hasExactlyElementsOfTypes(
                        ChangeResult.Merged.class, ChangeResult.Superseded.class);
        assertThat(space.head().version()).isEqualTo(5);
    }

    @Test
    void a_change_twice_in_one_request_is_applied_once() {
        Sent change = put("n", "{}");

        assertThat(told(space.send("phone", change, change)))
                .containsExactly(
                        new Told("applied", 1, false, null, List.of()),
                        new Told("applied", 1, true, null, List.of()));
    }

    @Test
    void a_change_sent_again_rebased_is_still_the_same_change() {
        Sent change = put("n", "{'a':1}").named("first");
        space.send("phone", change);

        assertThat(Told.of(space.one("phone", change.on(1).at(77))).duplicate()).isTrue();
    }

    @Test
    void an_accepted_id_with_other_content_is_rejected_and_forgotten() {
        space.send("phone", put("n", "{'a':1}").named("first"));

        assertThat(told(space.send("phone", put("n", "{'a':2}").named("first"))))
                .containsExactly(Told.refused("change-id-reused"));
        assertThat(space.tables.receipt(Space.ID, Sent.id("first")))
                .isEqualTo(new ChangeResult.Applied(Sent.id("first"), 1, true, true));
    }

    @Test
    void a_refused_change_is_decided_afresh_when_it_comes_again() {
        Sent change = put("n", "{'a':2}").named("again").under(OnConflict.REJECT);
        space.send("desk", put("n", "{'a':1}"));

        ChangeResult refused = space.one("phone", change.on(0));
        assertThat(refused)
                .isEqualTo(
                        new ChangeResult.Conflict(Sent.id("again"), space.note("n"), List.of("a")));
        assertThat(space.tables.receipt(Space.ID, Sent.id("again"))).isEqualTo(refused);

        ChangeResult accepted = space.one("phone", change.on(1));
        assertThat(accepted).isEqualTo(new ChangeResult.Applied(Sent.id("again"), 2, false, false));
        assertThat(space.tables.receipt(Space.ID, Sent.id("again")))
                .isEqualTo(new ChangeResult.Applied(Sent.id("again"), 2, true, false));
    }

    @Test
    void a_conflict_names_what_was_sent_and_differs_and_has_changed_since() {
        space.send("desk", put("n", "{'old':1,'same':1,'other':1}").at(100));
        space.send("desk", patch("n", "{'same':2,'other':2,'third':2}").at(200));

        Sent put = put("n", "{'old':9,'same':2,'other':9}").on(1).under(OnConflict.REJECT);
        Sent patch = patch("n", "{'old':9,'same':2,'third':null}").on(1).under(OnConflict.REJECT);

        assertThat(told(space.send("phone", put, patch)).stream().map(Told::conflictFields))
                .containsExactly(List.of("other"), List.of("third"));
    }

    @Test
    void nothing_of_an_atomic_request_applies_when_one_change_is_refused() {
        Sent before = put("n", "{'a':1}");
        space.send("phone", before);

        List<ChangeResult> results =
                space.sendAtomically(
                        "phone",
                        put("m", "{}").named("fine"),
                        before,
                        put("n", "{'a':2}").on(0).under(OnConflict.REJECT),
                        put("m", "{}").named("fine"),
                        put("k", "{}").on(99),
                        delete("nobody"));

        assertThat(told(results).stream().map(Told::status))
                .containsExactly(
                        "batch-aborted",
                        "applied",
                        "conflict",
                        "batch-aborted",
                        "base-version-ahead",
                        "batch-aborted");
        assertThat(told(results).get(1).duplicate()).isTrue();
        assertThat(space.entity("note", "m")).isNull();
        assertThat(space.head()).isEqualTo(new Head(Space.ID, Tables.EPOCH, 1, Space.NOW, 1));
        assertThat(space.tables.receipt(Space.ID, Sent.id("fine"))).isEqualTo(results.getFirst());
    }

    @Test
    void a_conflict_within_an_atomic_request_shows_what_stands_without_the_request() {
        space.send("desk", put("n", "{'a':1}").at(100));
        Sent again = put("n", "{'a':3}").on(1).under(OnConflict.REJECT);
        Sent made = put("m", "{'a':3}").on(0).at(3).under(OnConflict.REJECT);

        List<ChangeResult> results =
                space.sendAtomically(
                        "phone", put("n", "{'a':2}").on(1), again, put("m", "{}").on(0), made);

        assertThat(results.get(1))
                .isEqualTo(
                        new ChangeResult.Conflict(
                                again.change().changeId(), space.note("n"), List.of("a")));
        assertThat(Told.of(results.get(3)))
                .isEqualTo(new Told("conflict", 0, false, null, List.of("a")));
        assertThat(space.head()).isEqualTo(new Head(Space.ID, Tables.EPOCH, 1, Space.NOW, 2));
    }

    @Test
    void all_of_an_atomic_request_applies_when_none_is_refused() {
        space.send("desk", put("n", "{}").at(900));

        List<ChangeResult> results =
                space.sendAtomically("phone", put("m", "{}"), put("n", "{'a':1}").at(100));

        assertThat(told(results).stream().map(Told::status))
                .containsExactly("applied", "superseded");
        assertThat(space.head().version()).isEqualTo(3);
    }

    @Test
    void nobody_writes_to_another_s_space_nor_learns_or_leaves_anything_there() {
        space.send("phone", put("n", "{}").named("hers"));
        Head before = space.head();
        WriteRecord forged =
                new WriteRecord(
                        SpaceId.personal("mallory"),
                        Space.ID,
                        "mallory",
                        "phone",
                        false,
                        Space.NOW,
                        List.of(
                                put("n", "{}").named("hers").change(),
                                delete("n").named("his").change()));

        assertThat(told(space.decide(forged)))
                .containsExactly(Told.refused("not-a-member"), Told.refused("not-a-member"));
        assertThat(space.head()).isEqualTo(before);
        assertThat(space.tables.receipt(Space.ID, Sent.id("his"))).isNull();
    }

    @Test
    void what_a_patch_or_a_merge_makes_must_be_valid() {
        space.send("desk", put("n", "{'odd':1,'a':1}").at(100), patch("n", "{'a':2}").at(200));

        ChangeResult.Rejected patched =
                (ChangeResult.Rejected) space.one("phone", patch("n", "{'even':2}").at(300));
        assertThat(Space.slug(patched.problem())).isEqualTo("invalid-entity");
        assertThat(patched.problem().errors())
                .containsExactly(new Violation("/odd", "not beside `even`"));

        Sent merged = put("n", "{'odd':1,'even':1,'a':1}").on(1).at(300).under(OnConflict.MERGE);
        assertThat(told(List.of(space.one("phone", merged))))
                .containsExactly(Told.refused("invalid-entity"));
        assertThat(space.head().version()).isEqualTo(2);
    }

    @Test
    void what_the_gateway_has_checked_is_not_checked_again() {
        assertThat(space.one("phone", put("n", "{'odd':1,'even':2}")))
                .isInstanceOf(ChangeResult.Applied.class);
    }

    @Test
    void a_type_may_reject_by_default() {
        space.send("desk", put("n", "{'a':1}").typed("task"));

        assertThat(space.one("phone", put("n", "{'a':2}").typed("task").on(0)))
                .isInstanceOf(ChangeResult.Conflict.class);
        assertThat(space.one("phone", put("n", "{'a':3}").typed("task")))
                .as("no base: last write wins")
                .isInstanceOf(ChangeResult.Applied.class);
        assertThat(space.entity("task", "n"))
                .isNotNull()
                .extracting(entity -> entity.data())
                .isEqualTo(json("{'a':3}"));
    }

    private static List<Told> told(List<ChangeResult> results) {
        return results.stream().map(Told::of).toList();
    }
}
