package io.reconverge.ingest;

import static io.reconverge.ingest.WorkerUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Role;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WriteRecord;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Shared spaces and erasure, in the tables and on the topics.
@OnParts
class SharingTest {

    private static WorkerUnderTest worker;

    private final String olga = "olga-" + UUID.randomUUID();
    private final String ed = "ed-" + UUID.randomUUID();
    private final UUID founding = UUID.randomUUID();
    private final UUID shared = SpaceId.shared(olga, founding);

    @BeforeAll
    static void start() {
        worker = WorkerUnderTest.start("sharing");
    }

    @AfterAll
    static void stop() {
        worker.close();
    }

    @Test
    void who_is_made_a_member_hears_of_it_in_their_own_space_and_so_does_who_ceases_to_be() {
        ask(shared, olga, founder(), member(ed, Role.EDITOR));
        until("told", () -> role(ed).equals("{\"role\":\"editor\"}"));

        ask(shared, olga, member(ed, Role.VIEWER));
        until("told again", () -> role(ed).equals("{\"role\":\"viewer\"}"));

        ask(shared, olga, change(Sharing.MEMBER, ed, Op.DELETE, null));
        until("told of the end", () -> role(ed).equals("none"));
        assertThat(head(SpaceId.personal(ed))).isEqualTo(3);
    }

    @Test
    void an_erasure_takes_everything_and_the_versions_go_on_under_another_epoch() {
        UUID own = SpaceId.personal(ed);
        ask(own, ed, note("n-1"), note("n-2"));
        long epoch = worker.number("select epoch from space where space_id = ?", own);
        worker.execute(
                "insert into device (space_id, device_id, user_id, last_sync_at, cursor_version)"
                        + " values (?, 'phone', 'ed', 1, 1)",
                own);
        UUID upload = UUID.randomUUID();
        worker.execute(
                "insert into blob (space_id, sha256, size, object_key, stored_at, look_at)"
                        + " values (?, 'x', 1, '"
                        + own
                        + "/"
                        + upload
                        + "/1', 1, 1)",
                own);

        Change erasure = change(Sharing.ERASURE, own.toString(), Op.DELETE, null);
        assertThat(ask(own, ed, erasure))
                .containsExactly(new ChangeResult.Applied(erasure.changeId(), 3, false, false));
        assertThat(ask(own, ed, erasure))
                .containsExactly(new ChangeResult.Applied(erasure.changeId(), 3, true, false));

        for (String table : List.of("entity", "receipt", "device", "blob")) {
            assertThat(count(table, own)).as(table).isZero();
        }
        assertThat(count("log", own)).isEqualTo(1);
        assertThat(worker.number("select count(*) from garbage where space_id = ?", own))
                .isEqualTo(1);
        assertThat(worker.number("select epoch from space where space_id = ?", own))
                .isNotEqualTo(epoch);
        assertThat(worker.number("select log_start from space where space_id = ?", own))
                .isEqualTo(3);
        assertThat(ask(own, ed, note("n-1")))
                .first()
                .isInstanceOfSatisfying(
                        ChangeResult.Applied.class,
                        applied -> assertThat(applied.version()).isEqualTo(4));
        until("published", () -> published(own).size() == 4);
        ChangeEvent event = published(own).get(2);
        assertThat(event.type()).isEqualTo(Sharing.ERASURE);
        assertThat(event.actor()).isEqualTo(own.toString());
    }

    @Test
    void an_erasure_under_the_id_of_another_change_is_refused_and_takes_nothing() {
        UUID own = SpaceId.personal(ed);
        Change note = note("n-1");
        ask(own, ed, note);

        Change erasure =
                new Change(
                        note.changeId(),
                        Sharing.ERASURE,
                        own.toString(),
                        Op.DELETE,
                        null,
                        null,
                        note.modifiedAt(),
                        null);
        assertThat(ask(own, ed, erasure))
                .first()
                .isInstanceOfSatisfying(
                        ChangeResult.Rejected.class,
                        rejected ->
                                assertThat(rejected.problem().type())
                                        .isEqualTo(ProblemType.CHANGE_ID_REUSED.urn()));
        assertThat(count("entity", own)).isEqualTo(1);
    }

    @Test
    void a_large_space_goes_in_steps() {
        UUID own = SpaceId.personal(ed);
        ask(own, ed, note("n-1"));
        worker.execute(
                """
                insert into log (space_id, version, change_id, type, id, op, outcome, previous_version,
                                 entity_version, fingerprint, actor, created_at, modified_at, committed_at,
                                 source_id, source_offset)
                select ?, v, gen_random_uuid(), 'note', 'm' || v, 'delete', 'applied', 0, 0,
                       gen_random_uuid(), 'x', v, v, v, 1, 0
                  from generate_series(2, 25000) v
                """,
                own);
        worker.execute("update space set head = 25000 where space_id = ?", own);

        Change erasure = change(Sharing.ERASURE, own.toString(), Op.DELETE, null);
        assertThat(ask(own, ed, erasure))
                .containsExactly(
                        new ChangeResult.Applied(erasure.changeId(), 25_001, false, false));
        assertThat(count("log", own)).isEqualTo(1);
    }

    @Test
    void only_an_owner_takes_a_shared_space_away_and_its_members_hear_of_it() {
        ask(shared, olga, founder(), member(ed, Role.EDITOR), note("n"));
        until("told", () -> role(ed).equals("{\"role\":\"editor\"}"));
        Change erasure = change(Sharing.ERASURE, shared.toString(), Op.DELETE, null);

        assertThat(ask(shared, ed, erasure)).first().isInstanceOf(ChangeResult.Rejected.class);
        assertThat(count("entity", shared)).isEqualTo(3);

        assertThat(ask(shared, olga, erasure)).first().isInstanceOf(ChangeResult.Applied.class);
        assertThat(count("entity", shared)).isZero();
        until("told", () -> role(ed).equals("none") && role(olga).equals("none"));
        assertThat(ask(shared, olga, note("n"))).first().isInstanceOf(ChangeResult.Rejected.class);
    }

    @Test
    void what_another_reads_at_a_time_is_never_before_it_afterwards() {
        UUID own = SpaceId.personal(ed);
        ask(own, ed, note("n-1"));
        long ahead = System.currentTimeMillis() + 600_000;
        worker.execute("update space set floor = " + ahead + " where space_id = ?", own);

        ask(own, ed, note("n-2"), note("n-3"));

        assertThat(
                        worker.number(
                                "select min(committed_at) from log where space_id = ? and version > 1",
                                own))
                .isEqualTo(ahead + 1);
        assertThat(worker.number("select clock from space where space_id = ?", own))
                .isEqualTo(ahead + 2);
    }

    private static long count(String table, UUID space) {
        return worker.number("select count(*) from " + table + " where space_id = ?", space);
    }

    private static long head(UUID space) {
        return worker.number("select head from space where space_id = ?", space);
    }

    private String role(String person) {
        return worker.text(
                "select coalesce(max(data::text), 'none') from entity"
                        + " where space_id = ? and type = 'membership' and data is not null",
                SpaceId.personal(person));
    }

    private static List<ChangeEvent> published(UUID space) {
        return worker.published().stream().filter(event -> event.space().equals(space)).toList();
    }

    private static Change note(String id) {
        return change("note", id, Op.PUT, JsonObject.ofText("{\"a\":1}"));
    }

    private Change founder() {
        return new Change(
                founding,
                Sharing.MEMBER,
                olga,
                Op.PUT,
                Sharing.roleData(Role.OWNER),
                null,
                System.currentTimeMillis(),
                null);
    }

    private static Change member(String subject, Role role) {
        return change(Sharing.MEMBER, subject, Op.PUT, Sharing.roleData(role));
    }

    private static Change change(String type, String id, Op op, @Nullable JsonObject data) {
        return new Change(
                UUID.randomUUID(), type, id, op, data, null, System.currentTimeMillis(), null);
    }

    private static List<ChangeResult> ask(UUID space, String actor, Change... changes) {
        return worker.ask(
                        new WriteRecord(
                                UUID.randomUUID(),
                                space,
                                actor,
                                "phone",
                                false,
                                System.currentTimeMillis(),
                                List.of(changes)))
                .results();
    }
}
