package io.reconverge.client.http;

import static io.reconverge.client.http.ScriptedServer.answer;
import static io.reconverge.client.http.ScriptedServer.gzip;
import static io.reconverge.client.http.ScriptedServer.json;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.client.TokenSupplier;
import io.reconverge.client.replica.Batch;
import io.reconverge.client.replica.Page;
import io.reconverge.client.sync.Pushed;
import io.reconverge.client.sync.Reply;
import io.reconverge.client.sync.Transport;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.SyncRequestReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.net.ssl.SSLServerSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTransportTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final HttpClient HTTP = Origin.httpClient(Duration.ofSeconds(5));

    static final String TOKEN = token("alice");

    private static final Duration PACE = Duration.ofMillis(10);
    private static final UUID FIRST = new UUID(0, 1);
    private static final UUID SECOND = new UUID(0, 2);
    private static final String PAGE = "{'changes':[],'cursor':'c-2','version':7,'hasMore':false}";

    static String token(String subject) {
        String claims = "{\"sub\":\"" + subject + "\"}";
        return "e30."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".x";
    }

    private static HttpTransport transport(URI base, TokenSupplier tokens, Duration limit) {
        return new HttpTransport(new Origin(base, HTTP, tokens, "alice"::equals, LIMIT), limit);
    }

    private static HttpTransport transport(ScriptedServer server) {
        return transport(server.uri(), TokenSupplier.of(TOKEN), LIMIT);
    }

    private static Change put(UUID changeId, String id, String data) {
        return new Change(
                changeId,
                "note",
                id,
                Op.PUT,
                JsonObject.ofText(data),
                3L,
                1_767_200_000_000L,
                null);
    }

    private static Batch batch(Change... changes) {
        return new Batch(UUID.randomUUID(), "phone-1", List.of(changes), null, 50);
    }

    private static final Batch TWO =
            batch(put(FIRST, "n-1", "{\"a\":1.10}"), put(SECOND, "n-2", "{}"));

    /// The one reply to a request.
    private static <T> Reply<T> reply(Consumer<Consumer<Reply<T>>> request) {
        BlockingQueue<Reply<T>> replies = new LinkedBlockingQueue<>();
        request.accept(replies::add);
        try {
            Reply<T> reply = replies.poll(60, TimeUnit.SECONDS);
            assertThat(reply).as("a reply").isNotNull();
            assertThat(replies).isEmpty();
            return reply;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Reply<Pushed> push(HttpTransport transport) {
        return reply(then -> transport.push("me", TWO, then));
    }

    private static Reply<Page> page(HttpTransport transport) {
        return reply(then -> transport.page("me", "phone-1", "c-1", 50, then));
    }

    private static Reply<Pushed> pushAnswered(byte[] answer) throws IOException {
        try (ScriptedServer server = ScriptedServer.of(answer)) {
            return push(transport(server));
        }
    }

    private static Reply<Page> pageAnswered(byte[] answer) throws IOException {
        try (ScriptedServer server = ScriptedServer.of(answer)) {
            return page(transport(server));
        }
    }

    private static <T> T value(Reply<T> reply) {
        assertThat(reply).isInstanceOf(Reply.Ok.class);
        return ((Reply.Ok<T>) reply).value();
    }

    private static void assertFailedAfterSending(Reply<?> reply) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.NetworkFailed.class,
                        failed -> assertThat(failed.accepted()).as(failed.why()).isTrue());
    }

    private static void assertNeverSent(Reply<?> reply) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.NetworkFailed.class,
                        failed -> assertThat(failed.accepted()).as(failed.why()).isFalse());
    }

    @Test
    void a_batch_goes_out_as_the_contract_says() throws Exception {
        try (ScriptedServer server = ScriptedServer.of(json(200, "{'results':[]}"))) {
            push(transport(server));

            ScriptedServer.Request request = server.requests().take();
            assertThat(request.line()).isEqualTo("POST /v1/spaces/me/sync HTTP/1.1");
            assertThat(request.headers())
                    .containsEntry("authorization", "Bearer " + TOKEN)
                    .containsEntry("content-type", "application/json")
                    .containsEntry("prefer", "wait=6")
                    .containsEntry("accept-encoding", "gzip")
                    .doesNotContainKeys("content-encoding", "upgrade");
            SyncRequest read = SyncRequestReader.read(request.body(), 0);
            assertThat(read)
                    .isEqualTo(
                            new SyncRequest(
                                    "phone-1",
                                    TWO.changes(),
                                    false,
                                    new SyncRequest.Pull(null, 50)));
            assertThat(request.text()).contains("\"cursor\":null").contains("1.10");
        }
    }

    @Test
    void a_large_batch_is_packed_and_its_cursor_goes_with_it() throws Exception {
        Batch large =
                new Batch(
                        UUID.randomUUID(),
                        "phone-1",
                        IntStream.range(0, 100)
                                .mapToObj(i -> put(new UUID(1, i), "n-" + i, "{\"i\":" + i + "}"))
                                .toList(),
                        "c-1",
                        7);
        try (ScriptedServer server = ScriptedServer.of(json(200, "{'results':[]}"))) {
            Reply<Pushed> reply = reply(then -> transport(server).push("me", large, then));
            value(reply);

            ScriptedServer.Request request = server.requests().take();
            assertThat(request.headers()).containsEntry("content-encoding", "gzip");
            SyncRequest read = SyncRequestReader.read(request.body(), 0);
            assertThat(read.changes()).isEqualTo(large.changes());
            assertThat(read.pull()).isEqualTo(new SyncRequest.Pull("c-1", 7));
        }
    }

    @Test
    void results_in_any_order_are_those_of_their_changes() throws Exception {
        Pushed pushed =
                value(
                        pushAnswered(
                                json(
                                        200,
                                        """
                                        {'results':[
                                          {'status':'applied','changeId':'%s','version':9,'duplicate':true,'created':false},
                                          {'status':'unknown','changeId':'%s'},
                                          {'status':'conflict','changeId':'%s','conflictFields':['a'],'new':1}],
                                         'serverTime':1}
                                        """
                                                .formatted(SECOND, new UUID(9, 9), FIRST))));

        assertThat(pushed.results())
                .containsExactly(
                        new ChangeResult.Conflict(FIRST, null, List.of("a")),
                        new ChangeResult.Applied(SECOND, 9, true, false));
        assertThat(pushed.page()).isNull();
        assertThat(pushed.cursorExpired()).isFalse();
    }

    @Test
    void a_change_that_the_answer_is_silent_about_is_pending() throws Exception {
        Pushed pushed =
                value(
                        pushAnswered(
                                json(
                                        202,
                                        "{'results':[{'status':'pending','changeId':'%s'}]}"
                                                .formatted(SECOND))));

        assertThat(pushed.results())
                .containsExactly(new ChangeResult.Pending(FIRST), new ChangeResult.Pending(SECOND));
    }

    @Test
    void a_result_that_shows_another_entity_is_no_answer() throws Exception {
        assertFailedAfterSending(
                pushAnswered(
                        json(
                                200,
                                """
                                {'results':[{'status':'conflict','changeId':'%s','conflictFields':[],
                                  'entity':{'type':'note','id':'n-2','version':3,'data':{},'deleted':false,
                                            'createdAt':1,'modifiedAt':1,'updatedBy':'bob'}}]}
                                """
                                        .formatted(FIRST))));
    }

    @Test
    void a_page_comes_with_the_results_and_its_data_are_as_they_were_sent() throws Exception {
        String data =
                "{ \"n\": 1.10, \"big\": 1e400, \"nested\": {\"b\": [true, null, \"}\\\"\"]}}";
        Pushed pushed =
                value(
                        pushAnswered(
                                json(
                                        200,
                                        """
                                        {'results':[],'serverTime':1,'changes':[
                                          {'later':{'x':[1]},'type':'note','id':'n-\u00e9','version':8,'data':%s,'deleted':false,
                                           'createdAt':1,'modifiedAt':2,'updatedBy':'bob','deviceId':'d'},
                                          {'type':'note','id':'n-2','version':9,'deleted':true,
                                           'createdAt':1,'modifiedAt':2,'updatedBy':'bob','deviceId':null}],
                                         'cursor':'c-2','version':9,'hasMore':true}
                                        """
                                                .formatted(data))));

        Page page = pushed.page();
        assertThat(requireNonNull(page).cursor()).isEqualTo("c-2");
        assertThat(page.version()).isEqualTo(9);
        assertThat(page.hasMore()).isTrue();
        assertThat(requireNonNull(page.changes().getFirst().data()).text()).isEqualTo(data);
        assertThat(page.changes())
                .containsExactly(
                        new Entity(
                                "note",
                                "n-\u00e9",
                                8,
                                JsonObject.ofText(data),
                                false,
                                1,
                                2,
                                "bob",
                                "d"),
                        new Entity("note", "n-2", 9, null, true, 1, 2, "bob", null));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 7_900, 8_100, 40_000, 262_000})
    void data_of_any_size_are_cut_out_where_they_stand(int size) throws Exception {
        SplittableRandom random = new SplittableRandom(size);
        List<String> data = new ArrayList<>();
        StringBuilder changes = new StringBuilder();
        for (int i = 1; i <= 20; i++) {
            data.add("{\"text\":\"%s\"}".formatted("\u00fcx".repeat(random.nextInt(size) / 3)));
            changes.append(i == 1 ? "" : ",")
                    .append(
                            "{\"type\":\"note\",\"id\":\"n-%d\",\"version\":%d,\"data\":%s,\"deleted\":false,\"createdAt\":1,\"modifiedAt\":1,\"updatedBy\":\"b\"}"
                                    .formatted(i, i, data.getLast()));
        }
        Page page =
                value(
                        pageAnswered(
                                json(
                                        200,
                                        "{'changes':[%s],'cursor':'c','version':20,'hasMore':false}"
                                                .formatted(changes))));

        assertThat(page.changes().stream().map(entity -> requireNonNull(entity.data()).text()))
                .containsExactlyElementsOf(data);
    }

    @Test
    void results_stand_where_the_feed_could_not_be_read() throws Exception {
        String answer =
                """
                {'results':[{'status':'pending','changeId':'%s'}],'changes':[],'cursor':'c-1','hasMore':true,
                 'problem':{'type':'%s','title':'t','status':410,'detail':'d'},'serverTime':1}
                """;

        Pushed unavailable =
                value(
                        pushAnswered(
                                json(200, answer.formatted(FIRST, ProblemType.UNAVAILABLE.urn()))));
        assertThat(unavailable.page()).isNull();
        assertThat(unavailable.cursorExpired()).isFalse();
        assertThat(unavailable.results()).hasSize(2);

        Pushed expired =
                value(
                        pushAnswered(
                                json(
                                        200,
                                        answer.formatted(
                                                FIRST, ProblemType.CURSOR_EXPIRED.urn()))));
        assertThat(expired.page()).isNull();
        assertThat(expired.cursorExpired()).isTrue();
    }

    @Test
    void a_page_is_asked_for_by_the_device_and_its_cursor() throws Exception {
        try (ScriptedServer server = ScriptedServer.of(json(200, PAGE))) {
            HttpTransport transport = transport(server);

            Page page = value(reply(then -> transport.page("a/b", "phone-1", "c +&1", 50, then)));
            assertThat(page).isEqualTo(new Page(List.of(), "c-2", 7, false));
            Reply<Page> fromTheBeginning =
                    reply(then -> transport.page("me", "phone-1", null, 50, then));
            value(fromTheBeginning);

            ScriptedServer.Request first = server.requests().take();
            assertThat(first.line())
                    .isEqualTo("GET /v1/spaces/a%2Fb/changes?limit=50&cursor=c%20%2B%261 HTTP/1.1");
            assertThat(first.headers()).containsEntry("device-id", "phone-1");
            assertThat(server.requests().take().line())
                    .isEqualTo("GET /v1/spaces/me/changes?limit=50 HTTP/1.1");
        }
    }

    @Test
    void receipts_are_asked_for_by_id() throws Exception {
        String answer = "{'results':[{'status':'unknown','changeId':'%s'}]}".formatted(FIRST);
        try (ScriptedServer server = ScriptedServer.of(json(200, answer))) {
            HttpTransport transport = transport(server);

            List<ChangeResult> results =
                    value(reply(then -> transport.receipts("me", List.of(FIRST, SECOND), then)));

            assertThat(results).containsExactly(new ChangeResult.Unknown(FIRST));
            assertThat(server.requests().take().line())
                    .isEqualTo(
                            "GET /v1/spaces/me/receipts?changeId=%s&changeId=%s HTTP/1.1"
                                    .formatted(FIRST, SECOND));
        }
    }

    @Test
    void an_answer_may_come_packed() throws Exception {
        byte[] packed = gzip(PAGE.replace('\'', '"').getBytes(StandardCharsets.UTF_8));

        assertThat(value(pageAnswered(answer(200, "Content-Encoding: gzip\r\n", packed))).version())
                .isEqualTo(7);
        assertFailedAfterSending(
                pageAnswered(
                        answer(
                                200,
                                "Content-Encoding: gzip\r\n",
                                Arrays.copyOf(packed, packed.length - 9))));
        assertFailedAfterSending(pageAnswered(answer(200, "Content-Encoding: gzip\r\n", PAGE)));
        assertFailedAfterSending(pageAnswered(answer(200, "Content-Encoding: br\r\n", packed)));
    }

    @Test
    void a_packed_answer_is_bounded_by_what_it_unpacks_to() throws Exception {
        byte[] bomb =
                gzip(("{\"x\":\"" + " ".repeat(70 << 20) + "\"}").getBytes(StandardCharsets.UTF_8));

        assertFailedAfterSending(pageAnswered(answer(200, "Content-Encoding: gzip\r\n", bomb)));
    }

    private static String problem(ProblemType type, String more) {
        return "{'type':'%s','title':'t','status':%d,'detail':'the detail'%s}"
                .formatted(type.urn(), type.status(), more);
    }

    private static byte[] refusal(int status, String problem) {
        return answer(
                status,
                "Content-Type: application/problem+json\r\nRetry-After: 7\r\n",
                problem.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource({
        "MALFORMED_REQUEST,      Failed",
        "INVALID_ENTITY,         Failed",
        "INVALID_CURSOR,         CursorExpired",
        "UNAUTHENTICATED,        Unauthorized",
        "NOT_A_MEMBER,           Failed",
        "READ_ONLY,              Failed",
        "NOT_FOUND,              Failed",
        "METHOD_NOT_ALLOWED,     Failed",
        "NOT_ACCEPTABLE,         Failed",
        "REQUEST_TIMEOUT,        NetworkFailed",
        "GONE,                   Failed",
        "CURSOR_EXPIRED,         CursorExpired",
        "TOO_LARGE,              Failed",
        "UNSUPPORTED_MEDIA_TYPE, Failed",
        "UNPROCESSABLE,          Failed",
        "RATE_LIMITED,           Busy",
        "INTERNAL_ERROR,         Failed",
        "UNAVAILABLE,            Busy"
    })
    void each_problem_of_the_contract_is_a_reply(ProblemType type, String expected)
            throws Exception {
        Reply<Pushed> pushed = pushAnswered(refusal(type.status(), problem(type, "")));
        assertThat(pushed.getClass().getSimpleName()).isEqualTo(expected);
        Reply<Page> page = pageAnswered(refusal(type.status(), problem(type, "")));
        assertThat(page.getClass().getSimpleName()).isEqualTo(expected);
        if (page instanceof Reply.Failed<Page> failed) {
            assertThat(failed.problem().type()).isEqualTo(type.urn());
            assertThat(failed.problem().status()).isEqualTo(type.status());
            assertThat(failed.faulty()).isEmpty();
        }
        if (page instanceof Reply.Busy<Page> busy) {
            assertThat(busy.retryAfterMillis()).isEqualTo(7_000);
            assertThat(busy.why()).contains("the detail");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "301, NetworkFailed",
        "400, NetworkFailed",
        "401, Unauthorized",
        "403, NetworkFailed",
        "404, NetworkFailed",
        "407, NetworkFailed",
        "408, NetworkFailed",
        "410, NetworkFailed",
        "413, Failed",
        "429, Busy",
        "500, NetworkFailed",
        "502, NetworkFailed",
        "503, Busy",
        "504, NetworkFailed",
        "511, NetworkFailed",
        "200, NetworkFailed",
        "204, NetworkFailed"
    })
    void what_is_not_our_server_is_judged_by_its_status_alone(int status, String expected)
            throws Exception {
        for (String body :
                List.of("<html>Please log in</html>", "", "{}", "[]", "null", "{\"type")) {
            byte[] answer = answer(status, "Content-Type: text/html\r\n", body);
            assertThat(pushAnswered(answer).getClass().getSimpleName())
                    .as(body)
                    .isEqualTo(expected);
        }
        // a body that is cut off, or not what its head says
        byte[] cut = answer(status, "Connection: close\r\n", "x".repeat(500));
        try (ScriptedServer server =
                ScriptedServer.of((_, out) -> {
                    out.write(cut, 0, cut.length - 100);
                    out.flush();
                    throw new IOException("hangs up");
                })) {
            assertThat(push(transport(server)).getClass().getSimpleName()).isEqualTo(expected);
        }
        assertThat(
                        pushAnswered(answer(status, "Content-Encoding: gzip\r\n", "x"))
                                .getClass()
                                .getSimpleName())
                .isEqualTo(expected);
    }

    @Test
    void the_changes_at_fault_are_named_by_their_indices() throws Exception {
        Reply<Pushed> reply =
                pushAnswered(
                        refusal(
                                400,
                                problem(
                                        ProblemType.INVALID_ENTITY,
                                        """
                                        ,'errors':[{'pointer':'/changes/3/data/title','message':'m'},
                                                   {'pointer':'/changes/3/data','message':'m'},
                                                   {'pointer':'/changes/12','message':'m'},
                                                   {'pointer':'/changes/99999999999/x','message':'m'},
                                                   {'pointer':'/changes','message':'m'},
                                                   {'pointer':'/deviceId','message':'m'},
                                                   {'pointer':'','message':'m'}]
                                        """)));

        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Failed.class,
                        failed -> assertThat(failed.faulty()).isEqualTo(Set.of(3, 12)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Retry-After: 30                                                                      | 30000
                    Retry-After: 0                                                                       | 0
                    Retry-After: -5                                                                      | 0
                    Retry-After: soon                                                                    | 0
                    Retry-After: 999999999                                                               | 86400000
                    Retry-After: 99999999999999999999                                                    | 0
                    Date: Thu, 01 Jan 2026 00:00:00 GMT~Retry-After: Thu, 01 Jan 2026 00:01:30 GMT       | 90000
                    Date: Thu, 01 Jan 2026 00:00:00 GMT~Retry-After: Wed, 31 Dec 2025 00:00:00 GMT       | 0
                    Retry-After: Thu, 01 Jan 2099 00:01:30 GMT                                           | 86400000
                    X: y                                                                                 | 0
                    """)
    void the_time_to_wait_is_understood(String headers, long expected) throws Exception {
        Reply<Page> reply =
                pageAnswered(answer(503, headers.replace("~", "\r\n") + "\r\n", "busy"));

        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Busy.class,
                        busy -> assertThat(busy.retryAfterMillis()).isEqualTo(expected));
    }

    @Test
    void a_token_does_not_follow_a_redirect() throws Exception {
        try (ScriptedServer elsewhere = ScriptedServer.of(json(200, PAGE));
                ScriptedServer server =
                        ScriptedServer.of(
                                answer(307, "Location: " + elsewhere.uri() + "/v1/x\r\n", ""))) {
            assertFailedAfterSending(page(transport(server)));
            assertFailedAfterSending(push(transport(server)));

            assertThat(elsewhere.requests()).isEmpty();
        }
        try (HttpClient follows =
                HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
            assertThatThrownBy(() ->
                            new Origin(
                                    URI.create("http://localhost"),
                                    follows,
                                    TokenSupplier.of(TOKEN),
                                    _ -> true,
                                    LIMIT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void where_no_connection_is_made_nothing_was_sent() throws Exception {
        URI refused;
        try (ServerSocket socket = new ServerSocket(0)) {
            refused = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        TokenSupplier tokens = TokenSupplier.of(TOKEN);

        assertNeverSent(push(transport(refused, tokens, LIMIT)));
        assertNeverSent(page(transport(refused, tokens, LIMIT)));
        assertNeverSent(push(transport(URI.create("http://nowhere.invalid"), tokens, LIMIT)));
        try (ScriptedServer noCertificate =
                ScriptedServer.of(
                        SSLServerSocketFactory.getDefault()
                                .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                        (_, out) -> out.write(json(200, PAGE)))) {
            URI tls = URI.create("https://127.0.0.1:" + noCertificate.uri().getPort());
            assertNeverSent(push(transport(tls, tokens, LIMIT)));
        }
    }

    @Test
    void whoever_has_no_token_sends_nothing() throws Exception {
        try (ScriptedServer server = ScriptedServer.of(json(200, PAGE))) {
            for (TokenSupplier tokens :
                    List.<TokenSupplier>of(
                            () -> null,
                            TokenSupplier.of("no JWT"),
                            TokenSupplier.of(TOKEN + "\r\nX: y"),
                            TokenSupplier.of(token("bob")))) {
                assertThat(push(transport(server.uri(), tokens, LIMIT)))
                        .isInstanceOfSatisfying(
                                Reply.Unauthorized.class,
                                reply ->
                                        assertThat(reply.why())
                                                .doesNotContain("e30", "no JWT", "eyJ"));
            }
            assertNeverSent(
                    push(
                            transport(
                                    server.uri(),
                                    () -> {
                                        throw new IOException("the issuer is away");
                                    },
                                    LIMIT)));
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void a_token_that_does_not_come_ends_the_request_and_nothing_is_sent_when_it_comes()
            throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(2);
        CountDownLatch given = new CountDownLatch(2);
        TokenSupplier deaf =
                () -> {
                    asked.countDown();
                    boolean came = false;
                    while (!came) {
                        try {
                            late.await();
                            came = true;
                        } catch (InterruptedException goesOn) {
                            // as code that somebody else wrote does
                        }
                    }
                    given.countDown();
                    return TOKEN;
                };
        try (ScriptedServer server = ScriptedServer.of(json(200, PAGE))) {
            HttpTransport transport = transport(server.uri(), deaf, SHORT);
            assertNeverSent(push(transport));
            BlockingQueue<Reply<Page>> replies = new LinkedBlockingQueue<>();
            Transport.Call call = transport.page("me", "d", null, 1, replies::add);
            asked.await();
            call.cancel();

            late.countDown();
            given.await();
            // the next request of the same origin comes after those, if there were any
            value(page(transport(server)));
            assertThat(server.requests()).hasSize(1);
            assertThat(replies).isEmpty();
        }
    }

    @Test
    void an_answer_that_stalls_anywhere_ends_within_the_limit() throws Exception {
        byte[] whole = json(200, PAGE);
        for (int sent : new int[] {0, 5, 30, whole.length - 40, whole.length - 1}) {
            ScriptedServer[] self = new ScriptedServer[1];
            try (ScriptedServer server =
                    ScriptedServer.of((_, out) -> {
                        out.write(whole, 0, sent);
                        out.flush();
                        self[0].stall();
                    })) {
                self[0] = server;
                assertFailedAfterSending(
                        page(transport(server.uri(), TokenSupplier.of(TOKEN), SHORT)));
            }
        }
    }

    @Test
    void a_request_that_was_cancelled_ends_in_no_reply_and_leaves_no_connection() throws Exception {
        CountDownLatch hungUp = new CountDownLatch(1);
        try (ScriptedServer server =
                ScriptedServer.of((_, out) -> {
                    try {
                        while (true) {
                            out.write(
                                    "HTTP/1.1 102 Processing\r\n\r\n"
                                            .getBytes(StandardCharsets.UTF_8));
                            out.flush();
                            // of a flood of these, the JDK's client reads on when it is told to end
                            LockSupport.parkNanos(PACE.toNanos());
                        }
                    } finally {
                        hungUp.countDown();
                    }
                })) {
            BlockingQueue<Reply<Page>> replies = new LinkedBlockingQueue<>();
            Transport.Call call = transport(server).page("me", "d", null, 1, replies::add);
            server.requests().take();
            call.cancel();
            call.cancel();

            assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(replies).isEmpty();
        }
    }

    @Test
    void an_answer_without_end_is_given_up() throws Exception {
        byte[] head = "HTTP/1.1 200 OK\r\n\r\n{\"x\":\"".getBytes(StandardCharsets.UTF_8);
        byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
        try (ScriptedServer server =
                ScriptedServer.of((_, out) -> {
                    out.write(head);
                    while (true) {
                        out.write(spaces);
                    }
                })) {
            assertFailedAfterSending(page(transport(server)));
        }
    }

    /// The body of an early answer is often lost, and now and then its status: the JDK's client
    /// then tells of the broken pipe alone.
    @Test
    void a_batch_that_is_refused_while_it_is_sent_ends_in_a_reply() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder noise = new StringBuilder();
        random.ints(200_000, 'a', 'z').forEach(noise::appendCodePoint);
        Batch large =
                batch(
                        IntStream.range(0, 10)
                                .mapToObj(i ->
                                        put(new UUID(1, i), "n-" + i, "{\"x\":\"" + noise + "\"}"))
                                .toArray(Change[]::new));
        byte[] tooLarge = refusal(413, problem(ProblemType.TOO_LARGE, ""));
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> refuseUnread(socket, tooLarge));
            HttpTransport transport =
                    transport(
                            URI.create("http://127.0.0.1:" + socket.getLocalPort()),
                            TokenSupplier.of(TOKEN),
                            LIMIT);
            for (int i = 0; i < 20; i++) {
                Reply<Pushed> reply = reply(then -> transport.push("me", large, then));
                if (!(reply instanceof Reply.Failed<Pushed>)) {
                    assertFailedAfterSending(reply);
                }
            }
        }
    }

    private static void refuseUnread(ServerSocket socket, byte[] refusal) {
        try {
            while (true) {
                try (Socket connection = socket.accept()) {
                    connection.getInputStream().readNBytes(100);
                    connection.getOutputStream().write(refusal);
                }
            }
        } catch (IOException closed) {
            // the end
        }
    }

    /// Good answers with bytes changed, cut, doubled or stuffed anywhere, and noise.
    @Test
    void whatever_a_server_answers_there_is_one_reply() throws Exception {
        byte[] page =
                json(
                        200,
                        """
                        {'results':[{'status':'applied','changeId':'%s','version':1,'duplicate':false,'created':true},
                                    {'status':'rejected','changeId':'%s','problem':{'type':'t','title':'t','status':422,'detail':'d'}}],
                         'changes':[{'type':'note','id':'n','version':8,'data':{'a':[1.5,'é']},'deleted':false,
                                     'createdAt':1,'modifiedAt':2,'updatedBy':'bob','deviceId':null}],
                         'cursor':'c','version':9,'hasMore':true}
                        """
                                .formatted(FIRST, SECOND));
        List<byte[]> sound =
                List.of(
                        page,
                        refusal(
                                400,
                                problem(
                                        ProblemType.INVALID_ENTITY,
                                        ",'errors':[{'pointer':'/changes/1','message':''}]")),
                        answer(
                                200,
                                "Content-Encoding: gzip\r\n",
                                gzip(PAGE.getBytes(StandardCharsets.UTF_8))));
        SplittableRandom random = new SplittableRandom(FUZZ_SEED);
        byte[][] next = new byte[1][];
        try (ScriptedServer server =
                ScriptedServer.of((_, out) -> {
                    out.write(next[0]);
                    out.flush();
                    throw new IOException("hangs up");
                })) {
            HttpTransport transport = transport(server);
            for (int i = 0; i < FUZZ_ROUNDS; i++) {
                next[0] = damaged(sound.get(random.nextInt(sound.size())), random);
                Reply<?> reply =
                        switch (random.nextInt(3)) {
                            case 0 -> push(transport);
                            case 1 -> page(transport);
                            default ->
                                    HttpTransportTest.<List<ChangeResult>>reply(
                                            then -> transport.receipts("me", List.of(FIRST), then));
                        };
                if (reply instanceof Reply.NetworkFailed<?> failed) {
                    assertThat(failed.accepted()).as("round %d: %s", i, failed.why()).isTrue();
                }
            }
        }
    }

    private static final long FUZZ_SEED = 20_260_101;
    private static final int FUZZ_ROUNDS = 600;

    private static byte[] damaged(byte[] sound, SplittableRandom random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int from =
                random.nextInt(4) == 0
                        ? 0
                        : new String(sound, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
        int at = random.nextInt(from, sound.length);
        out.write(sound, 0, at);
        byte[] noise = new byte[random.nextInt(1, 20)];
        random.nextBytes(noise);
        switch (random.nextInt(5)) {
            case 0 -> {}
            case 1 -> {
                out.writeBytes(noise);
                out.write(sound, at, sound.length - at);
            }
            case 2 -> {
                out.write(noise[0]);
                out.write(sound, at + 1, sound.length - at - 1);
            }
            case 3 -> out.write(sound, at / 2, sound.length - at / 2);
            default -> out.writeBytes(noise);
        }
        return out.toByteArray();
    }
}
