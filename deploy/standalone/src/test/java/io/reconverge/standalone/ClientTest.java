package io.reconverge.standalone;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reconverge.client.TokenSupplier;
import io.reconverge.client.http.HttpTransport;
import io.reconverge.client.http.Origin;
import io.reconverge.client.http.ProblemException;
import io.reconverge.client.http.Server;
import io.reconverge.client.http.SignedOutException;
import io.reconverge.client.replica.Batch;
import io.reconverge.client.replica.Page;
import io.reconverge.client.sync.Pushed;
import io.reconverge.client.sync.Reply;
import io.reconverge.client.sync.Transport;
import io.reconverge.client.sync.Transport.LiveEnd;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The client's side of HTTP against the services themselves.
@OnParts
class ClientTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final HttpClient HTTP = Origin.httpClient(LIMIT);

    private static Pipeline pipeline;

    @BeforeAll
    static void start() {
        pipeline = Pipeline.start("client", Map.of());
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    private static String someone() {
        return "client-" + UUID.randomUUID();
    }

    private static Origin origin(String user, String token) {
        return new Origin(pipeline.gateway(), HTTP, TokenSupplier.of(token), user::equals, LIMIT);
    }

    private static Origin origin(String user) {
        return origin(user, Parts.shared().tokens().of(user));
    }

    private static HttpTransport transport(String user) {
        return new HttpTransport(origin(user), LIMIT);
    }

    private static <T> Reply<T> reply(Consumer<Consumer<Reply<T>>> request) {
        BlockingQueue<Reply<T>> replies = new LinkedBlockingQueue<>();
        request.accept(replies::add);
        return next(replies);
    }

    private static <T> T next(BlockingQueue<T> queue) {
        try {
            T taken = queue.poll(Pipeline.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(taken).isNotNull();
            return taken;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T value(Reply<T> reply) {
        assertThat(reply).isInstanceOf(Reply.Ok.class);
        return ((Reply.Ok<T>) reply).value();
    }

    private static Batch batch(@Nullable String cursor, Change... changes) {
        return new Batch(UUID.randomUUID(), "phone", List.of(changes), cursor, 500);
    }

    private static Reply<Pushed> push(String user, Batch batch) {
        return reply(then -> transport(user).push("me", batch, then));
    }

    private static Pushed pushed(String user, Change... changes) {
        return value(push(user, batch(null, changes)));
    }

    private static Page page(String user, @Nullable String cursor, int limit) {
        return value(
                ClientTest.<Page>reply(
                        then -> transport(user).page("me", "laptop", cursor, limit, then)));
    }

    private static Change put(String id, String json) {
        return change(Op.PUT, id, json, null, OnConflict.REJECT);
    }

    private static Change change(
            Op op, String id, @Nullable String json, @Nullable Long base, OnConflict policy) {
        return new Change(
                UUID.randomUUID(),
                "thing",
                id,
                op,
                json == null ? null : JsonObject.ofText(json.replace('\'', '"')),
                base,
                System.currentTimeMillis(),
                policy);
    }

    @Test
    void a_push_is_applied_once_however_often_it_is_sent_and_brings_its_own_page() {
        String user = someone();
        Batch batch =
                batch(null, put("n-1", "{'a':1.50,'t':'\u00e9\uD83C\uDF0A'}"), put("..", "{}"));

        Pushed first = value(push(user, batch));
        assertThat(first.results())
                .containsExactly(
                        new ChangeResult.Applied(batch.changes().get(0).changeId(), 1, false, true),
                        new ChangeResult.Applied(
                                batch.changes().get(1).changeId(), 2, false, true));
        Page page = requireNonNull(first.page());
        assertThat(page.version()).isEqualTo(2);
        assertThat(page.hasMore()).isFalse();
        Entity entity = page.changes().getFirst();
        assertThat(requireNonNull(entity.data()).text()).contains("1.50");
        assertThat(entity.data()).isEqualTo(batch.changes().getFirst().data());
        assertThat(entity.deviceId()).isEqualTo("phone");
        assertThat(entity.updatedBy()).isEqualTo(user);

        Pushed again = value(push(user, batch));
        assertThat(again.results())
                .allSatisfy(result ->
                        assertThat(result)
                                .isInstanceOfSatisfying(
                                        ChangeResult.Applied.class,
                                        applied -> assertThat(applied.duplicate()).isTrue()));
        assertThat(requireNonNull(again.page()).version()).isEqualTo(2);

        UUID known = batch.changes().getFirst().changeId();
        UUID never = UUID.randomUUID();
        // pending, as long as writes are on their way that might be it
        await().untilAsserted(() -> {
            List<ChangeResult> receipts =
                    value(
                            ClientTest.<List<ChangeResult>>reply(then ->
                                    transport(user).receipts("me", List.of(known, never), then)));
            assertThat(receipts.getFirst())
                    .isInstanceOfSatisfying(
                            ChangeResult.Applied.class,
                            applied -> assertThat(applied.version()).isEqualTo(1));
            assertThat(receipts.get(1)).isEqualTo(new ChangeResult.Unknown(never));
        });
    }

    @Test
    void a_large_batch_and_many_receipts_fit() {
        String user = someone();
        Change[] changes =
                IntStream.range(0, 500)
                        .mapToObj(i ->
                                put(
                                        "n-" + i,
                                        "{'i':%d,'text':'%s'}".formatted(i, "x".repeat(1500))))
                        .toArray(Change[]::new);

        assertThat(pushed(user, changes).results()).hasSize(500);
        List<ChangeResult> receipts =
                value(
                        ClientTest.<List<ChangeResult>>reply(then ->
                                transport(user)
                                        .receipts(
                                                "me",
                                                List.of(changes).stream()
                                                        .map(Change::changeId)
                                                        .toList(),
                                                then)));
        assertThat(receipts)
                .hasSize(500)
                .allSatisfy(result -> assertThat(result).isInstanceOf(ChangeResult.Applied.class));
    }

    @Test
    void a_space_is_read_page_by_page() {
        String user = someone();
        pushed(user, put("a", "{}"), put("b", "{}"), put("c", "{}"));
        pushed(user, change(Op.DELETE, "b", null, 3L, OnConflict.REJECT));

        Page first = page(user, null, 2);
        assertThat(first.changes()).extracting(Entity::id).containsExactly("a", "c");
        assertThat(first.hasMore()).isTrue();
        Page second = page(user, first.cursor(), 2);
        assertThat(second.changes()).extracting(Entity::id).containsExactly("b");
        assertThat(second.changes().getFirst().deleted()).isTrue();
        assertThat(second.hasMore()).isFalse();
        Page third = page(user, second.cursor(), 2);
        assertThat(third.changes()).isEmpty();
        assertThat(third.cursor()).isEqualTo(second.cursor());
        assertThat(page(someone(), null, 10).version()).isZero();
    }

    @Test
    void what_met_another_write_says_so() {
        String user = someone();
        pushed(user, put("e", "{'title':'a','body':'b'}"));
        pushed(user, change(Op.PATCH, "e", "{'title':'A'}", 1L, OnConflict.REJECT));

        Pushed pushed =
                value(
                        push(
                                user,
                                batch(
                                        null,
                                        change(
                                                Op.PATCH,
                                                "e",
                                                "{'body':'B'}",
                                                1L,
                                                OnConflict.MERGE))));
        assertThat(pushed.results().getFirst())
                .isInstanceOfSatisfying(
                        ChangeResult.Merged.class,
                        merged ->
                                assertThat(requireNonNull(merged.entity()).data())
                                        .isEqualTo(
                                                JsonObject.ofText(
                                                        "{\"title\":\"A\",\"body\":\"B\"}")));
        assertThat(
                        pushed(user, change(Op.PUT, "e", "{'title':'x'}", 1L, OnConflict.REJECT))
                                .results()
                                .getFirst())
                .isInstanceOfSatisfying(
                        ChangeResult.Conflict.class,
                        conflict -> {
                            assertThat(conflict.conflictFields()).contains("title");
                            assertThat(requireNonNull(conflict.entity()).version()).isEqualTo(3);
                        });
        assertThat(
                        pushed(user, change(Op.PUT, "e", "{}", 99L, OnConflict.LWW))
                                .results()
                                .getFirst())
                .isInstanceOfSatisfying(
                        ChangeResult.Rejected.class,
                        rejected ->
                                assertThat(rejected.problem().type())
                                        .isEqualTo(ProblemType.BASE_VERSION_AHEAD.urn()));
    }

    @Test
    void a_stream_brings_what_others_write() {
        String user = someone();
        pushed(user, put("a", "{'n':1}"));
        Heard heard = new Heard();
        Transport.Call call =
                transport(user).live("me", "laptop", page(user, null, 10).cursor(), heard);
        assertThat(next(heard.events)).startsWith("caught up");

        pushed(user, put("b", "{'n':2}"), change(Op.DELETE, "a", null, 1L, OnConflict.REJECT));
        String b = next(heard.events);
        assertThat(b).startsWith("b {\"n\":2} ");
        assertThat(next(heard.events)).startsWith("a null ");
        // the event's cursor is one to go on from
        assertThat(page(user, b.substring(b.lastIndexOf(' ') + 1), 10).changes())
                .extracting(Entity::id)
                .containsExactly("a");
        call.cancel();
    }

    @Test
    void a_stream_ends_with_its_token() {
        String user = someone();
        String token = Parts.shared().tokens().draft(user).lifetime(Duration.ofSeconds(2)).sign();
        Heard heard = new Heard();
        new HttpTransport(origin(user, token), LIMIT)
                .live("me", "laptop", page(user, null, 10).cursor(), heard);
        assertThat(next(heard.events)).startsWith("caught up");
        assertThat(next(heard.events)).isEqualTo(LiveEnd.TOKEN_EXPIRED.name());
    }

    private static final class Heard implements Transport.Live {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void change(Entity entity, String cursor) {
            events.add(entity.id() + " " + entity.data() + " " + cursor);
        }

        @Override
        public void caughtUp(String cursor) {
            events.add("caught up " + cursor);
        }

        @Override
        public void ended(LiveEnd end) {
            events.add(end.name());
        }
    }

    @Test
    void a_cursor_of_another_history_is_expired_wherever_it_is_sent() {
        String user = someone();
        pushed(user, put("a", "{}"));
        for (String cursor : List.of(new Cursor(12_345, 1).encode(), "no cursor")) {
            Reply<Page> page =
                    reply(then -> transport(user).page("me", "laptop", cursor, 10, then));
            assertThat(page).isInstanceOf(Reply.CursorExpired.class);
            Heard heard = new Heard();
            transport(user).live("me", "laptop", cursor, heard);
            assertThat(next(heard.events)).isEqualTo(LiveEnd.CURSOR_EXPIRED.name());
        }
        Pushed pushed = value(push(user, batch(new Cursor(12_345, 1).encode(), put("b", "{}"))));
        assertThat(pushed.cursorExpired()).isTrue();
        assertThat(pushed.page()).isNull();
        assertThat(pushed.results().getFirst()).isInstanceOf(ChangeResult.Applied.class);
        assertThat(push(user, batch("no cursor", put("c", "{}"))))
                .isInstanceOf(Reply.CursorExpired.class);
    }

    @Test
    void a_bad_token_is_a_reply() {
        String user = someone();
        String bad = Parts.shared().tokens().draft(user).signedByAnotherKey().sign();
        HttpTransport transport = new HttpTransport(origin(user, bad), LIMIT);

        assertThat(
                        ClientTest.<Pushed>reply(
                                then -> transport.push("me", batch(null, put("a", "{}")), then)))
                .isInstanceOf(Reply.Unauthorized.class);
        Heard heard = new Heard();
        transport.live("me", "laptop", Cursor.START.encode(), heard);
        assertThat(next(heard.events)).isEqualTo(LiveEnd.UNAUTHORIZED.name());
        assertThatThrownBy(() -> new Server(origin(user, bad)).reach())
                .isInstanceOf(SignedOutException.class);
    }

    @Test
    void the_changes_at_fault_are_named() {
        String user = someone();
        Reply<Pushed> reply =
                push(
                        user,
                        batch(null, put("a", "{}"), put("b", "{'x':'\\u0000'}"), put("c", "{}")));

        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Failed.class,
                        failed -> assertThat(failed.faulty()).isEqualTo(Set.of(1)));
        assertThat(page(user, null, 10).version()).isZero();
    }

    @Test
    void a_strangers_space_is_refused() {
        Reply<Pushed> reply =
                reply(then ->
                        transport(someone())
                                .push(
                                        SpaceId.personal("somebody else").toString(),
                                        batch(null, put("a", "{}")),
                                        then));
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Failed.class,
                        failed ->
                                assertThat(failed.problem().type())
                                        .isEqualTo(ProblemType.NOT_A_MEMBER.urn()));
    }

    @Test
    void what_was_can_be_looked_up_and_restored() throws Exception {
        String user = someone();
        Server server = new Server(origin(user));
        String id = "a/\u00e9 ;?#%..";
        pushed(user, put(id, "{'n':1}"));
        pushed(user, put(id, "{'n':2}"));
        pushed(user, change(Op.DELETE, id, null, 2L, OnConflict.REJECT));

        JsonNode newest = server.history("me", "thing", id, null, 2).tree();
        assertThat(newest.path("entries").size()).isEqualTo(2);
        assertThat(newest.at("/entries/0/op").asString()).isEqualTo("delete");
        JsonNode oldest =
                server.history("me", "thing", id, newest.get("before").asLong(), 2).tree();
        assertThat(oldest.at("/entries/0/data").toString()).isEqualTo("{\"n\":1}");
        assertThat(oldest.get("before")).isNull();

        assertThat(server.restore("me", "thing", id, 1))
                .isInstanceOfSatisfying(
                        ChangeResult.Applied.class,
                        applied -> assertThat(applied.version()).isEqualTo(4));
        assertThat(page(user, null, 10).changes().getFirst().data())
                .isEqualTo(JsonObject.ofText("{\"n\":1}"));
        assertThat(server.restore("me", "thing", id, 3))
                .isInstanceOfSatisfying(
                        ChangeResult.Applied.class,
                        applied -> assertThat(applied.version()).isEqualTo(5));
        assertThat(page(user, null, 10).changes().getFirst().deleted()).isTrue();
        assertThatThrownBy(() -> server.restore("me", "thing", id, 77))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(404));
    }

    @Test
    void the_server_tells_how_it_is_doing() throws Exception {
        String user = someone();
        Server server = new Server(origin(user));
        pushed(user, put("a", "{}"));

        assertThat(server.status("me").tree().at("/entities/thing/live").asInt()).isEqualTo(1);
        assertThat(server.spaces().getFirst().tree().get("version").asLong()).isEqualTo(1);
        Server.Reached reached = server.reach();
        assertThat(reached.clockAhead()).isBetween(Duration.ofSeconds(-20), Duration.ofSeconds(20));
        assertThat(server.status("me").tree().get("version").asLong()).isEqualTo(1);
    }
}
