package io.reconverge.gateway.proxy;

import static io.reconverge.gateway.TestGateway.eventually;
import static io.reconverge.gateway.TestGateway.someone;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import io.reconverge.gateway.RawConnection;
import io.reconverge.gateway.TestGateway;
import io.reconverge.gateway.TestService;
import io.reconverge.parts.OnParts;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

@OnParts
final class ProxyTest {

    private final TestGateway gateway = TestGateway.shared();
    private final String token = TestGateway.tokens().of(someone());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/spaces",
                "/v1/spaces/me/changes",
                "/v1/spaces/me/changes?cursor=AQ&limit=5&type=a&type=b",
                "/v1/spaces/me/changes?cursor=a+b%2Fc&x=%5B%25",
                "/v1/spaces/me/changes?x=[%20]&y='~!",
                "/v1/spaces/me/log?limit=5",
                "/v1/spaces/me/status",
                "/v1/spaces/me/receipts?changeId=1&changeId=2",
                "/v1/spaces/me/entities/note/a%2Fb",
                "/v1/spaces/me/entities/note/%F0%9F%98%80%0A",
                "/v1/spaces/me/entities/note/100%25%3B",
                "/v1/spaces/me/entities/note/..",
                "/v1/spaces/me/entities/note/a%2Fb/history"
            })
    void reads_go_to_the_feed_with_path_and_query_as_they_came(String path) throws IOException {
        gateway.feed().answerJson(200, "{}");
        try (RawConnection connection = get(path)) {
            assertThat(connection.readStatus()).isEqualTo(200);
        }
        TestService.Asked asked = gateway.feed().asked().getFirst();
        assertThat(asked.uri()).isEqualTo(path);
        assertThat(asked.method()).isEqualTo("GET");
        assertThat(asked.headers().get("Authorization")).isEqualTo("Bearer " + token);
    }

    @Test
    void status_headers_and_body_come_back_as_they_are() {
        gateway.feed()
                .answer((request, response) ->
                        response.status(410)
                                .header("ETag", "\"7\"")
                                .header(
                                        "X-Request-Id",
                                        request.requestHeaders().get("X-Request-Id"))
                                .header("Content-Type", "application/problem+json")
                                .header("Keep-Alive", "timeout=5")
                                .sendString(Mono.just("{\"n\": 1.10}")));
        HttpHeaders headers =
                client().get()
                        .uri("/v1/spaces/me/entities/note/a")
                        .exchange()
                        .expectStatus()
                        .isEqualTo(410)
                        .expectHeader()
                        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                        .expectBody(String.class)
                        .isEqualTo("{\"n\": 1.10}")
                        .returnResult()
                        .getResponseHeaders();
        assertThat(headers.getETag()).isEqualTo("\"7\"");
        assertThat(headers.get("X-Request-Id")).hasSize(1);
        assertThat(headers.getFirst("X-Request-Id"))
                .isEqualTo(gateway.feed().asked().getFirst().headers().get("X-Request-Id"));
        assertThat(headers.getCacheControl()).isEqualTo("private, no-cache");
        assertThat(headers.containsHeader("Keep-Alive")).isFalse();
    }

    @Test
    void what_concerns_the_connection_or_a_proxy_before_us_is_not_passed_on() throws IOException {
        gateway.feed().answerJson(200, "{}");
        try (RawConnection connection =
                get(
                        "/v1/spaces/me/status",
                        "Connection: X-Secret",
                        "X-Secret: 1",
                        "TE: trailers",
                        "X-Forwarded-For: 203.0.113.9",
                        "X-Forwarded-Host: evil.example",
                        "Forwarded: for=203.0.113.9",
                        "X-Request-Id: 0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e")) {
            assertThat(connection.readStatus()).isEqualTo(200);
        }
        var headers = gateway.feed().asked().getFirst().headers();
        assertThat(headers.names())
                .doesNotContain(
                        "X-Secret", "TE", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded");
        assertThat(headers.get("X-Request-Id"))
                .isNotEqualTo("0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e");
    }

    @Test
    void a_live_stream_passes_each_event_on_at_once() throws IOException {
        Sinks.Many<String> events = Sinks.many().unicast().onBackpressureBuffer();
        AtomicBoolean ended = new AtomicBoolean();
        gateway.feed()
                .answer((request, response) ->
                        response.sse()
                                .send(
                                        events.asFlux()
                                                .map(text -> Unpooled.copiedBuffer(text, UTF_8))
                                                .doFinally(end -> ended.set(true)),
                                        flush -> true));
        try (RawConnection connection = get("/v1/spaces/me/changes", "Accept: text/event-stream")) {
            events.tryEmitNext("event: change\ndata: 1\n\n").orThrow();
            assertThat(connection.readHead()).contains("text/event-stream");
            assertThat(connection.readUntil("data: 1\n\n")).contains("event: change");
            events.tryEmitNext("event: change\ndata: 2\n\n").orThrow();
            assertThat(connection.readUntil("data: 2\n\n")).contains("event: change");
        }
        eventually(() -> {
            events.tryEmitNext(": still there?\n\n");
            return ended.get();
        });
    }

    @Test
    void no_buffer_is_lost_with_a_client_that_leaves_its_stream() throws IOException {
        Logger detector = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
        ListAppender<ILoggingEvent> leaks = new ListAppender<>();
        leaks.start();
        detector.addAppender(leaks);
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        try {
            for (int i = 0; i < 50; i++) {
                leaveAStreamWithEventsUnderWay();
            }
            // a lost buffer is noticed when it was collected and another is made
            for (int i = 0; i < 5; i++) {
                System.gc();
                gateway.anyone().get().uri("/v1/spaces").exchange().expectBody(Void.class);
            }
        } finally {
            ResourceLeakDetector.setLevel(before);
            detector.detachAppender(leaks);
        }
        assertThat(leaks.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(leak -> leak.contains("NettyWriteResponseFilter"));
    }

    private void leaveAStreamWithEventsUnderWay() throws IOException {
        AtomicBoolean ended = new AtomicBoolean();
        gateway.feed()
                .answer((request, response) ->
                        response.sse()
                                .send(
                                        Flux.interval(Duration.ofMillis(1))
                                                .onBackpressureDrop()
                                                .map(n ->
                                                        Unpooled.copiedBuffer("data: 1\n\n", UTF_8))
                                                .doFinally(end -> ended.set(true)),
                                        flush -> true));
        try (RawConnection connection = get("/v1/spaces/me/changes", "Accept: text/event-stream")) {
            connection.readUntil("data: 1\n\n");
        }
        eventually(ended::get);
    }

    @Test
    void a_large_answer_comes_whole() {
        gateway.feed()
                .answer((request, response) ->
                        response.header("Content-Type", "application/x-ndjson")
                                .sendString(
                                        Flux.range(0, 20_000).map(i -> "{\"line\": " + i + "}\n")));
        String body =
                client().get()
                        .uri("/v1/spaces/me/changes")
                        .accept(MediaType.APPLICATION_NDJSON)
                        .exchange()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody();
        assertThat(String.valueOf(body).lines().count()).isEqualTo(20_000);
    }

    @Test
    void a_feed_that_cannot_be_reached_is_503_with_retry_after() {
        gateway.feed()
                .answer((request, response) -> response.withConnection(each -> each.dispose()));
        client().get()
                .uri("/v1/spaces/me/status")
                .exchange()
                .expectStatus()
                .isEqualTo(503)
                .expectHeader()
                .exists(HttpHeaders.RETRY_AFTER)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:unavailable");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POST   | /v1/spaces/me/changes                   | GET,HEAD
                    PUT    | /v1/spaces/me/log                       | GET,HEAD
                    DELETE | /v1/spaces/me/status                    | GET,HEAD
                    PATCH  | /v1/spaces/me/receipts                  | GET,HEAD
                    PATCH  | /v1/spaces                              | GET,HEAD,POST
                    POST   | /v1/spaces/me/entities/note/a           | DELETE,GET,HEAD,PATCH,PUT
                    PUT    | /v1/spaces/me/entities/note/a/history   | GET,HEAD
                    GET    | /v1/spaces/me/entities/note/a/restore   | POST
                    GET    | /v1/spaces/me/sync                      | POST
                    TRACE  | /v1/spaces/me/sync                      | POST
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
                                        .containsExactlyInAnyOrder(allowed.split(",")))
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:method-not-allowed");
        assertThat(gateway.feed().asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v1/",
                "/v1/nothing",
                "/v1/spaces/me/x",
                "/v1/spaces/me/changes/",
                "/v1/spaces/me/changes/x",
                "/v1/spaces//changes",
                "/v1/spaces/me/entities/note",
                "/v1/spaces/me/entities/note/",
                "/v1/spaces/me/entities/note/a/b",
                "/v1/spaces/me/entities/note/a/history/7",
                "/actuator/health",
                "/actuator/prometheus",
                "/actuator/gateway/routes"
            })
    void anything_else_is_404(String path) throws IOException {
        try (RawConnection connection = get(path)) {
            assertThat(connection.readHead())
                    .contains("404 not found")
                    .contains("application/problem+json");
        }
        assertThat(gateway.feed().asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/spaces/me/changes?x={",
                "/v1/spaces/me/changes?x=%zz",
                "/v1/a|b",
                "/v1/%"
            })
    void an_address_that_is_no_uri_is_malformed(String address) throws IOException {
        try (RawConnection connection = get(address)) {
            assertThat(connection.readHead())
                    .contains("400 bad request")
                    .contains("application/problem+json");
        }
    }

    @Test
    void an_upgrade_to_another_protocol_is_not_made() throws IOException {
        gateway.feed().answerJson(200, "{}");
        try (RawConnection connection =
                get(
                        "/v1/spaces/me/changes",
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Version: 13")) {
            assertThat(connection.readStatus()).isEqualTo(200);
        }
    }

    private WebTestClient client() {
        return gateway.with(token);
    }

    private RawConnection get(String path, String... headers) throws IOException {
        String[] lines = new String[headers.length + 3];
        lines[0] = "GET " + path + " HTTP/1.1";
        lines[1] = "Host: gateway";
        lines[2] = "Authorization: Bearer " + token;
        System.arraycopy(headers, 0, lines, 3, headers.length);
        return new RawConnection(gateway.port()).head(lines);
    }
}
