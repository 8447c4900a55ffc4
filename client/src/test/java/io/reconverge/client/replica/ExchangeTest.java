package io.reconverge.client.replica;

import static io.reconverge.client.RandomData.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.SteppingClock;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.conflict.Resolution;
import io.reconverge.client.outbox.EntryState;
import io.reconverge.client.replica.LocalEntity.Standing;
import io.reconverge.client.sync.SyncEvent;
import io.reconverge.client.sync.SyncEvent.Next;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a sync engine meets.
class ExchangeTest {

    private static final Problem INTERNAL = Problem.of(ProblemType.INTERNAL_ERROR, "no");

    @TempDir private Path folder;
    private final SteppingClock clock = new SteppingClock();
    private Replica replica;
    private Space me;
    private Exchange exchange;

    @BeforeEach
    void open() {
        begin(ReplicaSettings.defaults());
    }

    private void open(ReplicaSettings settings) {
        replica.close();
        begin(settings);
    }

    private void begin(ReplicaSettings settings) {
        replica = Replica.open(folder.resolve("r.db"), settings, clock, UUID::randomUUID);
        me = replica.me();
        exchange = me.exchange();
    }

    @AfterEach
    void close() {
        Dump.check(replica);
        replica.close();
    }

    @Test
    void changes_are_taken_in_their_order_as_many_as_fit() {
        open(ReplicaSettings.defaults().withBatches(3, 1024));
        for (int i = 0; i < 4; i++) {
            me.put("note", "n-" + i, json("{}"));
        }
        me.put("note", "large", json("{'a':'" + "x".repeat(900) + "'}"));
        Run run = exchange.begin();

        assertThat(take(run)).extracting(Change::id).containsExactly("n-0", "n-1", "n-2");
        assertThat(take(run)).extracting(Change::id).containsExactly("n-3");
        assertThat(take(run)).extracting(Change::id).containsExactly("large");
        assertThat(exchange.take(run)).isEmpty();
    }

    @Test
    void a_change_says_what_its_types_strategy_asks_of_the_server() {
        open(
                ReplicaSettings.defaults()
                        .withStrategy("task", new ConflictStrategy.FieldMerge())
                        .withStrategy("list", new ConflictStrategy.Ask()));
        me.put("note", "1", json("{}"));
        me.put("task", "1", json("{}"));
        me.put("list", "1", json("{}"));

        assertThat(take(exchange.begin()))
                .extracting(Change::onConflict)
                .containsExactly(null, OnConflict.MERGE, OnConflict.REJECT);
    }

    @Test
    void a_follow_up_waits_until_the_feed_has_shown_what_it_follows() {
        me.put("note", "1", json("{'a':1}"));
        Run run = exchange.begin();
        Batch first = exchange.take(run).orElseThrow();
        me.put("note", "1", json("{'a':2}"));
        run = exchange.begin();
        assertThat(exchange.take(run)).as("while the first is not answered").isEmpty();

        settle(run, first, applied(first, 4));
        assertThat(exchange.take(run)).as("while nobody knows what it became").isEmpty();
        assertThat(me.get("note", "1").orElseThrow().standing()).isEqualTo(Standing.PENDING);

        exchange.page(null, page("c4", 4, false, entity("1", 4, "{'a':1}")));
        assertThat(exchange.take(run).orElseThrow().changes())
                .extracting(Change::baseVersion)
                .containsExactly(4L);
    }

    @Test
    void what_came_after_a_run_began_is_left_to_the_next() {
        me.put("note", "1", json("{}"));
        Run run = exchange.begin();
        me.put("note", "2", json("{}"));

        assertThat(take(run)).extracting(Change::id).containsExactly("1");
        assertThat(exchange.take(run)).isEmpty();
        assertThat(take(exchange.begin())).extracting(Change::id).containsExactly("2");
    }

    @Test
    void what_is_left_is_told_in_the_order_of_the_spec() {
        assertThat(next(exchange.begin(), false))
                .as("of what was never read the first page comes first")
                .isEqualTo(answered(Next.RESYNC));
        exchange.page(null, page("c1", 1, true));
        assertThat(next(exchange.begin(), false)).isEqualTo(answered(Next.PULL));
        me.put("note", "1", json("{}"));
        Run run = exchange.begin();
        assertThat(next(run, true)).isEqualTo(answered(Next.PUSH));

        Batch batch = exchange.take(run).orElseThrow();
        assertThat(next(run, true)).isEqualTo(answered(Next.RECEIPTS));
        assertThat(exchange.receiptsToAsk(run)).containsExactly(id(batch));
        assertThat(exchange.receiptsToAsk(run)).isEmpty();
        exchange.settleReceipts(run, List.of(new ChangeResult.Pending(id(batch))));
        assertThat(next(run, false)).isEqualTo(answered(Next.PULL));
        assertThat(next(run, true)).isEqualTo(new SyncEvent.Outstanding(1, 0.5));

        run = exchange.begin();
        assertThat(next(run, true)).isEqualTo(answered(Next.RECEIPTS));
        settle(run, batch, applied(batch, 1));
        assertThat(next(run, true)).isEqualTo(answered(Next.DONE));
        me.put("note", "2", json("{}"));
        assertThat(next(run, true)).isEqualTo(answered(Next.LEFT));
        exchange.cursorExpired();
        assertThat(next(run, true)).isEqualTo(answered(Next.RESYNC));
    }

    private SyncEvent next(Run run, boolean caughtUp) {
        return SyncEvent.answered(1, exchange.left(run), caughtUp, 0.5);
    }

    private static SyncEvent answered(Next next) {
        return new SyncEvent.Answered(1, next);
    }

    @Test
    void a_run_sends_a_change_once_however_often_it_is_not_known() {
        exchange.page(null, page("c1", 1, false));
        me.put("note", "1", json("{}"));
        Run run = exchange.begin();
        Batch batch = exchange.take(run).orElseThrow();
        exchange.settleReceipts(run, List.of(new ChangeResult.Unknown(id(batch))));
        assertThat(exchange.receiptsToAsk(run)).as("what was not asked for").hasSize(1);
        exchange.settleReceipts(run, List.of(new ChangeResult.Unknown(id(batch))));

        assertThat(exchange.take(run)).isEmpty();
        assertThat(next(run, true)).isEqualTo(answered(Next.LEFT));
        assertThat(take(exchange.begin())).isEqualTo(batch.changes());
    }

    @Test
    void what_was_sent_before_a_crash_is_asked_for_and_sent_again_under_its_id() {
        me.put("note", "1", json("{}"));
        Batch batch = exchange.take(exchange.begin()).orElseThrow();

        open(ReplicaSettings.defaults());
        Run run = exchange.begin();

        assertThat(exchange.receiptsToAsk(run)).containsExactly(id(batch));
        exchange.settleReceipts(run, List.of(new ChangeResult.Unknown(id(batch))));
        assertThat(take(run)).isEqualTo(batch.changes());
    }

    @Test
    void the_answer_to_a_request_that_was_given_up_is_not_stored() {
        me.put("note", "1", json("{}"));
        Run run = exchange.begin();
        Batch late = exchange.take(run).orElseThrow();
        exchange.notAccepted(late.request());
        run = exchange.begin();
        Batch again = exchange.take(run).orElseThrow();

        settle(run, late, new ChangeResult.Conflict(id(late), null, List.of()));

        assertThat(Dump.byChangeId(replica).get(id(again)))
                .extracting(entry -> entry.state())
                .isInstanceOf(EntryState.Sent.class);
    }

    @Test
    void nothing_accepted_is_sent_again_without_asking() {
        me.put("note", "1", json("{}"));
        Batch batch = exchange.take(exchange.begin()).orElseThrow();

        exchange.notAccepted(batch.request());

        Run run = exchange.begin();
        assertThat(exchange.receiptsToAsk(run)).isEmpty();
        assertThat(take(run)).isEqualTo(batch.changes());
    }

    @Test
    void a_batch_that_the_server_fails_on_is_halved_until_the_one_is_found() {
        for (int i = 0; i < 8; i++) {
            me.put("note", "n-" + i, json("{'poison':" + (i == 5) + "}"));
        }
        List<Integer> sizes = new ArrayList<>();
        for (int runs = 0; runs < 60 && me.counts().pending() > 0; runs++) {
            Run run = exchange.begin();
            exchange.receiptsToAsk(run)
                    .forEach(id ->
                            exchange.settleReceipts(run, List.of(new ChangeResult.Unknown(id))));
            for (Optional<Batch> next = exchange.take(run);
                    next.isPresent();
                    next = exchange.take(run)) {
                Batch batch = next.get();
                sizes.add(batch.changes().size());
                if (batch.changes().stream()
                        .anyMatch(change ->
                                change.data() != null
                                        && change.data().tree().get("poison").booleanValue())) {
                    exchange.serverFailed(batch.request(), INTERNAL, Set.of());
                    break;
                }
                settle(
                        run,
                        batch,
                        batch.changes().stream()
                                .map(change ->
                                        new ChangeResult.Applied(change.changeId(), 1, false, true))
                                .toArray(ChangeResult[]::new));
            }
        }
        assertThat(sizes).startsWith(8, 4);
        assertThat(me.counts()).isEqualTo(new Counts(0, 1, 0));
        assertThat(me.parked().getFirst().change().id()).isEqualTo("n-5");
        assertThat(me.parked().getFirst().tries()).isEqualTo(5);
    }

    @Test
    void changes_that_a_problem_points_at_are_parked_and_the_others_sent_again() {
        me.put("note", "1", json("{}"));
        me.put("note", "2", json("{}"));
        me.put("note", "3", json("{}"));
        Batch batch = exchange.take(exchange.begin()).orElseThrow();

        exchange.serverFailed(
                batch.request(), Problem.of(ProblemType.INVALID_ENTITY, "title"), Set.of(1));

        assertThat(me.parked()).extracting(parked -> parked.change().id()).containsExactly("2");
        assertThat(take(exchange.begin())).extracting(Change::id).containsExactly("1", "3");
    }

    @Test
    void what_is_parked_stays_and_counts_as_stale_after_thirty_days() {
        me.put("note", "1", json("{'a':1}"));
        Run run = exchange.begin();
        Batch batch = exchange.take(run).orElseThrow();
        settle(
                run,
                batch,
                new ChangeResult.Rejected(
                        id(batch), Problem.of(ProblemType.INVALID_ENTITY, "title")));
        assertThat(me.get("note", "1").orElseThrow().standing()).isEqualTo(Standing.PARKED);
        assertThat(me.parked()).extracting(ParkedChange::stale).containsExactly(false);

        clock.pass(Duration.ofDays(31));
        exchange.begin();

        assertThat(me.parked()).extracting(ParkedChange::stale).containsExactly(true);
        assertThat(me.parked().getFirst().problem().detail()).isEqualTo("title");
        assertThat(me.parked().getFirst().change().data()).isEqualTo(json("{'a':1}"));
        assertThat(me.retry(UUID.randomUUID())).isFalse();
        assertThat(me.retry(id(batch))).isTrue();
        assertThat(take(exchange.begin())).extracting(Change::id).containsExactly("1");
    }

    @Test
    void what_the_user_drops_can_still_be_read() {
        me.put("note", "1", json("{'a':1}"));
        Run run = exchange.begin();
        Batch batch = exchange.take(run).orElseThrow();
        settle(run, batch, new ChangeResult.Rejected(id(batch), INTERNAL));

        assertThat(me.drop(id(batch))).isTrue();

        assertThat(me.get("note", "1")).isEmpty();
        Conflict dropped = me.settledConflicts(10).getFirst();
        assertThat(dropped.outcome()).isEqualTo(Conflict.Outcome.DROPPED);
        assertThat(dropped.clash().local()).isEqualTo(json("{'a':1}"));
    }

    @Test
    void a_page_counts_only_from_where_the_replica_is() {
        assertThat(exchange.page(null, page("c1", 1, true, entity("1", 1, "{}"))))
                .isEqualTo(Stored.STORED);
        assertThat(exchange.page(null, page("c9", 9, false, entity("9", 9, "{}"))))
                .isEqualTo(Stored.STALE);
        assertThat(exchange.page("c1", page("c1", 1, true))).isEqualTo(Stored.STUCK);
        assertThat(exchange.page("c1", page("c2", 2, false, tombstone("1", 2))))
                .isEqualTo(Stored.STORED);

        assertThat(exchange.place().cursor()).isEqualTo("c2");
        assertThat(me.list(Query.of("note"))).isEmpty();
    }

    @Test
    void what_the_live_stream_brings_is_stored_in_order_and_once() {
        exchange.page(null, page("c3", 3, false, entity("1", 3, "{'a':3}")));

        assertThat(exchange.live(1, entity("1", 5, "{'a':5}"), "c5")).isEqualTo(Stored.STORED);
        assertThat(exchange.live(1, entity("2", 4, "{}"), "c4")).isEqualTo(Stored.STORED);
        assertThat(exchange.live(1, entity("1", 5, "{'a':5}"), "c5")).isEqualTo(Stored.STORED);

        assertThat(exchange.place().cursor()).isEqualTo("c5");
        assertThat(me.get("note", "1").orElseThrow().data()).isEqualTo(json("{'a':5}"));
        assertThat(me.get("note", "2")).as("no news").isEmpty();
    }

    @Test
    void a_first_answer_that_comes_again_does_not_bring_back_what_the_feed_has_passed() {
        exchange.page(null, page("c1", 1, false));
        me.put("note", "1", json("{'a':1}"));
        Run run = exchange.begin();
        Batch batch = exchange.take(run).orElseThrow();
        exchange.page("c1", page("c9", 9, false));

        settle(
                run,
                batch,
                new ChangeResult.Merged(
                        id(batch), 4, true, entity("1", 4, "{'a':1,'b':1}"), List.of()));
        exchange.page("c9", page("c9", 9, false));

        assertThat(me.get("note", "1")).as("deleted since, the tombstone gone").isEmpty();
        assertThat(Dump.entries(replica)).isEmpty();
    }

    @Test
    void what_a_server_said_before_it_was_set_back_is_heard_no_more() {
        exchange.page(null, page("c1", 1, false));
        me.put("note", "1", json("{}"));
        me.put("note", "2", json("{}"));
        Run run = exchange.begin();
        Batch batch = exchange.take(run).orElseThrow();
        Run other = exchange.begin();
        assertThat(exchange.receiptsToAsk(other)).hasSize(2);
        List<ChangeResult> results =
                batch.changes().stream()
                        .<ChangeResult>map(change ->
                                new ChangeResult.Applied(change.changeId(), 5, false, true))
                        .toList();

        exchange.cursorExpired();
        exchange.settle(run, batch.request(), results);
        exchange.settleReceipts(other, results);

        assertThat(Dump.byChangeId(replica).values())
                .extracting(entry -> entry.state())
                .hasSize(2)
                .allMatch(EntryState.Again.class::isInstance);
        exchange.page(null, page("x1", 1, false));
        assertThat(exchange.take(other)).as("not in a run that may have sent them").isEmpty();
        assertThat(take(exchange.begin())).isEqualTo(batch.changes());
    }

    @Test
    void a_live_stream_of_an_earlier_reading_brings_nothing_more() {
        exchange.page(null, page("c3", 3, false, entity("1", 3, "{'a':3}")));
        long reading = exchange.place().reading();

        exchange.cursorExpired();
        assertThat(exchange.live(reading, entity("2", 4, "{}"), "c4")).isEqualTo(Stored.STALE);
        exchange.page(null, page("x3", 3, false, entity("1", 3, "{'a':3}")));
        assertThat(exchange.live(reading, entity("3", 5, "{}"), "c5"))
                .as("what it brought meanwhile is missing")
                .isEqualTo(Stored.STALE);

        assertThat(exchange.place().cursor()).isEqualTo("x3");
        assertThat(exchange.live(reading + 1, entity("2", 4, "{}"), "x4")).isEqualTo(Stored.STORED);
    }

    @Test
    void how_the_last_runs_ended_is_kept_in_the_file() {
        assertThat(exchange.lastRuns()).isEqualTo(new LastRuns(null, null, null));
        long begun = clock.millis();
        exchange.succeeded(null);
        clock.pass(Duration.ofSeconds(1));
        exchange.failed("no route", null);
        open(ReplicaSettings.defaults());
        assertThat(exchange.lastRuns()).isEqualTo(new LastRuns(begun, "no route", begun + 1_000));
        exchange.succeeded(null);
        assertThat(exchange.lastRuns()).isEqualTo(new LastRuns(begun + 1_000, null, null));
    }

    @Test
    void reading_anew_keeps_what_is_pending_and_forgets_what_is_gone() {
        exchange.page(
                null,
                page(
                        "c9",
                        9,
                        false,
                        entity("kept", 7, "{'a':1}"),
                        entity("gone", 8, "{'a':1}"),
                        entity("edited", 9, "{'a':1,'b':1}")));
        me.patch("note", "edited", json("{'b':2}"));
        me.put("note", "new", json("{}"));
        Run run = exchange.begin();
        Batch batch = exchange.take(run).orElseThrow();
        settle(
                run,
                batch,
                new ChangeResult.Applied(batch.changes().get(1).changeId(), 10, false, true));

        exchange.cursorExpired();
        assertThat(exchange.place().cursor()).isNull();
        assertThat(me.list(Query.of("note"))).as("shown meanwhile").hasSize(4);
        exchange.page(null, page("x1", 1, true, entity("kept", 1, "{'a':2}")));
        open(ReplicaSettings.defaults());
        assertThat(exchange.left(exchange.begin()).resyncing()).as("goes on").isTrue();
        exchange.page("x1", page("x2", 2, false));

        assertThat(me.get("note", "gone")).isEmpty();
        assertThat(me.get("note", "kept").orElseThrow().version()).isEqualTo(1);
        assertThat(me.get("note", "edited").orElseThrow().data()).isEqualTo(json("{'a':1,'b':2}"));
        assertThat(me.get("note", "new")).isPresent();
        Run next = exchange.begin();
        assertThat(exchange.left(next).resyncing()).isFalse();
        assertThat(take(next))
                .as("accepted by a server that may have forgotten it")
                .contains(batch.changes().get(1));
    }

    @Test
    void a_base_version_ahead_of_the_server_has_the_space_read_anew() {
        exchange.page(null, page("c9", 9, false, entity("1", 9, "{'a':1}")));
        me.put("note", "1", json("{'a':2}"));
        Run run = exchange.begin();
        Batch batch = exchange.take(run).orElseThrow();
        settle(
                run,
                batch,
                new ChangeResult.Rejected(
                        id(batch), Problem.of(ProblemType.BASE_VERSION_AHEAD, "head 3")));

        assertThat(exchange.left(run).resyncing()).isTrue();
        exchange.page(null, page("x3", 3, false, entity("1", 3, "{'a':1}")));
        assertThat(take(exchange.begin())).extracting(Change::baseVersion).containsExactly(3L);
    }

    @Test
    void open_conflicts_are_counted_and_listed_with_both_sides_until_decided() {
        open(ReplicaSettings.defaults().withStrategy("note", new ConflictStrategy.Ask()));
        exchange.page(null, page("c1", 1, false, entity("1", 1, "{'a':1}")));
        me.put("note", "1", json("{'a':2}"));
        exchange.page("c1", page("c2", 2, false, entity("1", 2, "{'a':3}")));
        me.patch("note", "1", json("{'b':1}"));

        assertThat(me.counts()).isEqualTo(new Counts(0, 0, 1));
        assertThat(me.get("note", "1").orElseThrow().standing()).isEqualTo(Standing.CONFLICT);
        Conflict conflict = me.conflicts().getFirst();
        assertThat(conflict.isOpen()).isTrue();
        assertThat(conflict.clash().base()).isEqualTo(json("{'a':1}"));
        assertThat(conflict.clash().local()).isEqualTo(json("{'a':2,'b':1}"));
        assertThat(conflict.clash().remote()).isEqualTo(json("{'a':3}"));
        assertThat(conflict.clash().fields()).containsExactly("a");
        assertThat(exchange.take(exchange.begin())).isEmpty();

        assertThat(me.resolve(conflict.id(), new Resolution.Undecided())).isFalse();
        assertThat(me.resolve(conflict.id(), new Resolution.Use(json("{'a':9}")))).isTrue();
        assertThat(me.resolve(conflict.id(), new Resolution.KeepRemote())).isFalse();

        assertThat(me.counts()).isEqualTo(new Counts(1, 0, 0));
        assertThat(take(exchange.begin())).extracting(Change::baseVersion).containsExactly(2L);
        Conflict settled = me.settledConflicts(10).getFirst();
        assertThat(settled.id()).isEqualTo(conflict.id());
        assertThat(settled.outcome()).isEqualTo(Conflict.Outcome.RESOLVED);
        clock.pass(Duration.ofDays(91));
        exchange.begin();
        assertThat(me.settledConflicts(10)).isEmpty();
    }

    @Test
    void a_resolver_is_asked_outside_the_transaction_and_may_use_the_replica() {
        List<Conflict> asked = new ArrayList<>();
        open(
                ReplicaSettings.defaults()
                        .withStrategy(
                                "note",
                                new ConflictStrategy.Resolve(conflict -> {
                                    asked.add(conflict);
                                    if (asked.size() == 1) {
                                        me.patch("note", "1", json("{'meanwhile':1}"));
                                    }
                                    return new Resolution.Use(json("{'resolved':1}"));
                                })));
        exchange.page(null, page("c1", 1, false, entity("1", 1, "{'a':1}")));
        me.put("note", "1", json("{'a':2}"));

        exchange.page("c1", page("c2", 2, false, entity("1", 2, "{'a':3}")));

        assertThat(asked).as("again, since the user typed").hasSize(2);
        assertThat(asked.getLast().clash().local()).isEqualTo(json("{'a':2,'meanwhile':1}"));
        assertThat(me.get("note", "1").orElseThrow().data()).isEqualTo(json("{'resolved':1}"));
        assertThat(me.counts()).isEqualTo(new Counts(1, 0, 0));
    }

    @Test
    void a_resolver_that_fails_leaves_the_conflict_to_the_user() {
        List<Conflict> asked = new ArrayList<>();
        open(
                ReplicaSettings.defaults()
                        .withStrategy(
                                "note",
                                new ConflictStrategy.Resolve(conflict -> {
                                    asked.add(conflict);
                                    throw new IllegalStateException("no idea");
                                })));
        exchange.page(null, page("c1", 1, false, entity("1", 1, "{'a':1}")));
        me.put("note", "1", json("{'a':2}"));
        exchange.page("c1", page("c2", 2, false, entity("1", 2, "{'a':3}")));
        exchange.begin();

        assertThat(asked).hasSize(1);
        assertThat(me.counts()).isEqualTo(new Counts(0, 0, 1));

        exchange.page("c2", page("c3", 3, false, entity("1", 3, "{'a':4}")));
        assertThat(asked).as("a side has changed").hasSize(2);
    }

    @Test
    void observers_hear_what_others_wrote_and_whether_there_is_something_to_send() {
        open(ReplicaSettings.defaults().withStrategy("note", new ConflictStrategy.KeepLocal()));
        List<Commit> told = new ArrayList<>();
        replica.observe(told::add);

        exchange.page(null, page("c1", 1, false, entity("1", 1, "{'a':1}")));
        assertThat(told.getLast().toSend()).isFalse();
        me.put("note", "1", json("{'a':2}"));
        assertThat(told.getLast().toSend()).isTrue();
        take(exchange.begin());
        assertThat(told.getLast().toSend()).isFalse();
    }

    @Test
    void the_sync_log_keeps_its_newest_lines() {
        for (int i = 0; i < 1_005; i++) {
            exchange.log("test", "line " + i);
        }
        exchange.begin();

        assertThat(replica.log(5_000)).hasSize(1_000);
        assertThat(replica.log(1)).extracting(LogLine::detail).containsExactly("line 1004");
    }

    private List<Change> take(Run run) {
        return exchange.take(run).orElseThrow().changes();
    }

    private void settle(Run run, Batch batch, ChangeResult... results) {
        exchange.settle(run, batch.request(), List.of(results));
    }

    private static ChangeResult applied(Batch batch, long version) {
        return new ChangeResult.Applied(id(batch), version, false, true);
    }

    private static UUID id(Batch batch) {
        return batch.changes().getFirst().changeId();
    }

    private static Page page(String cursor, long version, boolean hasMore, Entity... changes) {
        return new Page(List.of(changes), cursor, version, hasMore);
    }

    private static Entity entity(String id, long version, String data) {
        return new Entity("note", id, version, json(data), false, 1, 2, "alice", "other");
    }

    private static Entity tombstone(String id, long version) {
        return new Entity("note", id, version, null, true, 1, 2, "alice", "other");
    }
}
