package io.reconverge.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.chaos.check.Evidence.Acknowledgement;
import io.reconverge.chaos.check.Evidence.DeadLetter;
import io.reconverge.chaos.check.Evidence.Edit;
import io.reconverge.chaos.check.Evidence.EntityRow;
import io.reconverge.chaos.check.Evidence.LogRow;
import io.reconverge.chaos.check.Evidence.Published;
import io.reconverge.chaos.check.Evidence.Replica;
import io.reconverge.chaos.check.Evidence.ReplicaEntity;
import io.reconverge.chaos.check.Evidence.ReplicaSpace;
import io.reconverge.chaos.check.Evidence.SpaceRow;
import io.reconverge.chaos.check.Evidence.StoredFile;
import io.reconverge.chaos.check.Evidence.WritesPartition;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each test spoils one thing, and expects the invariant whose it is to tell.
class VerdictTest {

    private final Sound run = new Sound();

    @Test
    void a_sound_run_has_nothing_to_tell() {
        assertThat(Verdict.of(run.evidence()).first(9)).isEmpty();
    }

    @Test
    void a_missing_acknowledged_change_is_told() {
        run.acknowledgements.add(
                new Acknowledgement("writer", Sound.ALICE, "one that is lost", "applied", 3));
        told(Invariant.I1, "one that is lost");
    }

    @Test
    void a_202_that_was_never_decided_is_told() {
        run.acknowledgements.add(
                new Acknowledgement("writer", Sound.ALICE, "forgotten", "accepted", 0));
        told(Invariant.I1, "forgotten");
    }

    @Test
    void the_last_word_of_a_device_that_is_not_in_the_log_is_told() {
        run.edits.add(new Edit("phone", "p", Sound.ALICE, "note", "n-1", "put", 9, 2, true));
        told(Invariant.I1, "last word");
    }

    @Test
    void the_last_deletion_of_a_device_that_is_not_in_the_log_is_told() {
        run.edits.add(new Edit("phone", "p", Sound.ALICE, "note", "n-1", "delete", 9, 2, true));
        told(Invariant.I1, "a deletion");
    }

    @Test
    void to_delete_what_was_deleted_already_takes_no_row() {
        run.edits.add(new Edit("phone", "p", Sound.ALICE, "note", "n-2", "delete", 9, 5, true));
        assertThat(Verdict.of(run.evidence()).first(9)).isEmpty();
    }

    @Test
    void an_edit_that_its_device_died_in_may_be_there_or_not() {
        run.edits.add(new Edit("phone", "p", Sound.ALICE, "note", "n-1", "put", 9, 2, false));
        assertThat(Verdict.of(run.evidence()).first(9)).isEmpty();
    }

    @Test
    void a_file_that_does_not_come_back_is_told() {
        run.files.add(new StoredFile(Sound.ALICE, "film", false));
        told(Invariant.I1, "film");
    }

    @Test
    void a_change_that_was_applied_twice_is_told() {
        run.log.set(3, Sound.withChange(run.log.get(3), run.log.get(0).changeId(), 4));
        told(Invariant.I2, "2 times");
    }

    @Test
    void another_version_than_was_told_is_told() {
        Acknowledgement right = Sound.told(run.log.get(0), "applied");
        run.acknowledgements.add(
                new Acknowledgement("writer", Sound.ALICE, right.changeId(), "applied", 7));
        told(Invariant.I2, "version=7");
    }

    @Test
    void a_gap_is_told() {
        run.log.remove(2);
        told(Invariant.I3, "expected version 3");
    }

    @Test
    void a_head_beyond_the_log_is_told() {
        run.spaces.set(0, new SpaceRow(Sound.ALICE, 6, 1_005));
        told(Invariant.I3, "head 6");
    }

    @Test
    void times_that_do_not_increase_are_told() {
        run.log.set(2, Sound.withVersion(run.log.get(2), 3, 1_002));
        told(Invariant.I3, "not committed after");
    }

    @Test
    void a_device_that_lacks_an_entity_is_told() {
        run.replicas.set(
                2,
                new Replica(
                        "tablet",
                        "bob",
                        List.of(
                                new ReplicaSpace(
                                        Sound.HOUSEHOLD,
                                        3,
                                        0,
                                        Sound.household().entities().subList(0, 2)))));
        told(Invariant.I4, "lacks note/n-1");
        told(Invariant.I9, "do not hold the same");
    }

    @Test
    void a_device_that_holds_an_older_version_is_told() {
        ReplicaEntity old = new ReplicaEntity("note", "n-1", 1, Sound.data(Sound.ALICE, 1));
        run.replicas.set(
                0,
                new Replica(
                        "phone",
                        "alice",
                        List.of(new ReplicaSpace(Sound.ALICE, 5, 0, List.of(old)))));
        told(Invariant.I4, "by_phone\":1");
        told(Invariant.I9, "phone and laptop");
    }

    @Test
    void a_device_that_has_not_read_to_the_head_is_told() {
        ReplicaSpace space = Sound.household();
        run.replicas.add(
                new Replica(
                        "watch",
                        "bob",
                        List.of(new ReplicaSpace(Sound.HOUSEHOLD, 2, 0, space.entities()))));
        told(Invariant.I4, "read to 2 of 3");
    }

    @Test
    void a_row_that_is_not_on_the_topic_is_told() {
        run.published.removeLast();
        told(Invariant.I5, "3 rows in the log and 2 records");
    }

    @Test
    void a_row_that_is_on_the_topic_twice_is_told() {
        run.published.add(1, run.published.get(0));
        told(Invariant.I5, "5 rows in the log and 6 records");
    }

    @Test
    void records_out_of_order_are_told() {
        Collections.swap(run.published, 1, 2);
        told(Invariant.I5, "it is another");
    }

    @Test
    void a_record_that_says_something_else_is_told() {
        LogRow other = Sound.withVersion(run.log.get(7), run.log.get(7).version(), 9_999);
        run.published.set(7, Sound.event(other, 7));
        told(Invariant.I5, "committedAt is 9999");
    }

    @Test
    void a_space_in_two_partitions_is_told() {
        Published last = run.published.removeLast();
        run.published.add(new Published(1, 0, last.key(), last.eventId(), last.value()));
        told(Invariant.I5, "several partitions");
    }

    @Test
    void a_loss_that_was_told_as_a_success_is_told() {
        run.acknowledgements.add(Sound.told(run.log.get(2), "applied"));
        told(Invariant.I6, "superseded");
    }

    @Test
    void a_foreign_entity_in_a_replica_is_told() {
        ReplicaEntity foreign = new ReplicaEntity("note", "n-9", 1, Sound.data(Sound.ALICE, 1));
        run.replicas.add(
                new Replica(
                        "watch",
                        "bob",
                        List.of(new ReplicaSpace(Sound.HOUSEHOLD, 3, 0, List.of(foreign)))));
        told(Invariant.I7, "written for home of alice");
    }

    @Test
    void a_foreign_entity_in_the_table_is_told() {
        EntityRow note = run.entities.getLast();
        run.entities.set(
                run.entities.size() - 1,
                new EntityRow(
                        note.space(),
                        note.type(),
                        note.id(),
                        note.version(),
                        note.logVersion(),
                        Sound.data(Sound.ALICE, 4),
                        note.updatedBy(),
                        note.deviceId(),
                        note.createdAt(),
                        note.modifiedAt(),
                        note.committedAt()));
        told(Invariant.I7, "the table's note/n-1");
        told(Invariant.FOLD, "data is");
    }

    @Test
    void a_space_with_somebody_who_is_no_member_is_told() {
        run.replicas.add(new Replica("spy", "eve", List.of(Sound.household())));
        told(Invariant.I7, "no member");
    }

    @Test
    void a_change_of_a_stranger_is_told() {
        run.forbidden.add(run.log.get(7).changeId());
        told(Invariant.I7, "may not write there");
    }

    @Test
    void a_partition_that_is_stuck_is_told() {
        run.partitions.add(new WritesPartition(2, 7, 5, 5));
        told(Invariant.I8, "partition=2");
    }

    @Test
    void a_dead_letter_that_was_none_is_told() {
        run.deadLetters.add(new DeadLetter("a good one", "?"));
        told(Invariant.I8, "a good one");
    }

    @Test
    void a_bad_record_that_vanished_is_told() {
        run.deadLetters.clear();
        told(Invariant.I8, "not among the dead letters");
    }

    @Test
    void what_still_waits_on_a_device_is_told() {
        run.replicas.add(
                new Replica(
                        "watch",
                        "bob",
                        List.of(
                                new ReplicaSpace(
                                        Sound.HOUSEHOLD, 3, 2, Sound.household().entities()))));
        told(Invariant.I9, "2 changes of watch");
    }

    @Test
    void a_row_of_an_older_record_after_one_of_a_newer_is_told() {
        run.log.set(1, Sound.withChange(run.log.get(1), run.log.get(1).changeId(), 8));
        told(Invariant.I10, "came with record 3");
    }

    @Test
    void an_entity_that_the_table_lacks_is_told() {
        run.entities.remove(0);
        told(Invariant.FOLD, "the table lacks");
    }

    @Test
    void an_entity_that_no_row_made_is_told() {
        run.log.removeLast();
        told(Invariant.FOLD, "no row of the log");
    }

    private void told(Invariant invariant, String what) {
        assertThat(invariant.violations(run.evidence()))
                .as(invariant.title())
                .anySatisfy(violation -> assertThat(violation).contains(what));
    }
}
