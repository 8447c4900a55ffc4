package io.reconverge.client.http;

import static io.reconverge.client.http.ScriptedServer.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.TokenSupplier;
import io.reconverge.client.sync.Transport;
import io.reconverge.client.sync.Transport.LiveEnd;
import io.reconverge.wire.Entity;
import io.reconverge.wire.ProblemType;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveStreamTest {

    private static final HttpClient HTTP = Origin.httpClient(Duration.ofSeconds(5));
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(600);

    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream;charset=UTF-8\r\n\r\n";

    private static final String ENTITY =
            """
            {"type":"note","id":"n-1","version":%d,"data":{"title":"\u00c9bb \uD83C\uDF0A %s"},"deleted":false,"createdAt":1,"modifiedAt":2,"updatedBy":"bob"}\
            """;

    private static String change(int version, String more) {
        return "event: change\nid: c-%d\ndata: %s\n\n"
                .formatted(version, ENTITY.formatted(version, more));
    }

    private static String position(String event, int version) {
        return "event: %s\nid: c-%d\ndata: {\"cursor\":\"c-%d\"}\n\n"
                .formatted(event, version, version);
    }

    /// What a stream brought, as text, one line an event.
    private static final class Heard implements Transport.Live {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public void change(Entity entity, String cursor) {
            lines.add(entity.version() + " " + entity.data() + " at " + cursor);
        }

        @Override
        public void caughtUp(String cursor) {
            lines.add("caught up at " + cursor);
        }

        @Override
        public void ended(LiveEnd end) {
            lines.add(end.name());
        }

        String next() throws InterruptedException {
            String line = lines.poll(60, TimeUnit.SECONDS);
            assertThat(line).as("an event").isNotNull();
            return line;
        }

        /// All up to the end.
        List<String> toTheEnd() throws InterruptedException {
            List<String> all = new ArrayList<>();
            do {
                all.add(next());
            } while (!isEnd(all.getLast()));
            assertThat(lines).isEmpty();
            return all;
        }

        private static boolean isEnd(String line) {
            return !line.contains(" ");
        }
    }

    private static HttpTransport transport(URI base, TokenSupplier tokens, Duration silenceMax) {
        return new HttpTransport(
                new Origin(base, HTTP, tokens, "alice"::equals, LIMIT), LIMIT, silenceMax);
    }

    private static HttpTransport transport(ScriptedServer server, Duration silenceMax) {
        return transport(server.uri(), TokenSupplier.of(HttpTransportTest.TOKEN), silenceMax);
    }

    private static List<String> heard(ScriptedServer server) throws InterruptedException {
        Heard heard = new Heard();
        transport(server, LIMIT).live("me", "phone-1", "c-0", heard);
        return heard.toTheEnd();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ScriptedServer streaming(String events) throws IOException {
        return ScriptedServer.of((_, out) -> {
            out.write(utf8(HEAD + events));
            out.flush();
            throw new IOException("hangs up");
        });
    }

    @Test
    void a_stream_is_asked_for_from_the_cursor_on() throws Exception {
        try (ScriptedServer server = streaming("")) {
            assertThat(heard(server)).containsExactly("LOST");

            ScriptedServer.Request request = server.requests().take();
            assertThat(request.line()).isEqualTo("GET /v1/spaces/me/changes?cursor=c-0 HTTP/1.1");
            assertThat(request.headers())
                    .containsEntry("accept", "text/event-stream")
                    .containsEntry("device-id", "phone-1")
                    .containsEntry("authorization", "Bearer " + HttpTransportTest.TOKEN)
                    .doesNotContainKey("accept-encoding");
        }
    }

    @Test
    void events_come_whole_wherever_the_stream_is_cut() throws Exception {
        byte[] stream =
                utf8(
                        "\uFEFF: hello\n\n"
                                + change(1, "")
                                + ":\n\nretry: 5\nevent: later\ndata: x\n\n"
                                + position("caught-up", 1).replace("\n", "\r\n")
                                + change(2, "\\n").replace("\n", "\r")
                                + position("going-away", 2));
        int[] cut = new int[1];
        try (ScriptedServer server =
                ScriptedServer.of((_, out) -> {
                    out.write(utf8(HEAD));
                    out.write(stream, 0, cut[0]);
                    out.flush();
                    out.write(stream, cut[0], stream.length - cut[0]);
                    out.flush();
                    throw new IOException("hangs up");
                })) {
            for (cut[0] = 0; cut[0] <= stream.length; cut[0]++) {
                assertThat(heard(server))
                        .as("cut at %d", cut[0])
                        .containsExactly(
                                "1 {\"title\":\"\u00c9bb \uD83C\uDF0A \"} at c-1",
                                "caught up at c-1",
                                "2 {\"title\":\"\u00c9bb \uD83C\uDF0A \\n\"} at c-2",
                                "LOST");
            }
        }
    }

    @Test
    void an_event_that_is_cut_off_is_not_passed_on() throws Exception {
        String whole = change(1, "") + change(2, "");
        try (ScriptedServer server = streaming(whole.substring(0, whole.length() - 1))) {
            assertThat(heard(server)).hasSize(2).endsWith("LOST");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "going-away, LOST",
        "token-expired, TOKEN_EXPIRED",
        "cursor-expired, CURSOR_EXPIRED"
    })
    void the_server_says_why_a_stream_ends(String event, LiveEnd end) throws Exception {
        try (ScriptedServer server = streaming(position(event, 3) + change(4, ""))) {
            assertThat(heard(server)).containsExactly(end.name());
        }
    }

    @Test
    void a_stream_that_is_refused_says_why() throws Exception {
        assertThat(refused(answer(401, "", "{}"))).isEqualTo(LiveEnd.UNAUTHORIZED);
        assertThat(refused(answer(503, "Retry-After: 5\r\n", ""))).isEqualTo(LiveEnd.LOST);
        assertThat(refused(answer(410, "", "gone"))).isEqualTo(LiveEnd.LOST);
        assertThat(refused(answer(200, "Content-Type: text/html\r\n", change(1, ""))))
                .isEqualTo(LiveEnd.LOST);
        assertThat(refused(answer(307, "Location: /elsewhere\r\n", ""))).isEqualTo(LiveEnd.LOST);
        assertThat(
                        refused(
                                answer(
                                        410,
                                        "",
                                        "{\"type\":\"%s\",\"title\":\"t\",\"status\":410,\"detail\":\"d\"}"
                                                .formatted(ProblemType.CURSOR_EXPIRED.urn()))))
                .isEqualTo(LiveEnd.CURSOR_EXPIRED);
    }

    private static LiveEnd refused(byte[] answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.of(answer)) {
            List<String> heard = heard(server);
            assertThat(heard).hasSize(1);
            return LiveEnd.valueOf(heard.getFirst());
        }
    }

    @Test
    void without_a_token_or_a_server_there_is_no_stream() throws Exception {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        Heard signedOut = new Heard();
        transport(nobody, () -> null, LIMIT).live("me", "d", "c", signedOut);
        assertThat(signedOut.toTheEnd()).containsExactly("UNAUTHORIZED");
        Heard refused = new Heard();
        transport(nobody, TokenSupplier.of(HttpTransportTest.TOKEN), LIMIT)
                .live("me", "d", "c", refused);
        assertThat(refused.toTheEnd()).containsExactly("LOST");
    }

    @Test
    void silence_ends_a_stream_and_heartbeats_keep_it() throws Exception {
        CountDownLatch longer = new CountDownLatch(5);
        ScriptedServer[] self = new ScriptedServer[1];
        try (ScriptedServer server =
                ScriptedServer.of((_, out) -> {
                    out.write(utf8(HEAD + change(1, "")));
                    out.flush();
                    while (longer.getCount() > 0) {
                        pause(SHORT.toMillis() / 4);
                        out.write(utf8(":\n\n"));
                        out.flush();
                        longer.countDown();
                    }
                    out.write(utf8(change(2, "")));
                    out.flush();
                    self[0].stall();
                })) {
            self[0] = server;
            Heard heard = new Heard();
            transport(server, SHORT).live("me", "d", "c", heard);

            assertThat(heard.next()).startsWith("1 ");
            assertThat(heard.next()).startsWith("2 ");
            assertThat(longer.getCount()).isZero();
            assertThat(heard.next()).isEqualTo("LOST");
        }
    }

    /// What a heartbeat is: time that passes.
    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_server_that_does_not_even_answer_is_lost() throws Exception {
        ScriptedServer[] self = new ScriptedServer[1];
        try (ScriptedServer server = ScriptedServer.of((_, _) -> self[0].stall())) {
            self[0] = server;
            Heard heard = new Heard();
            transport(server, SHORT).live("me", "d", "c", heard);
            assertThat(heard.toTheEnd()).containsExactly("LOST");
        }
    }

    /// However long the listener takes, the server is not to blame; and nobody interrupts it.
    @Test
    void a_slow_listener_does_not_lose_its_stream() throws Exception {
        try (ScriptedServer server =
                streaming(change(1, "") + change(2, "") + position("going-away", 2))) {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            Heard heard = new Heard();
            Transport.Live slow =
                    new Transport.Live() {
                        @Override
                        public void change(Entity entity, String cursor) {
                            try {
                                pause(2 * SHORT.toMillis());
                                heard.change(entity, cursor);
                            } catch (IOException interrupted) {
                                seen.add("interrupted");
                            }
                        }

                        @Override
                        public void caughtUp(String cursor) {
                            heard.caughtUp(cursor);
                        }

                        @Override
                        public void ended(LiveEnd end) {
                            heard.ended(end);
                        }
                    };
            transport(server, SHORT).live("me", "d", "c", slow);

            assertThat(heard.toTheEnd()).hasSize(3).endsWith("LOST");
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void a_stream_that_was_cancelled_says_nothing_more_and_hangs_up() throws Exception {
        CountDownLatch hungUp = new CountDownLatch(1);
        try (ScriptedServer server =
                ScriptedServer.of((_, out) -> {
                    out.write(utf8(HEAD));
                    try {
                        while (true) {
                            out.write(utf8(change(1, "")));
                            out.flush();
                        }
                    } finally {
                        hungUp.countDown();
                    }
                })) {
            CountDownLatch first = new CountDownLatch(1);
            CountDownLatch cancelled = new CountDownLatch(1);
            Heard heard = new Heard();
            Transport.Live listener =
                    new Transport.Live() {
                        @Override
                        public void change(Entity entity, String cursor) {
                            heard.change(entity, cursor);
                            first.countDown();
                            try {
                                cancelled.await();
                            } catch (InterruptedException e) {
                                heard.lines.add("interrupted");
                            }
                        }

                        @Override
                        public void caughtUp(String cursor) {
                            heard.caughtUp(cursor);
                        }

                        @Override
                        public void ended(LiveEnd end) {
                            heard.ended(end);
                        }
                    };
            Transport.Call call = transport(server, LIMIT).live("me", "d", "c", listener);
            first.await();
            call.cancel();
            cancelled.countDown();

            assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(heard.lines).hasSize(1);
        }
    }

    @Test
    void a_waiting_stream_can_be_cancelled() throws Exception {
        CountDownLatch hungUp = new CountDownLatch(1);
        try (ScriptedServer server =
                ScriptedServer.of((_, out) -> {
                    out.write(utf8(HEAD + change(1, "")));
                    out.flush();
                    awaitHangUp(out);
                    hungUp.countDown();
                })) {
            Heard heard = new Heard();
            Transport.Call call = transport(server, LIMIT).live("me", "d", "c", heard);
            heard.next();
            call.cancel();

            assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(heard.lines).isEmpty();
        }
    }

    private static void awaitHangUp(OutputStream out) {
        try {
            while (true) {
                out.write(utf8(":\n"));
                out.flush();
                Thread.onSpinWait();
            }
        } catch (IOException gone) {
            // as hoped
        }
    }

    @Test
    void an_event_without_end_is_given_up() throws Exception {
        byte[] noise = utf8("x".repeat(1 << 16));
        try (ScriptedServer server =
                ScriptedServer.of((_, out) -> {
                    out.write(utf8(HEAD + "data: "));
                    while (true) {
                        out.write(noise);
                    }
                })) {
            assertThat(heard(server)).containsExactly("LOST");
        }
    }

    @Test
    void the_largest_entity_there_can_be_fits() throws Exception {
        String more = "\\u00e9".repeat(256 * 1024 / 6);
        try (ScriptedServer server = streaming(change(1, more) + position("going-away", 1))) {
            List<String> heard = heard(server);
            assertThat(heard).hasSize(2);
            assertThat(heard.getFirst()).contains(more);
        }
    }

    /// A stream with bytes changed anywhere: events, then exactly one end.
    @Test
    void whatever_a_stream_brings_it_has_one_end() throws Exception {
        byte[] sound = utf8(change(1, "") + position("caught-up", 1) + change(2, "") + ":\n\n");
        SplittableRandom random = new SplittableRandom(7);
        byte[][] next = new byte[1][];
        try (ScriptedServer server =
                ScriptedServer.of((_, out) -> {
                    out.write(utf8(HEAD));
                    out.write(next[0]);
                    out.flush();
                    throw new IOException("hangs up");
                })) {
            for (int i = 0; i < 300; i++) {
                next[0] = sound.clone();
                for (int damage = random.nextInt(1, 4); damage > 0; damage--) {
                    next[0][random.nextInt(sound.length)] = (byte) random.nextInt(256);
                }
                assertThat(heard(server)).hasSizeLessThan(10);
            }
        }
    }
}
