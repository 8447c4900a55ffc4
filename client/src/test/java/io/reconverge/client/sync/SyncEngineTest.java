package io.reconverge.client.sync;

import static io.reconverge.client.RandomData.json;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.SteppingClock;
import io.reconverge.client.replica.Batch;
import io.reconverge.client.replica.Counts;
import io.reconverge.client.replica.LogLine;
import io.reconverge.client.replica.Page;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.replica.Space;
import io.reconverge.client.replica.Tally;
import io.reconverge.client.sync.SyncAction.Ending;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One engine in virtual time, and a server that says what the test says.
class SyncEngineTest {

    @TempDir private Path folder;
    private final VirtualTime time = new VirtualTime();
    private final SteppingClock clock = new SteppingClock();
    private final Script server = new Script();
    private Replica replica;
    private Space me;
    private SyncEngine engine;

    /// The requests that are in the air, to be answered by the test.
    private static final class Script implements Transport {

        record Sent(Batch batch, Consumer<Reply<Pushed>> then) {}

        record Asked(List<UUID> ids, Consumer<Reply<List<ChangeResult>>> then) {}

        record Read(@Nullable String cursor, Consumer<Reply<Page>> then) {}

        private final Queue<Object> requests = new ArrayDeque<>();
        private final List<Live> streams = new ArrayList<>();
        private int cancelled;

        @Override
        public Call push(String space, Batch batch, Consumer<Reply<Pushed>> then) {
            requests.add(new Sent(batch, then));
            return () -> cancelled++;
        }

        @Override
        public Call receipts(
                String space, List<UUID> changeIds, Consumer<Reply<List<ChangeResult>>> then) {
            requests.add(new Asked(changeIds, then));
            return () -> cancelled++;
        }

        @Override
        public Call page(
                String space,
                String deviceId,
                @Nullable String cursor,
                int limit,
                Consumer<Reply<Page>> then) {
            requests.add(new Read(cursor, then));
            return () -> cancelled++;
        }

        @Override
        public Call live(String space, String deviceId, String cursor, Live listener) {
            streams.add(listener);
            return () -> streams.remove(listener);
        }

        Sent sent() {
            return (Sent) requireNonNull(requests.poll(), "no request");
        }

        Asked asked() {
            return (Asked) requireNonNull(requests.poll(), "no request");
        }

        Read read() {
            return (Read) requireNonNull(requests.poll(), "no request");
        }
    }

    @BeforeEach
    void open() {
        replica =
                Replica.open(
                        folder.resolve("r.db"),
                        ReplicaSettings.defaults(),
                        clock,
                        UUID::randomUUID);
        me = replica.me();
        engine =
                new SyncEngine(
                        replica,
                        SpaceId.ME,
                        server,
                        new VirtualLoop(time, () -> 0.5),
                        SyncSettings.defaults(),
                        true);
    }

    @AfterEach
    void close() {
        replica.close();
    }

    private void pass(long millis) {
        time.runUntil(time.nowMillis() + millis);
    }

    private static Page page(String cursor, Entity... entities) {
        long version = Long.parseLong(cursor.substring(1));
        return new Page(List.of(entities), cursor, version, false);
    }

    private static Entity entity(String id, long version, String data) {
        return new Entity("note", id, version, json(data), false, 1, 1, "alice", null);
    }

    /// Starts, and answers the first page.
    private void idle() {
        engine.start();
        pass(0);
        server.read().then.accept(new Reply.Ok<>(page("c1")));
        pass(0);
        assertThat(phase()).isEqualTo(Status.Phase.IDLE);
    }

    private Status.Phase phase() {
        return engine.currentStatus().phase();
    }

    private static List<ChangeResult> applied(Batch batch, long version) {
        List<ChangeResult> results = new ArrayList<>();
        long next = version;
        for (Change change : batch.changes()) {
            results.add(new ChangeResult.Applied(change.changeId(), next++, false, true));
        }
        return results;
    }

    @Test
    void a_write_is_sent_by_itself_and_its_answer_s_page_is_the_end_of_it() {
        idle();
        pass(5_000);
        me.put("note", "1", json("{'a':1}"));
        pass(0);
        assertThat(phase()).isEqualTo(Status.Phase.SCHEDULED);
        assertThat(engine.currentStatus().counts()).isEqualTo(new Counts(1, 0, 0));
        pass(499);
        assertThat(server.requests).isEmpty();
        pass(1);
        Script.Sent sent = server.sent();
        assertThat(sent.batch.changes()).hasSize(1);
        clock.pass(Duration.ofSeconds(7));
        sent.then.accept(
                new Reply.Ok<>(
                        new Pushed(
                                applied(sent.batch, 2),
                                page("c2", entity("1", 2, "{'a':1}")),
                                false)));
        pass(0);

        assertThat(server.requests).isEmpty();
        assertThat(engine.currentStatus())
                .isEqualTo(
                        new Status(
                                "me",
                                Status.Phase.IDLE,
                                new Counts(0, 0, 0),
                                clock.millis(),
                                null,
                                null));
        assertThat(replica.log(5).stream().map(LogLine::detail))
                .as("a line for the run that did something, none for the one that did not")
                .containsExactly("1 applied; 1 received; 1 request in 0 ms");
    }

    @Test
    void a_manual_sync_ends_with_its_own_run_s_report_whether_or_not_started() {
        CompletableFuture<SyncResult> first = engine.sync();
        pass(0);
        CompletableFuture<SyncResult> second = engine.sync();
        server.read().then.accept(new Reply.Ok<>(page("c1", entity("1", 1, "{}"))));
        pass(0);
        assertThat(first.join().isDone()).isTrue();
        assertThat(first.join().pulled()).isEqualTo(1);
        assertThat(second).as("asked for when the run had begun").isNotDone();

        server.read().then.accept(new Reply.Ok<>(page("c1")));
        pass(0);
        assertThat(second.join())
                .isEqualTo(new SyncResult(Ending.DONE, Tally.NONE, 0, 1, Duration.ZERO, null));
        assertThat(phase()).isEqualTo(Status.Phase.STOPPED);
        assertThat(server.streams).isEmpty();
        pass(100_000);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void what_stands_in_the_way_is_said_at_once() {
        engine.pause();
        CompletableFuture<SyncResult> paused = engine.sync();
        engine.signedOut();
        engine.resume();
        CompletableFuture<SyncResult> signedOut = engine.sync();
        engine.signedIn();
        engine.connectivity(false);
        CompletableFuture<SyncResult> offline = engine.sync();
        pass(0);
        assertThat(paused.join().ending()).isEqualTo(Ending.PAUSED);
        assertThat(signedOut.join().ending()).isEqualTo(Ending.SIGNED_OUT);
        assertThat(offline.join().ending()).isEqualTo(Ending.OFFLINE);
        assertThat(offline.join().error()).isEqualTo("there is no network");
        assertThat(engine.currentStatus().lastError()).isNull();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void what_failed_is_kept_until_a_run_ends_well() {
        idle();
        CompletableFuture<SyncResult> asked = engine.sync();
        pass(0);
        server.read().then.accept(new Reply.NetworkFailed<>(true, "reset by peer"));
        pass(0);
        assertThat(asked.join().ending()).isEqualTo(Ending.NETWORK_FAILED);
        assertThat(asked.join().error()).isEqualTo("reset by peer");
        assertThat(phase()).isEqualTo(Status.Phase.BACKING_OFF);
        Status failed = engine.currentStatus();
        assertThat(failed.lastError()).isEqualTo("reset by peer");
        assertThat(failed.lastErrorMillis()).isEqualTo(clock.millis());

        replica.close();
        open();
        assertThat(engine.currentStatus().lastError()).as("in the file").isEqualTo("reset by peer");
        assertThat(engine.currentStatus().lastSuccessMillis()).isEqualTo(clock.millis());

        engine.start();
        pass(0);
        server.read().then.accept(new Reply.Ok<>(page("c1")));
        pass(0);
        assertThat(engine.currentStatus().lastError()).isNull();
    }

    @Test
    void what_the_server_has_not_got_is_sent_again_and_what_it_may_have_is_asked_for() {
        idle();
        me.put("note", "1", json("{'a':1}"));
        var _ = engine.sync();
        pass(0);
        Script.Sent busy = server.sent();
        busy.then.accept(new Reply.Busy<>(0, "429"));
        pass(0);
        var _ = engine.sync();
        pass(0);
        Script.Sent lost = server.sent();
        assertThat(lost.batch.changes()).as("as it was").isEqualTo(busy.batch.changes());
        lost.then.accept(new Reply.NetworkFailed<>(true, "timed out"));
        pass(0);
        var _ = engine.sync();
        pass(0);
        Script.Asked asked = server.asked();
        UUID id = lost.batch.changes().getFirst().changeId();
        assertThat(asked.ids).containsExactly(id);
        asked.then.accept(new Reply.Ok<>(List.of(new ChangeResult.Applied(id, 2, true, true))));
        pass(0);
        server.read().then.accept(new Reply.Ok<>(page("c2", entity("1", 2, "{'a':1}"))));
        pass(0);
        assertThat(engine.currentStatus().counts().pending()).isZero();
        assertThat(phase()).isEqualTo(Status.Phase.IDLE);
    }

    @Test
    void the_answer_to_a_request_that_was_given_up_changes_nothing() {
        idle();
        me.put("note", "1", json("{'a':1}"));
        var _ = engine.sync();
        pass(0);
        Script.Sent sent = server.sent();
        engine.connectivity(false);
        pass(0);
        assertThat(server.cancelled).isEqualTo(1);
        sent.then.accept(new Reply.Ok<>(new Pushed(applied(sent.batch, 2), page("c2"), false)));
        pass(0);
        assertThat(phase()).isEqualTo(Status.Phase.OFFLINE);
        assertThat(me.exchange().place().cursor()).isEqualTo("c1");
    }

    @Test
    void a_cursor_that_is_not_taken_has_the_space_read_anew_and_parks_nothing() {
        idle();
        me.put("note", "1", json("{'a':1}"));
        var _ = engine.sync();
        pass(0);
        server.sent()
                .then
                .accept(new Reply.Failed<>(Problem.of(ProblemType.INVALID_CURSOR, "?"), Set.of()));
        pass(0);
        Script.Read anew = server.read();
        assertThat(anew.cursor).isNull();
        anew.then.accept(new Reply.Ok<>(page("x1")));
        pass(0);
        assertThat(engine.currentStatus().counts()).isEqualTo(new Counts(1, 0, 0));
        var _ = engine.sync();
        pass(0);
        assertThat(server.sent().batch.changes()).hasSize(1);
    }

    @Test
    void a_server_that_does_not_go_on_is_not_asked_without_end() {
        idle();
        CompletableFuture<SyncResult> asked = engine.sync();
        pass(0);
        server.read().then.accept(new Reply.Ok<>(new Page(List.of(), "c1", 1, true)));
        pass(0);
        assertThat(asked.join().ending()).isEqualTo(Ending.SERVER_FAILED);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void a_file_that_cannot_be_written_ends_the_run_and_not_the_engine() throws SQLException {
        idle();
        try (Connection other =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("r.db"));
                Statement statement = other.createStatement()) {
            statement.execute(
                    "create trigger full before update on space begin select raise(abort, 'full'); end");
            CompletableFuture<SyncResult> asked = engine.sync();
            pass(0);
            server.read().then.accept(new Reply.Ok<>(page("c2", entity("1", 2, "{}"))));
            pass(0);
            assertThat(asked.join().ending()).isEqualTo(Ending.REPLICA_FAILED);
            assertThat(asked.join().error()).contains("full");
            assertThat(phase()).isEqualTo(Status.Phase.BACKING_OFF);
            assertThat(engine.currentStatus().lastError()).contains("full");
            assertThat(me.get("note", "1")).isEmpty();

            statement.execute("drop trigger full");
        }
        pass(60_000);
        server.read().then.accept(new Reply.Ok<>(page("c2", entity("1", 2, "{}"))));
        pass(0);
        assertThat(me.get("note", "1")).isPresent();
        assertThat(phase()).isEqualTo(Status.Phase.IDLE);
    }

    @Test
    void what_the_live_stream_brings_is_there_at_once_and_held_while_a_request_is_in_the_air() {
        idle();
        Transport.Live live = server.streams.getFirst();
        live.change(entity("1", 2, "{'a':2}"), "c2");
        pass(0);
        assertThat(me.get("note", "1")).isPresent();

        me.put("note", "2", json("{}"));
        var _ = engine.sync();
        pass(0);
        Script.Sent sent = server.sent();
        live.change(entity("2", 3, "{}"), "c3");
        live.change(entity("3", 4, "{}"), "c4");
        pass(0);
        assertThat(me.exchange().place().cursor()).isEqualTo("c2");
        sent.then.accept(
                new Reply.Ok<>(
                        new Pushed(
                                applied(sent.batch, 3), page("c3", entity("2", 3, "{}")), false)));
        pass(0);
        assertThat(server.requests).as("the page counted").isEmpty();
        assertThat(me.get("note", "3")).as("what was held").isPresent();
        assertThat(me.exchange().place().cursor()).isEqualTo("c4");
    }

    @Test
    void a_stream_that_is_closed_brings_nothing_more_and_one_that_ends_is_opened_by_the_next_run() {
        idle();
        Transport.Live first = server.streams.getFirst();
        engine.pause();
        pass(0);
        assertThat(server.streams).isEmpty();
        first.change(entity("1", 2, "{}"), "c2");
        first.ended(Transport.LiveEnd.UNAUTHORIZED);
        pass(0);
        assertThat(me.get("note", "1")).isEmpty();
        assertThat(phase()).isEqualTo(Status.Phase.PAUSED);

        engine.resume();
        pass(5_000);
        server.read().then.accept(new Reply.Ok<>(page("c1")));
        pass(0);
        server.streams.removeFirst().ended(Transport.LiveEnd.LOST);
        pass(0);
        assertThat(phase()).isEqualTo(Status.Phase.SCHEDULED);
        pass(14_999);
        assertThat(server.requests).isEmpty();
        pass(1);
        server.read().then.accept(new Reply.Ok<>(page("c1")));
        pass(0);
        assertThat(server.streams).hasSize(1);

        server.streams.removeFirst().ended(Transport.LiveEnd.UNAUTHORIZED);
        pass(0);
        assertThat(phase()).isEqualTo(Status.Phase.SIGNED_OUT);
    }

    @Test
    void a_stream_that_brings_more_than_can_be_held_is_given_up_for_pages() {
        idle();
        Transport.Live live = server.streams.getFirst();
        var _ = engine.sync();
        pass(0);
        for (int version = 2; version < 3 + LiveFeed.WAITING_MAX; version++) {
            live.change(entity("1", version, "{}"), "c" + version);
        }
        pass(0);
        assertThat(server.streams).isEmpty();
        server.read().then.accept(new Reply.Ok<>(page("c1")));
        pass(0);
        assertThat(me.exchange().place().cursor()).isEqualTo("c1");
        assertThat(server.streams).as("opened anew at the run's end").hasSize(1);
    }

    @Test
    void a_stream_is_given_up_when_another_process_has_begun_to_read_the_space_anew() {
        idle();
        pass(5_000);
        Transport.Live live = server.streams.getFirst();
        me.exchange().cursorExpired();
        live.change(entity("1", 2, "{}"), "c2");
        live.change(entity("2", 3, "{}"), "c3");
        pass(0);
        assertThat(server.streams).isEmpty();
        assertThat(me.exchange().place().cursor()).isNull();
        Script.Read anew = server.read();
        assertThat(anew.cursor).isNull();
        anew.then.accept(new Reply.Ok<>(page("c3", entity("1", 2, "{}"), entity("2", 3, "{}"))));
        pass(0);
        assertThat(me.get("note", "1")).isPresent();
        assertThat(me.get("note", "2")).isPresent();
        assertThat(server.streams).hasSize(1);
    }

    @Test
    void what_another_process_wrote_is_sent() {
        idle();
        pass(5_000);
        try (Replica other = Replica.open(folder.resolve("r.db"), ReplicaSettings.defaults())) {
            other.me().put("note", "1", json("{}"));
        }
        engine.othersWrote();
        pass(500);
        assertThat(server.sent().batch.changes()).hasSize(1);
    }

    @Test
    void the_status_is_published_as_it_changes_and_completes_in_the_end() {
        List<Object> heard = new ArrayList<>();
        engine.status()
                .subscribe(
                        new Flow.Subscriber<>() {
                            @Override
                            public void onSubscribe(Flow.Subscription subscription) {
                                subscription.request(Long.MAX_VALUE);
                            }

                            @Override
                            public void onNext(Status item) {
                                heard.add(item.phase() + " " + item.counts().pending());
                            }

                            @Override
                            public void onError(Throwable throwable) {
                                heard.add(throwable);
                            }

                            @Override
                            public void onComplete() {
                                heard.add("complete");
                            }
                        });
        pass(0);
        assertThat(heard).containsExactly("STOPPED 0");
        me.put("note", "1", JsonObject.ofText("{}"));
        pass(0);
        assertThat(heard).containsExactly("STOPPED 0", "STOPPED 1");
        idleWithOne();
        assertThat(heard).last().isEqualTo("IDLE 0");
        // nobody runs a virtual loop while it is waited for
        Thread.currentThread().interrupt();
        engine.close();
        assertThat(Thread.interrupted()).isTrue();
        pass(0);
        assertThat(heard).last().isEqualTo("complete");
        assertThat(heard).contains("SYNCING 1");
    }

    private void idleWithOne() {
        engine.start();
        pass(0);
        server.read().then.accept(new Reply.Ok<>(page("c0")));
        pass(0);
        Script.Sent sent = server.sent();
        sent.then.accept(
                new Reply.Ok<>(
                        new Pushed(
                                applied(sent.batch, 1), page("c1", entity("1", 1, "{}")), false)));
        pass(0);
    }
}
