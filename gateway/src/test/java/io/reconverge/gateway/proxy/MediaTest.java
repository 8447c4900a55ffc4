package io.reconverge.gateway.proxy;

import static io.reconverge.gateway.TestGateway.eventually;
import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.reconverge.gateway.RawConnection;
import io.reconverge.gateway.TestGateway;
import io.reconverge.gateway.TestService;
import io.reconverge.parts.OnParts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

@OnParts
final class MediaTest {

    private static final int MIB = 1024 * 1024;
    private static final long GIB = 1024L * MIB;

    /// What may be under way when one side stands still: in the gateway, and in four sockets'
    /// buffers.
    private static final long UNDER_WAY_MAX_BYTES = 16L * MIB;

    private static final String EARLY = "{\"why\": \"early\"}";

    private static final String MEDIA = "/v1/spaces/me/media";
    private static final String UPLOAD = MEDIA + "/uploads/u-1";
    private static final String DOWNLOAD = MEDIA + "/m-1";

    private final TestGateway gateway = TestGateway.shared();
    private final String token = TestGateway.tokens().of(someone());

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "POST, /v1/spaces/me/media",
        "POST, /v1/spaces/me/media?x=a+b%2Fc",
        "GET, /v1/spaces/me/media/m-1",
        "GET, /v1/spaces/me/media/m-1?redirect=true",
        "HEAD, /v1/spaces/me/media/m%2F1",
        "POST, /v1/spaces/me/media/uploads",
        "OPTIONS, /v1/spaces/me/media/uploads",
        "HEAD, /v1/spaces/me/media/uploads/u-1",
        "PATCH, /v1/spaces/me/media/uploads/u-1",
        "POST, /v1/spaces/me/media/uploads/u-1",
        "DELETE, /v1/spaces/me/media/uploads/u-1",
        "OPTIONS, /v1/spaces/me/media/uploads/u-1"
    })
    void everything_of_media_goes_to_the_media_service_as_it_came(String method, String path)
            throws IOException {
        gateway.media().answer((request, response) -> response.status(204).send());
        try (RawConnection connection =
                open(
                        method,
                        path,
                        "Content-Length: 0",
                        "Tus-Resumable: 1.0.0",
                        "Upload-Metadata: name YQ==,only",
                        "X-HTTP-Method-Override: PATCH",
                        "X-Forwarded-For: 203.0.113.9")) {
            assertThat(connection.readStatus()).isEqualTo(204);
        }
        TestService.Asked asked = gateway.media().asked().getFirst();
        assertThat(asked.method()).isEqualTo(method);
        assertThat(asked.uri()).isEqualTo(path);
        assertThat(asked.headers().get("Authorization")).isEqualTo("Bearer " + token);
        assertThat(asked.headers().get("Tus-Resumable")).isEqualTo("1.0.0");
        assertThat(asked.headers().get("Upload-Metadata")).isEqualTo("name YQ==,only");
        assertThat(asked.headers().get("X-HTTP-Method-Override")).isEqualTo("PATCH");
        assertThat(asked.headers().contains("X-Request-Id")).isTrue();
        assertThat(asked.headers().contains("X-Forwarded-For")).isFalse();
        assertThat(gateway.feed().asked()).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GET    | /v1/spaces/me/media             | POST
                    PUT    | /v1/spaces/me/media             | POST
                    DELETE | /v1/spaces/me/media/m-1         | GET,HEAD
                    POST   | /v1/spaces/me/media/m-1         | GET,HEAD
                    GET    | /v1/spaces/me/media/uploads     | POST,OPTIONS
                    PATCH  | /v1/spaces/me/media/uploads     | POST,OPTIONS
                    GET    | /v1/spaces/me/media/uploads/u-1 | HEAD,PATCH,POST,DELETE,OPTIONS
                    PUT    | /v1/spaces/me/media/uploads/u-1 | HEAD,PATCH,POST,DELETE,OPTIONS
                    """)
    void another_method_is_405_and_told_the_right_ones(String method, String path, String allowed) {
        client().method(HttpMethod.valueOf(method))
                .uri(path)
                .exchange()
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .value(
                        HttpHeaders.ALLOW,
                        allow ->
                                assertThat(allow.split(","))
                                        .containsExactlyInAnyOrder(allowed.split(",")));
        assertThat(gateway.media().asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/spaces/me/media/",
                "/v1/spaces/me/media/m-1/",
                "/v1/spaces/me/media/m-1/x",
                "/v1/spaces/me/media/uploads/u-1/x"
            })
    void anything_else_is_404(String path) throws IOException {
        try (RawConnection connection = open("GET", path)) {
            assertThat(connection.readStatus()).isEqualTo(404);
        }
        assertThat(gateway.media().asked()).isEmpty();
    }

    @Test
    void without_a_token_nothing_reaches_the_media_service() {
        gateway.anyone().get().uri(DOWNLOAD).exchange().expectStatus().isUnauthorized();
        gateway.anyone().options().uri(UPLOAD).exchange().expectStatus().isUnauthorized();
        assertThat(gateway.media().asked()).isEmpty();
    }

    @Test
    void the_size_that_a_HEAD_tells_comes_through() throws IOException {
        gateway.media()
                .answer((request, response) ->
                        response.header("Content-Length", "5000000000")
                                .header("ETag", "\"abc\"")
                                .header("Accept-Ranges", "bytes")
                                .send());
        try (RawConnection connection = open("HEAD", DOWNLOAD)) {
            assertThat(connection.readHead())
                    .startsWith("http/1.1 200")
                    .contains("\r\ncontent-length: 5000000000\r\n")
                    .contains("\r\netag: \"abc\"\r\n")
                    .contains("\r\naccept-ranges: bytes\r\n")
                    .doesNotContain("transfer-encoding");
        }
    }

    @Test
    void where_a_redirect_leads_is_left_to_the_client() throws IOException {
        String store = "http://store.example/b/k?X-Amz-Signature=a%2Fb&x=%20";
        gateway.media()
                .answer((request, response) ->
                        response.status(307).header("Location", store).send());
        try (RawConnection connection = open("GET", DOWNLOAD + "?redirect=true")) {
            assertThat(connection.readHead())
                    .startsWith("http/1.1 307")
                    .contains("\r\nlocation: " + store.toLowerCase(Locale.ROOT) + "\r\n");
        }
        assertThat(gateway.media().asked()).hasSize(1);
    }

    @Test
    void encoded_bytes_and_parts_stay_as_they_are() throws IOException {
        gateway.media()
                .answer((request, response) ->
                        response.status(206)
                                .header("Content-Encoding", "gzip")
                                .header("Content-Range", "bytes 5-9/1000")
                                .header("Content-Length", "5")
                                .header("Content-Type", "video/mp4")
                                .header(
                                        "Content-Disposition",
                                        "attachment; filename*=UTF-8''%C3%A4")
                                .sendString(Mono.just("no gz")));
        try (RawConnection connection =
                open("GET", DOWNLOAD, "Range: bytes=5-9", "Accept-Encoding: gzip, br")) {
            assertThat(connection.readHead())
                    .startsWith("http/1.1 206")
                    .contains("\r\ncontent-encoding: gzip\r\n")
                    .contains("\r\ncontent-range: bytes 5-9/1000\r\n")
                    .contains("\r\ncontent-length: 5\r\n")
                    .contains("\r\ncontent-type: video/mp4\r\n")
                    .contains("\r\ncontent-disposition: attachment; filename*=utf-8''%c3%a4\r\n");
            assertThat(connection.readUntil("no gz")).isEqualTo("no gz");
        }
        TestService.Asked asked = gateway.media().asked().getFirst();
        assertThat(asked.headers().get("Range")).isEqualTo("bytes=5-9");
        assertThat(asked.headers().get("Accept-Encoding")).isEqualTo("gzip, br");
    }

    @Test
    void a_status_that_only_tus_has_comes_through() throws IOException {
        gateway.media().answerJson(460, "{}");
        try (RawConnection connection = open("PATCH", UPLOAD, "Content-Length: 0")) {
            assertThat(connection.readStatus()).isEqualTo(460);
        }
    }

    @Test
    void what_is_uploaded_arrives_while_it_is_sent() throws IOException {
        AtomicLong arrived = new AtomicLong();
        gateway.media().answer((request, response) -> taking(request, response, arrived));
        try (RawConnection connection = open("PATCH", UPLOAD, "Content-Length: " + 3 * MIB)) {
            for (int i = 1; i <= 3; i++) {
                connection.send(new byte[MIB]);
                long sent = (long) i * MIB;
                eventually(() -> arrived.get() == sent);
            }
            assertThat(connection.readStatus()).isEqualTo(204);
        }
    }

    @Test
    void an_upload_that_nobody_takes_in_is_held_up_and_goes_on_later() throws IOException {
        AtomicLong arrived = new AtomicLong();
        Sinks.Empty<Void> begin = Sinks.empty();
        gateway.media()
                .answer((request, response) ->
                        begin.asMono().then(Mono.from(taking(request, response, arrived))));
        int size = 64 * MIB;
        try (RawConnection connection = open("POST", MEDIA, "Content-Length: " + size)) {
            AtomicLong sent = new AtomicLong();
            Thread sending = sending(connection, size, sent, body -> body);
            standsStill(sent);
            assertThat(sent.get()).isLessThan(UNDER_WAY_MAX_BYTES);
            begin.tryEmitEmpty().orThrow();
            assertThat(connection.readStatus()).isEqualTo(204);
            assertThat(arrived.get()).isEqualTo(size);
            sending.interrupt();
        }
    }

    @Test
    void a_download_that_nobody_reads_is_held_up_and_goes_on_later() throws IOException {
        AtomicLong given = new AtomicLong();
        gateway.media().answer((request, response) -> giving(response, 64L * MIB, given));
        try (RawConnection connection = open("GET", DOWNLOAD)) {
            connection.readHead();
            standsStill(given);
            assertThat(given.get()).isLessThan(UNDER_WAY_MAX_BYTES);
            assertThat(connection.skip(64L * MIB)).isEqualTo(64L * MIB);
            assertThat(given.get()).isEqualTo(64L * MIB);
        }
    }

    @ParameterizedTest
    @CsvSource({"403, Content-Length: 5368709120", "413, Transfer-Encoding: chunked"})
    void an_answer_before_the_end_reaches_the_client_and_the_rest_is_not_read(
            int status, String length) throws IOException, InterruptedException {
        refuseAfter(MIB, status);
        try (RawConnection connection = open("PATCH", UPLOAD, length)) {
            AtomicLong sent = new AtomicLong();
            Thread sending =
                    sending(
                            connection,
                            5 * GIB,
                            sent,
                            length.endsWith("chunked") ? MediaTest::chunk : body -> body);
            assertThat(connection.readHead())
                    .startsWith("http/1.1 " + status)
                    .contains("\r\nconnection: close\r\n")
                    .contains("\r\ncontent-type: application/problem+json\r\n");
            assertThat(connection.readUntil(EARLY)).contains(EARLY);
            // fails when the connection is closed
            assertThat(sending.join(Duration.ofSeconds(20))).isTrue();
            assertThat(sent.get()).isLessThan(64L * MIB);
        }
    }

    @Test
    void no_answer_before_the_end_is_lost() throws IOException {
        refuseAfter(MIB / 2, 507);
        for (int i = 0; i < 100; i++) {
            try (RawConnection connection = open("PATCH", UPLOAD, "Content-Length: 5368709120")) {
                sending(connection, 5 * GIB, new AtomicLong(), body -> body);
                assertThat(connection.readStatus()).isEqualTo(507);
                assertThat(connection.readUntil(EARLY)).contains(EARLY);
            }
        }
    }

    @Test
    void a_client_that_asks_first_gets_the_refusal() throws IOException {
        gateway.media().answer((request, response) -> TestService.json(response, 413, EARLY));
        try (RawConnection connection =
                open("POST", MEDIA, "Content-Length: 5368709120", "Expect: 100-continue")) {
            String head = connection.readHead();
            if (head.startsWith("http/1.1 100")) {
                head = connection.readHead();
            }
            assertThat(head).startsWith("http/1.1 413").contains("\r\nconnection: close\r\n");
        }
    }

    @Test
    void a_client_that_asks_first_is_told_to_go_on() throws IOException {
        AtomicLong arrived = new AtomicLong();
        gateway.media().answer((request, response) -> taking(request, response, arrived));
        try (RawConnection connection =
                open("POST", MEDIA, "Content-Length: " + MIB, "Expect: 100-continue")) {
            assertThat(connection.readStatus()).isEqualTo(100);
            assertThat(connection.send(new byte[MIB]).readStatus()).isEqualTo(204);
            assertThat(arrived.get()).isEqualTo(MIB);
        }
    }

    @Test
    void a_refusal_of_the_gateways_own_ends_the_connection_too()
            throws IOException, InterruptedException {
        try (RawConnection connection =
                new RawConnection(gateway.port())
                        .head(
                                "POST " + MEDIA + " HTTP/1.1",
                                "Host: gateway",
                                "Content-Length: 5368709120")) {
            AtomicLong sent = new AtomicLong();
            Thread sending = sending(connection, 5 * GIB, sent, body -> body);
            assertThat(connection.readHead())
                    .startsWith("http/1.1 401")
                    .contains("\r\nconnection: close\r\n");
            assertThat(sending.join(Duration.ofSeconds(20))).isTrue();
            assertThat(sent.get()).isLessThan(64L * MIB);
        }
        assertThat(gateway.media().asked()).isEmpty();
    }

    @Test
    void a_refusal_of_little_keeps_the_connection() throws IOException {
        gateway.media().answer((request, response) -> TestService.json(response, 413, EARLY));
        try (RawConnection connection = open("POST", MEDIA, "Content-Length: 1000")) {
            assertThat(connection.readHead()).startsWith("http/1.1 413").doesNotContain("close");
            connection.readUntil(EARLY);
            connection.send(new byte[1000]);
            gateway.media().answer((request, response) -> response.status(204).send());
            assertThat(head(connection, "DELETE", UPLOAD).readStatus()).isEqualTo(204);
        }
    }

    @Test
    void a_client_that_leaves_in_the_middle_of_an_upload_ends_it_there_too() throws IOException {
        AtomicLong arrived = new AtomicLong();
        AtomicBoolean ended = new AtomicBoolean();
        gateway.media()
                .answer((request, response) -> {
                    request.withConnection(each -> each.onDispose(() -> ended.set(true)));
                    return taking(request, response, arrived);
                });
        try (RawConnection connection = open("PATCH", UPLOAD, "Content-Length: 5368709120")) {
            connection.send(new byte[MIB]);
            eventually(() -> arrived.get() == MIB);
            assertThat(ended).isFalse();
        }
        eventually(ended::get);
    }

    @Test
    void a_client_that_leaves_in_the_middle_of_a_download_ends_it_there_too() throws IOException {
        AtomicLong given = new AtomicLong();
        AtomicBoolean ended = new AtomicBoolean();
        gateway.media()
                .answer((request, response) -> {
                    request.withConnection(each -> each.onDispose(() -> ended.set(true)));
                    return giving(response, 5 * GIB, given);
                });
        try (RawConnection connection = open("GET", DOWNLOAD)) {
            assertThat(connection.readStatus()).isEqualTo(200);
            standsStill(given);
            assertThat(ended).isFalse();
        }
        eventually(ended::get);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void a_media_service_that_is_down_is_503(String method) {
        gateway.media()
                .answer((request, response) -> response.withConnection(each -> each.dispose()));
        client().method(HttpMethod.valueOf(method))
                .uri(DOWNLOAD)
                .exchange()
                .expectStatus()
                .isEqualTo(503)
                .expectHeader()
                .exists(HttpHeaders.RETRY_AFTER);
    }

    @Test
    void a_media_service_that_dies_during_an_upload_is_503() throws IOException {
        gateway.media()
                .answer((request, response) -> {
                    request.withConnection(
                            each -> request.receive().take(1).subscribe(first -> each.dispose()));
                    return Mono.never();
                });
        try (RawConnection connection = open("PATCH", UPLOAD, "Content-Length: 5368709120")) {
            connection.send(new byte[MIB]);
            assertThat(connection.readHead())
                    .startsWith("http/1.1 503")
                    .contains("\r\nretry-after: ")
                    .contains("\r\nconnection: close\r\n");
            assertThat(connection.readUntil("}")).contains("urn:reconverge:problem:unavailable");
        }
    }

    /// Takes everything in, and then says 204.
    private static Publisher<Void> taking(
            HttpServerRequest request, HttpServerResponse response, AtomicLong arrived) {
        return request.receive()
                .doOnNext(part -> arrived.addAndGet(part.readableBytes()))
                .then()
                .then(Mono.from(response.status(204).send()));
    }

    /// Has the media service refuse as soon as so much has come, and read no more.
    private void refuseAfter(long bytes, int status) {
        gateway.media()
                .answer((request, response) -> {
                    AtomicLong arrived = new AtomicLong();
                    return request.receive()
                            .takeUntil(part -> arrived.addAndGet(part.readableBytes()) > bytes)
                            .then()
                            .then(Mono.from(TestService.json(response, status, EARLY)));
                });
    }

    private static Publisher<Void> giving(
            HttpServerResponse response, long bytes, AtomicLong given) {
        int part = 8 * 1024;
        Flux<ByteBuf> parts =
                Flux.generate(
                        () -> 0L,
                        (Long done, SynchronousSink<ByteBuf> sink) -> {
                            if (done == bytes) {
                                sink.complete();
                            } else {
                                given.addAndGet(part);
                                sink.next(Unpooled.wrappedBuffer(new byte[part]));
                            }
                            return done + part;
                        });
        return response.header("Content-Length", Long.toString(bytes))
                .header("Content-Type", "video/mp4")
                .send(parts);
    }

    /// How the bytes of a body are put on the wire.
    private interface Framing {
        byte[] of(byte[] body);
    }

    private static byte[] chunk(byte[] body) {
        ByteBuf framed = Unpooled.buffer();
        framed.writeBytes(
                (Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        framed.writeBytes(body).writeBytes(new byte[] {'\r', '\n'});
        byte[] all = new byte[framed.readableBytes()];
        framed.readBytes(all);
        return all;
    }

    /// Sends until all is sent or the connection ends, counting.
    private static Thread sending(
            RawConnection connection, long bytes, AtomicLong sent, Framing framing) {
        byte[] part = framing.of(new byte[64 * 1024]);
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        while (sent.get() < bytes) {
                            connection.send(part);
                            sent.addAndGet(64 * 1024);
                        }
                    } catch (IOException ended) {
                        // the connection is over
                    }
                });
    }

    private static void standsStill(AtomicLong count) {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(20))
                .until(() -> count.get() > 0 && last.getAndSet(count.get()) == count.get());
    }

    private WebTestClient client() {
        return gateway.with(token);
    }

    private RawConnection open(String method, String path, String... headers) throws IOException {
        return head(new RawConnection(gateway.port()), method, path, headers);
    }

    private RawConnection head(
            RawConnection connection, String method, String path, String... headers)
            throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(method + " " + path + " HTTP/1.1");
        lines.add("Host: gateway");
        lines.add("Authorization: Bearer " + token);
        lines.addAll(List.of(headers));
        return connection.head(lines.toArray(String[]::new));
    }
}
