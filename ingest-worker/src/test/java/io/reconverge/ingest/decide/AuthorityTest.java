package io.reconverge.ingest.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Role;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WriteRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may do what in a shared space.
class AuthorityTest {

    private static final UUID FOUNDING = new UUID(0, 7);
    private static final UUID SHARED = SpaceId.shared("olga", FOUNDING);

    private final Tables tables = new Tables();
    private long now = Space.NOW;
    private long offset;
    private int ids;

    @BeforeEach
    void a_space_of_an_owner_an_editor_and_a_viewer() {
        assertThat(ask("olga", founding(FOUNDING, "olga", Role.OWNER))).isEqualTo("applied");
        assertThat(ask("olga", member("ed", Role.EDITOR))).isEqualTo("applied");
        assertThat(ask("olga", member("vera", Role.VIEWER))).isEqualTo("applied");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "olga, applied",
        "ed, applied",
        "vera, read-only",
        "nobody, not-a-member",
    })
    void entities_are_written_by_owners_and_editors(String who, String told) {
        assertThat(ask(who, note("{}"))).isEqualTo(told);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "olga, applied",
        "ed, not-an-owner",
        "vera, not-an-owner",
        "nobody, not-a-member",
    })
    void members_are_made_by_owners(String who, String told) {
        assertThat(ask(who, member("new", Role.EDITOR))).isEqualTo(told);
        assertThat(ask("new", note("{}")))
                .isEqualTo(told.equals("applied") ? "applied" : "not-a-member");
    }

    @ParameterizedTest(name = "{0} removes {1}: {2}")
    @CsvSource({
        "olga, ed, applied",
        "ed, ed, applied",
        "vera, vera, applied",
        "ed, vera, not-an-owner",
        "vera, ed, not-an-owner",
        "nobody, ed, not-a-member",
        "olga, olga, last-owner",
    })
    void everybody_may_leave_and_owners_may_remove(String who, String whom, String told) {
        assertThat(ask(who, removal(whom))).isEqualTo(told);
        assertThat(role(whom) == null).isEqualTo(told.equals("applied"));
    }

    @Test
    void a_space_is_handed_over_and_keeps_an_owner_at_each_step() {
        assertThat(ask("olga", member("olga", Role.EDITOR))).isEqualTo("last-owner");
        assertThat(ask("olga", member("ed", Role.OWNER))).isEqualTo("applied");
        assertThat(ask("olga", removal("olga"))).isEqualTo("applied");
        assertThat(ask("olga", note("{}"))).isEqualTo("not-a-member");
        assertThat(ask("ed", removal("ed"))).isEqualTo("last-owner");
        assertThat(ask("ed", member("vera", Role.EDITOR))).isEqualTo("applied");
    }

    @Test
    void what_a_request_changes_of_its_members_holds_from_the_next_change_on() {
        assertThat(asks("olga", member("ed", Role.OWNER), removal("olga"), note("{}")))
                .containsExactly("applied", "applied", "not-a-member");
    }

    @Test
    void two_owners_cannot_both_leave_in_one_batch() {
        ask("olga", member("ed", Role.OWNER));
        WriteRecord one = write("olga", removal("olga"));
        WriteRecord two = write("ed", removal("ed"));

        assertThat(batch(one, two)).containsExactly(List.of("applied"), List.of("last-owner"));
    }

    @Test
    void a_write_that_was_queued_behind_its_writers_removal_is_refused() {
        WriteRecord removal = write("olga", removal("ed"));
        WriteRecord queued = write("ed", note("{}"));

        assertThat(batch(removal, queued))
                .containsExactly(List.of("applied"), List.of("not-a-member"));
        assertThat(tables.entity(SHARED, new EntityKey("note", "n"))).isNull();
    }

    @Test
    void a_member_added_behind_a_queued_write_does_not_make_it_pass() {
        WriteRecord queued = write("late", note("{}"));
        WriteRecord added = write("olga", member("late", Role.EDITOR));

        assertThat(batch(queued, added))
                .containsExactly(List.of("not-a-member"), List.of("applied"));
        assertThat(ask("late", note("{}"))).isEqualTo("applied");
    }

    @Test
    void the_order_of_the_log_decides_between_roles_whatever_clocks_say() {
        now = Space.NOW + 60_000;
        assertThat(ask("olga", member("ed", Role.EDITOR))).isEqualTo("applied");
        now = Space.NOW;
        assertThat(ask("olga", removal("ed"))).isEqualTo("applied");
        assertThat(role("ed")).isNull();
    }

    @Test
    void only_an_empty_space_is_founded_and_only_by_whom_its_id_is_of_for_themselves() {
        UUID id = new UUID(0, 8);
        UUID other = SpaceId.shared("mallory", id);

        assertThat(ask("mallory", founding(id, "mallory", Role.OWNER))).isEqualTo("not-a-member");
        assertThat(tell(SpaceId.personal("new"), "mallory", founding(id, "mallory", Role.OWNER)))
                .isEqualTo("not-a-member");
        assertThat(tell(other, "mallory", founding(id, "ed", Role.OWNER)))
                .isEqualTo("not-a-member");
        assertThat(tell(other, "mallory", founding(id, "mallory", Role.EDITOR)))
                .isEqualTo("not-a-member");
        assertThat(tell(other, "mallory", member("mallory", Role.OWNER))).isEqualTo("not-a-member");
        assertThat(tell(other, "mallory", note("{}"))).isEqualTo("not-a-member");
        assertThat(tell(other, "ed", founding(id, "ed", Role.OWNER))).isEqualTo("not-a-member");
        assertThat(tell(other, "mallory", founding(id, "mallory", Role.OWNER)))
                .isEqualTo("applied");
    }

    @Test
    void a_space_has_no_more_members_than_it_may() {
        for (int i = 3; i < Sharing.MEMBERS_MAX; i++) {
            ask("olga", member("m" + i, Role.VIEWER));
        }
        assertThat(ask("olga", member("one more", Role.VIEWER))).isEqualTo("too-many-members");
        assertThat(ask("olga", member("ed", Role.VIEWER))).isEqualTo("applied");
        ask("olga", removal("ed"));
        assertThat(ask("olga", member("one more", Role.VIEWER))).isEqualTo("applied");
    }

    @Test
    void a_space_of_ones_own_has_no_members_and_hears_of_shared_ones() {
        UUID own = SpaceId.personal("ed");
        Change told = Sharing.told(SHARED, 2, "ed", Role.EDITOR, 5).changes().getFirst();

        assertThat(tell(own, "ed", member("vera", Role.EDITOR))).isEqualTo("unprocessable");
        assertThat(tell(own, "ed", told)).isEqualTo("applied");
        assertThat(tell(own, "ed", told)).isEqualTo("duplicate");
        assertThat(ask("ed", told)).isEqualTo("unprocessable");
    }

    @Test
    void nothing_is_kept_of_having_left_what_one_had_not_heard_of() {
        Change left = Sharing.told(SHARED, 4, "ed", null, 5).changes().getFirst();

        assertThat(tell(SpaceId.personal("ed"), "ed", left)).isEqualTo("unprocessable");
        assertThat(tables.head(SpaceId.personal("ed")).version()).isZero();
    }

    @Test
    void a_stranger_leaves_no_trace_and_learns_no_version() {
        Change change = note("{}");
        ask("nobody", change);

        assertThat(tables.receipt(SHARED, change.changeId())).isNull();
        assertThat(tables.head(SHARED).version()).isEqualTo(3);
    }

    private @Nullable Role role(String subject) {
        Tables.Row row = tables.entity(SHARED, new EntityKey(Sharing.MEMBER, subject));
        return row == null ? null : Sharing.roleIn(row.entity().data()).orElse(null);
    }

    private Change note(String data) {
        return change("note", "n", Op.PUT, JsonObject.ofText(data));
    }

    private Change member(String subject, Role role) {
        return change(Sharing.MEMBER, subject, Op.PUT, Sharing.roleData(role));
    }

    private Change founding(UUID id, String subject, Role role) {
        return new Change(
                id, Sharing.MEMBER, subject, Op.PUT, Sharing.roleData(role), null, now, null);
    }

    private Change removal(String subject) {
        return change(Sharing.MEMBER, subject, Op.DELETE, null);
    }

    private Change change(String type, String id, Op op, @Nullable JsonObject data) {
        return new Change(new UUID(1, ids++), type, id, op, data, null, now, null);
    }

    private WriteRecord write(String actor, Change... changes) {
        return new WriteRecord(
                new UUID(0, 0), SHARED, actor, "phone", false, now, List.of(changes));
    }

    private String ask(String actor, Change change) {
        return tell(SHARED, actor, change);
    }

    private String tell(UUID space, String actor, Change change) {
        WriteRecord write =
                new WriteRecord(new UUID(0, 0), space, actor, "phone", false, now, List.of(change));
        return batch(write).getFirst().getFirst();
    }

    private List<String> asks(String actor, Change... changes) {
        return batch(write(actor, changes)).getFirst();
    }

    private List<List<String>> batch(WriteRecord... writes) {
        Batch batch =
                new Batch(tables.load(List.of(writes), TypeRules.RULES), TypeRules.RULES, now);
        List<List<String>> told = new ArrayList<>();
        for (WriteRecord write : writes) {
            told.add(
                    batch.decide(write, new Source(1, offset++)).stream()
                            .map(AuthorityTest::told)
                            .toList());
        }
        tables.write(batch.written());
        return told;
    }

    private static String told(ChangeResult result) {
        return switch (result) {
            case ChangeResult.Applied applied -> applied.duplicate() ? "duplicate" : "applied";
            case ChangeResult.Rejected rejected -> Space.slug(rejected.problem());
            default -> result.toString();
        };
    }
}
