package io.reconverge.client.outbox;

import static io.reconverge.client.RandomData.json;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.SpecTables;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.conflict.Resolution;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// An entity's copy through its life.
class CopyTest {

    private static final ConflictStrategy SERVER = new ConflictStrategy.ServerDecides();
    private static final ConflictStrategy ASK = new ConflictStrategy.Ask();
    private static final UUID REQUEST = new UUID(1, 1);

    private final Moments moments = new Moments();
    private ConflictStrategy strategy = SERVER;
    private Copy copy = new Copy(null, List.of());
    private List<Note> notes = List.of();
    private long now = 1_000;

    @Test
    void edits_not_yet_sent_become_one_entry_with_a_new_id() {
        base(3, "{'a':1}");
        edit(Edit.patch(json("{'b':1}")));
        UUID first = entry(0).changeId();
        now += 5;
        edit(Edit.patch(json("{'c':1}")));

        assertThat(copy.entries()).hasSize(1);
        assertThat(entry(0).edit()).isEqualTo(Edit.patch(json("{'b':1,'c':1}")));
        assertThat(entry(0).changeId()).isNotEqualTo(first);
        assertThat(entry(0).baseVersion()).isEqualTo(3);
        assertThat(entry(0).modifiedAt()).isEqualTo(now);
    }

    @Test
    void a_clock_that_goes_back_does_not_take_an_edit_with_it() {
        edit(Edit.put(json("{}")));
        now -= 500;
        edit(Edit.put(json("{'a':1}")));

        assertThat(entry(0).modifiedAt()).isEqualTo(1_000);
    }

    @Test
    void what_was_sent_is_not_edited() {
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        send();
        Entry sent = entry(0);

        edit(Edit.patch(json("{'b':1}")));
        edit(Edit.patch(json("{'b':2}")));

        assertThat(copy.entries()).hasSize(2);
        assertThat(entry(0)).isEqualTo(sent);
        assertThat(entry(1).edit()).isEqualTo(Edit.patch(json("{'b':2}")));
        assertThat(copy.view()).isEqualTo(json("{'a':2,'b':2}"));
    }

    @Test
    void what_was_made_and_undone_here_alone_leaves_nothing() {
        edit(Edit.put(json("{}")));
        edit(Edit.delete());

        assertThat(copy).isEqualTo(new Copy(null, List.of()));
    }

    @Test
    void a_deletion_of_what_is_not_there_is_nothing() {
        edit(Edit.delete());

        assertThat(copy.entries()).isEmpty();
    }

    @Test
    void what_is_accepted_stays_in_the_view_until_the_feed_shows_it() {
        base(3, "{'a':1}");
        edit(Edit.patch(json("{'b':1}")));
        send();

        hear(new ChangeResult.Applied(entry(0).changeId(), 8, false, false));
        assertThat(entry(0).state()).isEqualTo(new EntryState.Accepted(8));
        assertThat(copy.view()).isEqualTo(json("{'a':1,'b':1}"));

        meet(entity(5, "{'a':5}"));
        assertThat(copy.view()).isEqualTo(json("{'a':5,'b':1}"));

        meet(entity(8, "{'a':5,'b':1}"));
        assertThat(copy.entries()).isEmpty();
        assertThat(copy.view()).isEqualTo(json("{'a':5,'b':1}"));
    }

    @Test
    void what_the_feed_has_shown_before_the_answer_is_done_with_it() {
        edit(Edit.put(json("{'a':1}")));
        send();
        meet(entity(8, "{'a':1}"));

        hear(new ChangeResult.Applied(entry(0).changeId(), 8, true, true));

        assertThat(copy.entries()).isEmpty();
    }

    @Test
    void a_deletion_that_changed_nothing_is_done_when_the_feed_was_read_that_far() {
        base(3, "{'a':1}");
        edit(Edit.delete());
        send();
        hear(new ChangeResult.Applied(entry(0).changeId(), 8, false, false));

        take(copy.readTo(7, strategy, moment()));
        assertThat(copy.entries()).hasSize(1);
        take(copy.readTo(8, strategy, moment()));
        assertThat(copy.entries()).isEmpty();
    }

    @Test
    void a_follow_up_is_based_on_what_the_first_became() {
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        send();
        edit(Edit.put(json("{'a':3}")));
        hear(new ChangeResult.Applied(entry(0).changeId(), 8, false, false));

        meet(entity(8, "{'a':2}"));

        assertThat(copy.entries()).hasSize(1);
        assertThat(entry(0).baseVersion()).isEqualTo(8);
        assertThat(entry(0).seen()).isNull();
    }

    @Test
    void a_follow_up_of_what_others_overwrote_says_that_it_has_not_seen_that() {
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        send();
        edit(Edit.put(json("{'a':3}")));
        hear(new ChangeResult.Applied(entry(0).changeId(), 8, false, false));

        meet(entity(9, "{'a':2,'theirs':1}"));

        assertThat(entry(0).baseVersion()).isEqualTo(3);
        assertThat(entry(0).seen()).isEqualTo(new Entry.Seen(json("{'a':2}")));
    }

    @Test
    void a_follow_up_made_before_others_were_seen_does_not_claim_to_have_seen_them() {
        base(3, "{'a':1}");
        edit(Edit.patch(json("{'b':1}")));
        send();
        edit(Edit.put(json("{'a':1,'b':2}")));
        meet(entity(5, "{'a':1,'theirs':1}"));
        hear(new ChangeResult.Applied(entry(0).changeId(), 6, false, false));

        meet(entity(6, "{'a':1,'theirs':1,'b':1}"));

        assertThat(entry(0).edit()).isEqualTo(Edit.put(json("{'a':1,'b':2}")));
        assertThat(entry(0).baseVersion()).isEqualTo(3);
    }

    @Test
    void a_merge_with_conflict_fields_keeps_both_versions() {
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        send();

        hear(
                new ChangeResult.Merged(
                        entry(0).changeId(), 8, false, entity(8, "{'a':7}"), List.of("a")));

        assertThat(copy).isEqualTo(new Copy(entity(8, "{'a':7}"), List.of()));
        assertThat(notes).hasSize(1);
        Note.Settled settled = (Note.Settled) notes.getFirst();
        assertThat(settled.outcome()).isEqualTo(Conflict.Outcome.MERGED);
        assertThat(settled.clash().base()).isEqualTo(json("{'a':1}"));
        assertThat(settled.clash().local()).isEqualTo(json("{'a':2}"));
        assertThat(settled.clash().remote()).isEqualTo(json("{'a':7}"));
        assertThat(settled.clash().fields()).containsExactly("a");
    }

    @Test
    void what_lost_to_a_newer_write_can_be_got_back() {
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        send();

        hear(new ChangeResult.Superseded(entry(0).changeId(), 8, false, entity(6, "{'a':6}")));

        assertThat(copy).isEqualTo(new Copy(entity(6, "{'a':6}"), List.of()));
        Note.Settled settled = (Note.Settled) notes.getFirst();
        assertThat(settled.outcome()).isEqualTo(Conflict.Outcome.SUPERSEDED);
        assertThat(settled.clash().local()).isEqualTo(json("{'a':2}"));
    }

    @Test
    void a_follow_up_of_what_lost_waits_until_it_is_known_to_what() {
        edit(Edit.put(json("{'a':2}")));
        send();
        edit(Edit.delete());

        hear(new ChangeResult.Superseded(entry(0).changeId(), 8, false, null));
        assertThat(copy.entries()).hasSize(2);
        assertThat(entry(0).state()).isEqualTo(new EntryState.Accepted(8));

        meet(entity(6, "{'a':6}"));
        take(copy.readTo(8, strategy, moment()));
        assertThat(copy.view()).isNull();
        assertThat(entry(0).edit()).isEqualTo(Edit.delete());
        assertThat(entry(0).state()).isEqualTo(new EntryState.Queued());
        assertThat(entry(0).baseVersion()).as("not what it had seen").isZero();
    }

    @Test
    void an_answer_never_puts_the_base_back() {
        edit(Edit.put(json("{'a':2}")));
        send();
        meet(entity(9, "{'a':9}"));

        hear(
                new ChangeResult.Merged(
                        entry(0).changeId(), 8, false, entity(8, "{'a':8}"), List.of()));

        assertThat(copy).isEqualTo(new Copy(entity(9, "{'a':9}"), List.of()));
    }

    @Test
    void where_the_server_decides_an_edit_keeps_the_version_its_author_saw() {
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));

        meet(entity(5, "{'a':1,'theirs':1}"));

        assertThat(entry(0).baseVersion()).isEqualTo(3);
        assertThat(entry(0).edit()).isEqualTo(Edit.put(json("{'a':2}")));
        assertThat(copy.view()).isEqualTo(json("{'a':2}"));
        assertThat(notes).isEmpty();
    }

    @Test
    void the_same_content_under_a_new_version_is_nothing_unseen() {
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));

        meet(entity(5, "{'a':1.0}"));

        assertThat(entry(0).baseVersion()).isEqualTo(5);
        assertThat(entry(0).seen()).isNull();
    }

    @Test
    void two_devices_that_write_the_same_have_no_conflict() {
        strategy = ASK;
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));

        meet(entity(5, "{'a':2}"));

        assertThat(copy.entries()).isEmpty();
        assertThat(notes).isEmpty();
    }

    @Test
    void keep_local_bases_the_edit_on_what_others_wrote_and_keeps_theirs() {
        strategy = new ConflictStrategy.KeepLocal();
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        long number = entry(0).number();

        meet(entity(5, "{'a':5}"));

        assertThat(entry(0).baseVersion()).isEqualTo(5);
        assertThat(entry(0).seen()).isNull();
        assertThat(entry(0).number()).as("at the end of the outbox").isGreaterThan(number);
        Note.Settled settled = (Note.Settled) notes.getFirst();
        assertThat(settled.outcome()).isEqualTo(Conflict.Outcome.KEPT_LOCAL);
        assertThat(settled.clash().remote()).isEqualTo(json("{'a':5}"));
    }

    @Test
    void keep_local_brings_back_all_of_what_others_deleted() {
        strategy = new ConflictStrategy.KeepLocal();
        base(3, "{'a':1,'b':1}");
        edit(Edit.patch(json("{'b':2}")));

        meet(tombstone(5));

        assertThat(entry(0).edit()).isEqualTo(Edit.put(json("{'a':1,'b':2}")));
        assertThat(entry(0).baseVersion()).isEqualTo(5);
    }

    @Test
    void keep_remote_takes_the_edit_back_and_keeps_it_readable() {
        strategy = new ConflictStrategy.KeepRemote();
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));

        meet(tombstone(5));

        assertThat(copy).isEqualTo(new Copy(tombstone(5), List.of()));
        Note.Settled settled = (Note.Settled) notes.getFirst();
        assertThat(settled.outcome()).isEqualTo(Conflict.Outcome.KEPT_REMOTE);
        assertThat(settled.clash().local()).isEqualTo(json("{'a':2}"));
    }

    @Test
    void an_open_conflict_can_be_edited_and_then_decided() {
        strategy = ASK;
        base(3, "{'a':1,'b':1}");
        edit(Edit.patch(json("{'a':2}")));
        meet(entity(5, "{'a':5,'b':1}"));
        Note.Opened opened = (Note.Opened) notes.getFirst();
        assertThat(opened.clash().fields()).containsExactly("a");
        assertThat(opened.clash().base()).isEqualTo(json("{'a':1,'b':1}"));

        edit(Edit.patch(json("{'c':1}")));
        assertThat(entry(0).state()).isEqualTo(new EntryState.Held(opened.conflict()));
        meet(entity(6, "{'a':6,'b':1}"));
        assertThat(copy.view()).isEqualTo(json("{'a':2,'b':1,'c':1}"));

        take(copy.resolve(new Resolution.KeepLocal(), moment()));
        assertThat(entry(0).state()).isEqualTo(new EntryState.Queued());
        assertThat(entry(0).baseVersion()).isEqualTo(6);
        Note.Closed closed = (Note.Closed) notes.getFirst();
        assertThat(closed.clash().remote()).isEqualTo(json("{'a':6,'b':1}"));
    }

    @Test
    void an_open_conflict_can_be_decided_for_the_other_side_or_for_neither() {
        strategy = ASK;
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        meet(entity(5, "{'a':5}"));
        Copy held = copy;

        take(held.resolve(new Resolution.KeepRemote(), moment()));
        assertThat(copy).isEqualTo(new Copy(entity(5, "{'a':5}"), List.of()));
        assertThat(((Note.Closed) notes.getFirst()).clash().local()).isEqualTo(json("{'a':2}"));

        take(held.resolve(new Resolution.Use(json("{'a':7}")), moment()));
        assertThat(entry(0).edit()).isEqualTo(Edit.put(json("{'a':7}")));
        assertThat(entry(0).baseVersion()).isEqualTo(5);

        take(held.resolve(new Resolution.Undecided(), moment()));
        assertThat(copy).isEqualTo(held);
    }

    @Test
    void an_open_conflict_ends_when_both_sides_come_to_say_the_same() {
        strategy = ASK;
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        meet(entity(5, "{'a':5}"));

        meet(entity(6, "{'a':2}"));

        assertThat(copy.entries()).isEmpty();
        assertThat(((Note.Closed) notes.getFirst()).outcome()).isEqualTo(Conflict.Outcome.AGREED);
    }

    @Test
    void what_the_server_calls_a_conflict_under_its_own_rule_is_the_users() {
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        send();

        hear(new ChangeResult.Conflict(entry(0).changeId(), tombstone(5), List.of()));

        assertThat(entry(0).state()).isInstanceOf(EntryState.Held.class);
        assertThat(copy.base()).isEqualTo(tombstone(5));
        assertThat(copy.view()).isEqualTo(json("{'a':2}"));
    }

    @Test
    void a_conflict_takes_the_follow_up_with_it() {
        strategy = ASK;
        base(3, "{'a':1}");
        edit(Edit.patch(json("{'b':1}")));
        send();
        edit(Edit.patch(json("{'c':1}")));

        hear(new ChangeResult.Conflict(entry(0).changeId(), entity(5, "{'a':5}"), List.of()));

        assertThat(copy.entries()).hasSize(1);
        assertThat(entry(0).edit()).isEqualTo(Edit.patch(json("{'b':1,'c':1}")));
        assertThat(entry(0).state()).isInstanceOf(EntryState.Held.class);
        assertThat(entry(0).baseVersion()).isEqualTo(3);
    }

    @Test
    void a_conflict_with_what_says_nothing_new_is_tried_again_and_parked_in_the_end() {
        strategy = ASK;
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        for (int i = 1; i < 5; i++) {
            send();
            hear(
                    new ChangeResult.Conflict(
                            entry(0).changeId(), entity(3 + i, "{'a':1}"), List.of()));
            assertThat(entry(0).state()).isEqualTo(new EntryState.Queued());
            assertThat(entry(0).baseVersion()).isEqualTo(3 + i);
        }
        send();
        hear(new ChangeResult.Conflict(entry(0).changeId(), entity(9, "{'a':1}"), List.of()));

        assertThat(entry(0).state()).isInstanceOf(EntryState.Parked.class);
    }

    @Test
    void what_is_rejected_is_parked_and_stays_in_the_view() {
        edit(Edit.put(json("{'a':2}")));
        send();

        hear(rejected(ProblemType.INVALID_ENTITY));

        assertThat(entry(0).state()).isInstanceOf(EntryState.Parked.class);
        assertThat(copy.view()).isEqualTo(json("{'a':2}"));
        assertThat(notes).hasOnlyElementsOfType(Note.Parked.class);
    }

    @Test
    void editing_what_is_parked_sends_it_again_as_another_change() {
        edit(Edit.put(json("{'a':2}")));
        send();
        hear(rejected(ProblemType.INVALID_ENTITY));
        Entry parked = entry(0);

        edit(Edit.patch(json("{'a':3}")));

        assertThat(entry(0).state()).isEqualTo(new EntryState.Queued());
        assertThat(entry(0).edit()).isEqualTo(Edit.put(json("{'a':3}")));
        assertThat(entry(0).changeId()).isNotEqualTo(parked.changeId());
    }

    @Test
    void editing_what_is_parked_is_read_at_once_whatever_others_have_written_since() {
        strategy = new ConflictStrategy.KeepRemote();
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        send();
        hear(rejected(ProblemType.INVALID_ENTITY));
        meet(entity(5, "{'a':5}"));

        edit(Edit.patch(json("{'b':1}")));

        assertThat(copy.view()).isEqualTo(json("{'a':2,'b':1}"));
        assertThat(entry(0).baseVersion()).as("for the server to find").isEqualTo(3);
    }

    @Test
    void a_follow_up_of_what_is_rejected_is_the_authors_mending_of_it() {
        edit(Edit.put(json("{'a':2}")));
        send();
        edit(Edit.patch(json("{'a':3}")));

        hear(rejected(ProblemType.INVALID_ENTITY));

        assertThat(copy.entries()).hasSize(1);
        assertThat(entry(0).state()).isEqualTo(new EntryState.Queued());
        assertThat(entry(0).edit()).isEqualTo(Edit.put(json("{'a':3}")));
        assertThat(entry(0).tries()).isZero();
    }

    @Test
    void what_is_parked_is_retried_or_dropped_by_the_user_alone() {
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        send();
        hear(rejected(ProblemType.INVALID_ENTITY));
        Copy parked = copy;

        take(parked.retry(strategy, moment()));
        assertThat(entry(0).state()).isEqualTo(new EntryState.Queued());
        assertThat(entry(0).changeId())
                .as("the same content")
                .isEqualTo(requireNonNull(parked.first()).changeId());

        take(parked.drop(moment()));
        assertThat(copy).isEqualTo(new Copy(entity(3, "{'a':1}"), List.of()));
        assertThat(((Note.Settled) notes.getFirst()).clash().local()).isEqualTo(json("{'a':2}"));
    }

    @Test
    void a_base_version_ahead_of_the_server_asks_for_the_space_anew() {
        base(30, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        send();

        hear(rejected(ProblemType.BASE_VERSION_AHEAD));

        assertThat(notes).containsExactly(new Note.ResyncNeeded());
        assertThat(entry(0).state()).isEqualTo(new EntryState.Queued());
        assertThat(entry(0).tries()).isEqualTo(1);
    }

    @Test
    void an_id_that_is_taken_is_made_anew() {
        edit(Edit.put(json("{'a':2}")));
        send();
        UUID taken = entry(0).changeId();

        hear(rejected(ProblemType.CHANGE_ID_REUSED));

        assertThat(entry(0).changeId()).isNotEqualTo(taken);
        assertThat(entry(0).state()).isEqualTo(new EntryState.Queued());
    }

    @Test
    void a_change_that_the_server_fails_on_is_parked_after_five_tries() {
        edit(Edit.put(json("{'a':2}")));
        Problem problem = Problem.of(ProblemType.INTERNAL_ERROR, "no");
        for (int i = 1; i < 5; i++) {
            copy = i == 1 ? copy.sent(REQUEST, 1) : copy.notAccepted().sent(REQUEST, i);
            take(copy.failed(problem, strategy, moment()));
            assertThat(entry(0).state()).isInstanceOf(EntryState.Sent.class);
        }
        take(copy.failed(problem, strategy, moment()));

        assertThat(entry(0).state()).isEqualTo(new EntryState.Parked(problem, now));
    }

    @Test
    void the_result_of_another_change_changes_nothing() {
        edit(Edit.put(json("{'a':2}")));
        send();
        Copy before = copy;

        hear(new ChangeResult.Applied(new UUID(9, 9), 8, false, true));

        assertThat(copy).isEqualTo(before);
    }

    @Test
    void what_a_server_may_have_forgotten_is_sent_again_under_the_same_id() {
        edit(Edit.put(json("{'a':2}")));
        send();
        UUID id = entry(0).changeId();
        hear(new ChangeResult.Applied(id, 8, false, true));

        copy = copy.doubted(7);

        assertThat(entry(0).state()).isEqualTo(new EntryState.Again(7));
        assertThat(entry(0).changeId()).isEqualTo(id);
    }

    @Test
    void a_patch_of_what_others_deleted_still_shows_all_of_the_entity() {
        base(3, "{'a':1,'b':1}");
        edit(Edit.patch(json("{'b':2}")));
        send();

        meet(tombstone(5));

        assertThat(copy.view()).isEqualTo(json("{'a':1,'b':2}"));
        assertThat(entry(0).edit()).isEqualTo(Edit.patch(json("{'b':2}")));
    }

    @TestFactory
    Stream<DynamicTest> every_cell_of_the_table_of_entries_is_so() {
        return SpecTables.beginning("entry", "taken for a request").rows().entrySet().stream()
                .flatMap(row ->
                        row.getValue().entrySet().stream()
                                .map(cell ->
                                        DynamicTest.dynamicTest(
                                                row.getKey() + ": " + cell.getKey(),
                                                () ->
                                                        cell(
                                                                row.getKey(),
                                                                cell.getKey(),
                                                                cell.getValue()))));
    }

    private void cell(String state, String event, String expected) {
        strategy = ASK;
        base(3, "{'a':1}");
        edit(Edit.put(json("{'a':2}")));
        switch (state) {
            case "queued" -> {}
            case "sent" -> send();
            case "again" -> {
                send();
                copy = copy.notAccepted();
            }
            case "accepted" -> {
                send();
                hear(new ChangeResult.Applied(entry(0).changeId(), 8, false, false));
            }
            case "held" -> meet(entity(5, "{'a':5}"));
            case "parked" -> {
                send();
                hear(rejected(ProblemType.INVALID_ENTITY));
            }
            default -> throw new AssertionError(state);
        }
        assertThat(stateOf(copy)).isEqualTo(state);
        Copy before = copy;
        UUID id = entry(0).changeId();
        switch (event) {
            case "taken for a request" -> {
                assertThat(entry(0).isSendable()).isEqualTo(!expected.startsWith("–"));
                if (entry(0).isSendable()) {
                    send();
                }
            }
            case "no answer" -> {}
            case "nothing accepted" -> copy = copy.notAccepted();
            case "applied" -> hear(new ChangeResult.Applied(id, 9, false, false));
            case "merged" ->
                    hear(
                            new ChangeResult.Merged(
                                    id, 9, false, entity(9, "{'a':2,'b':1}"), List.of()));
            case "superseded" ->
                    hear(new ChangeResult.Superseded(id, 9, false, entity(9, "{'a':4}")));
            case "conflict" ->
                    hear(new ChangeResult.Conflict(id, entity(9, "{'a':4}"), List.of("a")));
            case "rejected" -> hear(rejected(ProblemType.INVALID_ENTITY));
            case "pending" -> hear(new ChangeResult.Pending(id));
            case "unknown" -> hear(new ChangeResult.Unknown(id));
            case "feed shows its version" -> {
                if (state.equals("queued")) {
                    return;
                }
                meet(entity(8, state.equals("held") ? "{'a':5}" : "{'a':1}"));
            }
            default -> throw new AssertionError(event);
        }
        if (expected.startsWith("–")) {
            assertThat(copy).isEqualTo(before);
        } else {
            assertThat(stateOf(copy)).isEqualTo(expected.equals("by strategy") ? "held" : expected);
        }
    }

    private static String stateOf(Copy copy) {
        Entry first = copy.first();
        return first == null
                ? "gone"
                : first.state().getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private ChangeResult rejected(ProblemType type) {
        return new ChangeResult.Rejected(entry(0).changeId(), Problem.of(type, "no"));
    }

    private void base(long version, String data) {
        copy = new Copy(entity(version, data), List.of());
    }

    private void edit(Edit edit) {
        take(copy.edit(edit, moment()));
    }

    private void send() {
        copy = copy.sent(REQUEST, 1);
    }

    private void hear(ChangeResult result) {
        take(copy.hear(result, strategy, moment()));
    }

    private void meet(@Nullable Entity shown) {
        take(copy.meet(shown, strategy, moment()));
    }

    private void take(Outcome outcome) {
        copy = outcome.copy();
        notes = outcome.notes();
    }

    private Entry entry(int index) {
        return copy.entries().get(index);
    }

    private Moment moment() {
        return moments.at(now);
    }

    private static Entity entity(long version, String data) {
        JsonObject object = json(data);
        return new Entity("note", "1", version, object, false, 1, 2, "alice", "other");
    }

    private static Entity tombstone(long version) {
        return new Entity("note", "1", version, null, true, 1, 2, "alice", "other");
    }
}
