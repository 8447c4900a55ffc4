package io.reconverge.gateway.body;

import static io.reconverge.gateway.TestGateway.eventually;
import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.RawConnection;
import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.SyncRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;

@OnParts
final class BodyTest {

    private static final String EMPTY = "{\"deviceId\": \"d\", \"changes\": []}";
    private static final int MIB = 1024 * 1024;

    private final TestGateway gateway = TestGateway.strict();
    private final InFlightBytes budget = gateway.bean(InFlightBytes.class);

    @AfterEach
    void nothing_stays_in_the_budget() {
        eventually(() -> budget.held() == 0);
    }

    @Test
    void a_body_as_large_as_may_be_goes_through() {
        post(padded(SyncRequest.BODY_MAX_BYTES), null).expectStatus().isOk();
    }

    @Test
    void a_body_announced_too_large_is_refused_before_it_is_sent() throws IOException {
        try (RawConnection connection = sync("Content-Length: " + 5 * MIB)) {
            assertThat(connection.readStatus()).isEqualTo(413);
        }
    }

    @Test
    void a_body_that_grows_too_large_is_refused() {
        Flux<DataBuffer> parts =
                Flux.range(0, 80)
                        .map(i ->
                                DefaultDataBufferFactory.sharedInstance.wrap(new byte[64 * 1024]));
        gateway.as(someone())
                .post()
                .uri("/v1/spaces/me/sync")
                .contentType(MediaType.APPLICATION_JSON)
                .body(parts, DataBuffer.class)
                .exchange()
                .expectStatus()
                .isEqualTo(413)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:too-large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZIP"})
    void gzip_is_unpacked(String encoding) {
        post(gzip(EMPTY.getBytes(StandardCharsets.UTF_8)), encoding).expectStatus().isOk();
    }

    @Test
    void a_large_body_in_gzip_is_measured_unpacked() {
        post(gzip(padded(SyncRequest.BODY_MAX_BYTES)), "gzip").expectStatus().isOk();
        post(gzip(padded(SyncRequest.BODY_MAX_BYTES + 1)), "gzip").expectStatus().isEqualTo(413);
    }

    @Test
    void a_gzip_bomb_is_stopped_as_it_unpacks() {
        byte[] bomb = gzipOfZeros(1024);
        assertThat(bomb).hasSizeLessThan(2 * MIB);
        long start = System.nanoTime();
        post(bomb, "gzip").expectStatus().isEqualTo(413);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "gzip, gzip", "zstd"})
    void another_encoding_is_415(String encoding) {
        post(EMPTY.getBytes(StandardCharsets.UTF_8), encoding)
                .expectStatus()
                .isEqualTo(415)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:unsupported-media-type");
    }

    @Test
    void gzip_that_is_broken_or_none_is_malformed() {
        byte[] whole = gzip(EMPTY.getBytes(StandardCharsets.UTF_8));
        post(Arrays.copyOf(whole, whole.length - 9), "gzip").expectStatus().isBadRequest();
        post(EMPTY.getBytes(StandardCharsets.UTF_8), "gzip").expectStatus().isBadRequest();
        post(new byte[0], "gzip").expectStatus().isBadRequest();
    }

    @Test
    void a_body_that_does_not_arrive_in_time_is_408() throws IOException {
        try (RawConnection connection = sync("Content-Length: 100")) {
            long start = System.nanoTime();
            connection.send("{");
            assertThat(connection.readStatus()).isEqualTo(408);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
        }
    }

    @Test
    void a_client_that_breaks_off_gives_its_share_back() throws IOException {
        try (RawConnection connection = sync("Content-Length: " + 2 * MIB)) {
            connection.send(new byte[MIB]);
            eventually(() -> budget.held() == MIB);
        }
    }

    @Test
    void more_bytes_than_the_budget_are_refused_and_taken_again_later() throws IOException {
        List<RawConnection> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                clients.add(sync("Content-Length: " + 4 * MIB).send(new byte[3 * MIB + 900_000]));
            }
            eventually(() -> budget.held() == 2 * (3 * MIB + 900_000));
            post(padded(MIB), null)
                    .expectStatus()
                    .isEqualTo(503)
                    .expectHeader()
                    .exists(HttpHeaders.RETRY_AFTER)
                    .expectBody()
                    .jsonPath("$.type")
                    .isEqualTo("urn:reconverge:problem:unavailable");
        } finally {
            for (RawConnection client : clients) {
                client.close();
            }
        }
        eventually(() -> budget.held() == 0);
        post(padded(MIB), null).expectStatus().isOk();
    }

    /// A connection with the head of a push on it.
    private RawConnection sync(String header) throws IOException {
        return new RawConnection(gateway.port())
                .head(
                        "POST /v1/spaces/me/sync HTTP/1.1",
                        "Host: gateway",
                        "Authorization: Bearer " + TestGateway.tokens().of(someone()),
                        "Content-Type: application/json",
                        header);
    }

    private WebTestClient.ResponseSpec post(byte[] body, @Nullable String encoding) {
        WebTestClient.RequestBodySpec request =
                gateway.as(someone())
                        .post()
                        .uri("/v1/spaces/me/sync")
                        .contentType(MediaType.APPLICATION_JSON);
        if (encoding != null) {
            request.header(HttpHeaders.CONTENT_ENCODING, encoding);
        }
        return request.bodyValue(body).exchange();
    }

    private static byte[] padded(int bytes) {
        return (EMPTY + " ".repeat(bytes - EMPTY.length())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static byte[] gzipOfZeros(int mebibytes) {
        byte[] zeros = new byte[MIB];
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed, 64 * 1024)) {
            for (int i = 0; i < mebibytes; i++) {
                out.write(zeros);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
