package io.reconverge.media.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.media.Blobs;
import io.reconverge.media.Blobs.Blob;
import io.reconverge.media.Corner;
import io.reconverge.media.Media;
import io.reconverge.media.RawReader;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.util.DefaultUriBuilderFactory;
import org.springframework.web.util.DefaultUriBuilderFactory.EncodingMode;
import tools.jackson.databind.node.ObjectNode;

@OnParts
class DownloadTest {

    private static final String PATH = "/v1/spaces/me/media/";

    private final Media media = Media.shared();
    private final Blobs blobs = new Blobs(media.corner());

    @Test
    void all_of_it_with_what_a_browser_needs_to_know() {
        byte[] bytes = Blobs.random(100_000, 1);
        Blob blob = put("whole", "m", "image/jpeg", bytes, "The pier.jpg");
        EntityExchangeResult<byte[]> answer = get("whole", "m", 200);
        assertThat(body(answer)).isEqualTo(bytes);
        HttpHeaders headers = answer.getResponseHeaders();
        assertDescribes(headers, blob);
        assertThat(headers.getFirst("Content-Type")).isEqualTo("image/jpeg");
        assertThat(headers.getFirst("Content-Disposition"))
                .isEqualTo("inline; filename=\"The pier.jpg\"; filename*=UTF-8''The%20pier.jpg");
    }

    private static void assertDescribes(HttpHeaders headers, Blob blob) {
        assertThat(headers.get("ETag")).containsExactly(blob.etag());
        assertThat(headers.get("Accept-Ranges")).containsExactly("bytes");
        assertThat(headers.getContentLength()).isEqualTo(blob.bytes().length);
        assertThat(headers.get("Cache-Control")).containsExactly("private, no-cache");
        assertThat(headers.get("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(headers.get("Content-Security-Policy"))
                .containsExactly("default-src 'none'; frame-ancestors 'none'; sandbox");
        assertThat(headers.get("Referrer-Policy")).containsExactly("no-referrer");
        assertThat(headers.get("X-Request-Id")).hasSize(1);
        assertThat(headers.containsHeader("Content-Range")).isFalse();
        assertThat(headers.containsHeader("Transfer-Encoding")).isFalse();
    }

    @Test
    void head_tells_the_same_without_the_store() {
        byte[] bytes = Blobs.random(5_000, 2);
        Blob blob = put("head", "m", "text/html", bytes, "a.html");
        double calls = media.metric("reconverge.media.store");
        HttpHeaders headers =
                media.as("head")
                        .head()
                        .uri(PATH + "m")
                        .header("Range", "bytes=1-2")
                        .header("If-Range", blob.etag())
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .isEmpty()
                        .getResponseHeaders();
        assertDescribes(headers, blob);
        assertThat(headers.getFirst("Content-Type")).isEqualTo("text/html");
        assertThat(headers.getFirst("Content-Disposition"))
                .isEqualTo("attachment; filename=\"a.html\"; filename*=UTF-8''a.html");
        assertThat(media.metric("reconverge.media.store")).isEqualTo(calls);
    }

    @Test
    void whatever_accept_says() {
        put("accept", "m", "image/png", Blobs.text("png"), null);
        media.as("accept")
                .get()
                .uri(PATH + "m")
                .header("Accept", "application/json")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType("image/png");
    }

    @Test
    void nothing_at_all_is_a_file_too() {
        Blob blob = put("empty", "m", "text/plain", new byte[0], null);
        double calls = media.metric("reconverge.media.store");
        EntityExchangeResult<byte[]> answer = get("empty", "m", 200);
        assertThat(answer.getResponseBody()).isNullOrEmpty();
        assertDescribes(answer.getResponseHeaders(), blob);
        media.as("empty")
                .head()
                .uri(PATH + "m")
                .exchange()
                .expectHeader()
                .contentLength(0)
                .expectStatus()
                .isOk();
        assertThat(media.metric("reconverge.media.store")).isEqualTo(calls);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a b", "ä\u540d", "%", "..", "a;b", "a?b#c", "uploads", "\n"})
    void any_id_that_an_entity_can_have(String id) {
        put("ids", id, "text/plain", Blobs.text(id), null);
        var uris = new DefaultUriBuilderFactory(media.url());
        uris.setEncodingMode(EncodingMode.VALUES_ONLY);
        byte[] bytes =
                media.as("ids")
                        .mutate()
                        .uriBuilderFactory(uris)
                        .build()
                        .get()
                        .uri(PATH + "{id}", id)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        assertThat(bytes).asString().isEqualTo(id);
    }

    @Test
    void an_id_that_no_entity_can_have_is_refused() {
        media.problem(
                ProblemType.MALFORMED_REQUEST, media.as("ids").get().uri(PATH + "m".repeat(257)));
    }

    @Test
    void what_is_not_there_is_told_apart_from_what_is_not_there_yet_and_what_is_gone() {
        Problem none =
                media.problem(ProblemType.NOT_FOUND, media.as("absent").get().uri(PATH + "m"));
        assertThat(none.detail()).contains("no such media");

        ObjectNode data =
                blobs.data(new Blob(Corner.space("absent"), "0".repeat(64), "", new byte[3]));
        blobs.refer("absent", "early", data);
        Problem early =
                media.problem(ProblemType.NOT_FOUND, media.as("absent").get().uri(PATH + "early"));
        assertThat(early.detail()).contains("not arrived");

        blobs.refer("absent", "gone", null);
        Problem gone = media.problem(ProblemType.GONE, media.as("absent").get().uri(PATH + "gone"));
        Entity tombstone = Objects.requireNonNull(gone.entity());
        assertThat(tombstone.deleted()).isTrue();
        assertThat(tombstone.id()).isEqualTo("gone");
        assertThat(tombstone.type()).isEqualTo("media");
        assertThat(tombstone.version()).isEqualTo(2);
        assertThat(tombstone.updatedBy()).isEqualTo("absent");
    }

    @Test
    void an_entity_of_another_type_is_no_media() {
        put("types", "m", "text/plain", Blobs.text("x"), null);
        media.corner()
                .change(
                        "update entity set type = 'note' where space_id = ?",
                        Corner.space("types"));
        media.problem(ProblemType.NOT_FOUND, media.as("types").get().uri(PATH + "m"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"sha256\": null}",
                "{\"sha256\": 7}",
                "{\"sha256\": {\"a\": []}}",
                "{\"sha256\": \"%\"}",
                "{\"sha256\": \"' or true --\"}"
            })
    void an_entity_that_says_nonsense_of_its_bytes_has_none(String json) {
        String id = "nonsense-" + Math.floorMod(json.hashCode(), 1_000_000);
        blobs.refer("nonsense", id, (ObjectNode) WireJson.MAPPER.readTree(json));
        media.problem(ProblemType.NOT_FOUND, media.as("nonsense").get().uri(PATH + id));
    }

    @Test
    void size_and_digest_are_the_blobs_own_and_the_words_are_made_harmless() {
        byte[] bytes = Blobs.text("<script>alert(1)</script>");
        Blob blob = blobs.store("hostile", bytes);
        ObjectNode data = blobs.data(blob);
        data.put("size", 1).put("fileName", "a\r\nSet-Cookie: b=c\u202egpj.html");
        data.put("contentType", "text/html\r\nX-Evil: yes");
        blobs.refer("hostile", "m", data);
        EntityExchangeResult<byte[]> answer = get("hostile", "m", 200);
        assertThat(body(answer)).isEqualTo(bytes);
        HttpHeaders headers = answer.getResponseHeaders();
        assertDescribes(headers, blob);
        assertThat(headers.getFirst("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(headers.getContentDisposition().isAttachment()).isTrue();
        assertThat(headers.getContentDisposition().getFilename())
                .isEqualTo("aSet-Cookie: b=cgpj.html");
        assertThat(headers.containsHeader("Set-Cookie")).isFalse();
        assertThat(headers.containsHeader("X-Evil")).isFalse();
    }

    @Test
    void words_without_end_are_cut() {
        Blob blob = blobs.store("endless", Blobs.text("x"));
        ObjectNode data = blobs.data(blob);
        data.put("fileName", "\u540d".repeat(10_000)).put("contentType", "a/" + "b".repeat(10_000));
        blobs.refer("endless", "m", data);
        HttpHeaders headers = get("endless", "m", 200).getResponseHeaders();
        assertThat(headers.getFirst("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(headers.getContentDisposition().getFilename()).isEqualTo("\u540d".repeat(255));
    }

    @Test
    void nobody_elses() {
        put("owner", "m", "text/plain", Blobs.text("mine"), null);
        String theirs = "/v1/spaces/" + Corner.space("owner") + "/media/m";
        media.as("owner").get().uri(theirs).exchange().expectStatus().isOk();
        media.problem(ProblemType.NOT_A_MEMBER, media.as("stranger").get().uri(theirs));
        media.problem(
                ProblemType.NOT_A_MEMBER,
                media.as("stranger").get().uri(theirs + "?redirect=true"));
        media.problem(ProblemType.UNAUTHENTICATED, media.anyone().get().uri(theirs));
        media.problem(ProblemType.NOT_FOUND, media.as("stranger").get().uri(PATH + "m"));
    }

    @Test
    void the_digest_of_anothers_blob_opens_nothing() {
        Blob theirs = put("rich", "m", "text/plain", Blobs.text("a secret"), null);
        blobs.refer("thief", "m", blobs.data(theirs));
        media.problem(ProblemType.NOT_FOUND, media.as("thief").get().uri(PATH + "m"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "PATCH"})
    void it_is_only_read(String method) {
        media.problem(
                ProblemType.METHOD_NOT_ALLOWED,
                media.as("whole").method(HttpMethod.valueOf(method)).uri(PATH + "m"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TAG                     | 304",
                "W/TAG                   | 304",
                "*                       | 304",
                "\"x\", TAG              | 304",
                "\"x\",W/TAG , \"y\"     | 304",
                "\"x\"                   | 200",
                "\"x\", W/\"y\"          | 200",
                "BARE                    | 200",
            })
    void what_the_caller_has_is_not_sent_again(String ifNoneMatch, int status) {
        Blob blob = known();
        String field = ifNoneMatch.replace("TAG", blob.etag()).replace("BARE", blob.sha256());
        for (HttpMethod method : new HttpMethod[] {HttpMethod.GET, HttpMethod.HEAD}) {
            HttpHeaders headers =
                    media.as("known")
                            .method(method)
                            .uri(PATH + "m")
                            .header("If-None-Match", field)
                            .header("Range", "bytes=0-0")
                            .exchange()
                            .expectStatus()
                            .isEqualTo(status == 200 && method == HttpMethod.GET ? 206 : status)
                            .expectBody()
                            .returnResult()
                            .getResponseHeaders();
            assertThat(headers.get("ETag")).containsExactly(blob.etag());
            assertThat(headers.get("Cache-Control")).containsExactly("private, no-cache");
            if (status == 304) {
                assertThat(headers.containsHeader("Content-Type")).isFalse();
                assertThat(headers.containsHeader("Content-Range")).isFalse();
            }
        }
    }

    @Test
    void two_fields_of_tags_are_one_list() {
        Blob blob = known();
        media.as("known")
                .get()
                .uri(PATH + "m")
                .header("If-None-Match", "\"x\"")
                .header("If-None-Match", blob.etag())
                .exchange()
                .expectStatus()
                .isNotModified()
                .expectBody()
                .isEmpty();
    }

    /// As RFC 9110, section 13.2.2, orders them.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TAG     |         | 206",
                "*       |         | 206",
                "\"x\"   |         | 412",
                "W/TAG   |         | 412",
                "\"x\"   | TAG     | 412",
                "TAG     | TAG     | 304",
                "\"x\", TAG | \"x\" | 206",
            })
    void if_match_goes_before_if_none_match_and_that_before_the_range(
            String ifMatch, @Nullable String ifNoneMatch, int status) {
        Blob blob = known();
        WebTestClient.RequestHeadersSpec<?> request =
                media.as("known")
                        .get()
                        .uri(PATH + "m")
                        .header("If-Match", ifMatch.replace("TAG", blob.etag()))
                        // media have no dates
                        .header("If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")
                        .header("If-Modified-Since", "Sat, 01 Jan 2050 00:00:00 GMT")
                        .header("Range", "bytes=1-2");
        if (ifNoneMatch != null) {
            request.header("If-None-Match", ifNoneMatch.replace("TAG", blob.etag()));
        }
        if (status == 412) {
            media.problem(ProblemType.VERSION_MISMATCH, request);
        } else {
            request.exchange().expectStatus().isEqualTo(status);
        }
    }

    @Test
    void a_condition_goes_before_a_range_without_bytes() {
        Blob blob = known();
        media.as("known")
                .get()
                .uri(PATH + "m")
                .header("If-None-Match", blob.etag())
                .header("Range", "bytes=999-")
                .exchange()
                .expectStatus()
                .isNotModified();
    }

    @Test
    void a_range_is_sent_as_such() {
        byte[] bytes = Blobs.random(1_000, 3);
        Blob blob = put("range", "m", "video/mp4", bytes, "a.mp4");
        EntityExchangeResult<byte[]> answer = get("range", "m", 206, "Range", "bytes=10-19");
        assertThat(body(answer)).isEqualTo(Arrays.copyOfRange(bytes, 10, 20));
        HttpHeaders headers = answer.getResponseHeaders();
        assertThat(headers.get("Content-Range")).containsExactly("bytes 10-19/1000");
        assertThat(headers.getContentLength()).isEqualTo(10);
        assertThat(headers.get("ETag")).containsExactly(blob.etag());
        assertThat(headers.get("Accept-Ranges")).containsExactly("bytes");
        assertThat(headers.get("Content-Type")).containsExactly("video/mp4");
        assertThat(headers.get("Cache-Control")).containsExactly("private, no-cache");
        assertThat(headers.get("Content-Disposition")).hasSize(1);
        assertThat(headers.get("Content-Security-Policy"))
                .containsExactly("default-src 'none'; frame-ancestors 'none'; sandbox");
    }

    @ParameterizedTest
    @CsvSource({"bytes=10-, 10", "bytes=-0, 10", "bytes=0-, 0", "bytes=-5, 0"})
    void a_range_without_bytes_is_told_how_many_there_are(String range, int size) {
        put("unsatisfiable", "m" + size + range, "image/png", Blobs.random(size, 4), "a.png");
        WebTestClient.ResponseSpec answer =
                media.as("unsatisfiable")
                        .get()
                        .uri(PATH + "{id}", "m" + size + range)
                        .header("Range", range)
                        .exchange()
                        .expectHeader()
                        .valueEquals("Content-Range", "bytes */" + size)
                        .expectHeader()
                        .doesNotExist("Content-Disposition")
                        .expectHeader()
                        .doesNotExist("ETag");
        media.problem(ProblemType.RANGE_NOT_SATISFIABLE, answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TAG                             | 206",
                "W/TAG                           | 200",
                "\"x\"                           | 200",
                "Sat, 21 Nov 2026 00:00:00 GMT   | 200",
            })
    void a_range_is_of_the_bytes_that_are_meant(String ifRange, int status) {
        Blob blob = known();
        String field = ifRange.replace("TAG", blob.etag());
        byte[] some = body(get("known", "m", status, "Range", "bytes=1-2", "If-Range", field));
        assertThat(some).hasSize(status == 206 ? 2 : blob.bytes().length);
        // then a range without bytes is none either
        media.as("known")
                .get()
                .uri(PATH + "m")
                .header("Range", "bytes=999-")
                .header("If-Range", field)
                .exchange()
                .expectStatus()
                .isEqualTo(status == 206 ? 416 : 200);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void random_ranges_are_what_the_rules_make_of_them(long seed) {
        var random = new Random(seed);
        int[] sizes = {0, 1, 2, 9, 1_000, 70_000};
        String user = "random-" + seed;
        Blob[] stored = new Blob[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            stored[i] = put(user, "m" + i, "audio/ogg", Blobs.random(sizes[i], seed + i), null);
        }
        for (int round = 0; round < 150; round++) {
            int which = random.nextInt(sizes.length);
            Blob blob = stored[which];
            Asked asked = Asked.random(random, blob);
            WebTestClient.RequestHeadersSpec<?> request =
                    media.as(user).get().uri(PATH + "m" + which).header("Range", asked.range());
            if (asked.ifRange() != null) {
                request.header("If-Range", asked.ifRange());
            }
            EntityExchangeResult<byte[]> answer = request.exchange().expectBody().returnResult();
            assertThat(answer.getStatus().value())
                    .as("%s of %d", asked, sizes[which])
                    .isEqualTo(asked.status());
            String range = answer.getResponseHeaders().getFirst("Content-Range");
            switch (asked.status()) {
                case 200 -> {
                    assertThat(bodyOrNone(answer)).isEqualTo(blob.bytes());
                    assertThat(range).isNull();
                }
                case 206 -> {
                    assertThat(bodyOrNone(answer))
                            .isEqualTo(
                                    Arrays.copyOfRange(blob.bytes(), asked.from(), asked.to() + 1));
                    assertThat(range)
                            .isEqualTo(
                                    "bytes %d-%d/%d"
                                            .formatted(asked.from(), asked.to(), sizes[which]));
                }
                default -> assertThat(range).isEqualTo("bytes */" + sizes[which]);
            }
        }
    }

    /// A range, made up together with what RFC 9110 says of it: nothing here reads a range.
    private record Asked(String range, @Nullable String ifRange, int status, int from, int to) {

        static Asked random(Random random, Blob blob) {
            int size = blob.bytes().length;
            Asked asked =
                    switch (random.nextInt(6)) {
                        case 0 -> between(random, size);
                        case 1 -> from(random.nextInt(size + 5), size);
                        case 2 -> suffix(random.nextInt(size + 5), size);
                        case 3 -> backwards(random, size);
                        case 4 ->
                                new Asked(
                                        "bytes=0-0,%d-".formatted(random.nextInt(size + 1)),
                                        null,
                                        200,
                                        0,
                                        0);
                        default -> new Asked("lines=1-2", null, 200, 0, 0);
                    };
            return switch (random.nextInt(4)) {
                case 0 -> asked.onlyIf(blob.etag(), true);
                case 1 -> asked.onlyIf("W/" + blob.etag(), false);
                default -> asked;
            };
        }

        private static Asked between(Random random, int size) {
            int first = random.nextInt(size + 5);
            int last = first + random.nextInt(size + 5);
            String range = "bytes=%d-%d".formatted(first, last);
            return first < size
                    ? new Asked(range, null, 206, first, Math.min(last, size - 1))
                    : new Asked(range, null, 416, 0, 0);
        }

        private static Asked from(int first, int size) {
            String range = "bytes=%d-".formatted(first);
            return first < size
                    ? new Asked(range, null, 206, first, size - 1)
                    : new Asked(range, null, 416, 0, 0);
        }

        private static Asked suffix(int length, int size) {
            String range = "bytes=-%d".formatted(length);
            return length > 0 && size > 0
                    ? new Asked(range, null, 206, Math.max(0, size - length), size - 1)
                    : new Asked(range, null, 416, 0, 0);
        }

        private static Asked backwards(Random random, int size) {
            int last = random.nextInt(size + 5);
            int first = last + 1 + random.nextInt(9);
            return new Asked("bytes=%d-%d".formatted(first, last), null, 200, 0, 0);
        }

        private Asked onlyIf(String tag, boolean itIs) {
            return new Asked(range, tag, itIs ? status : 200, from, to);
        }
    }

    @Test
    void a_large_one_comes_in_ranges_and_is_itself_again() {
        byte[] bytes = Blobs.random(64 * 1024 * 1024, 5);
        Blob blob = put("large", "m", "video/mp4", bytes, null);
        double before = media.metric("reconverge.media.downloaded");
        var got = new ByteArrayOutputStream(bytes.length);
        int[] steps = {1, 4_095, 5 * 1024 * 1024, 7_654_321, 16 * 1024 * 1024};
        for (int round = 0; got.size() < bytes.length; round++) {
            int last = got.size() + steps[round % steps.length] - 1;
            got.writeBytes(
                    body(
                            get(
                                    "large",
                                    "m",
                                    206,
                                    "Range",
                                    "bytes=%d-%d".formatted(got.size(), last),
                                    "If-Range",
                                    blob.etag())));
        }
        assertThat(Blobs.sha256(got.toByteArray())).isEqualTo(blob.sha256());
        await().until(() -> media.metric("reconverge.media.downloaded") - before == bytes.length);
        assertThat(Blobs.sha256(body(get("large", "m", 200)))).isEqualTo(blob.sha256());
    }

    @Test
    void what_the_bucket_has_lost_is_not_found() {
        Blob blob = put("lost", "m", "image/png", Blobs.random(100, 6), "a.png");
        media.corner().objects().delete(blob.key());
        double lost = media.metric("reconverge.media.downloads", "outcome", "lost");
        WebTestClient.ResponseSpec answer =
                media.as("lost")
                        .get()
                        .uri(PATH + "m")
                        .exchange()
                        .expectHeader()
                        .doesNotExist("Content-Disposition")
                        .expectHeader()
                        .doesNotExist("ETag");
        media.problem(ProblemType.NOT_FOUND, answer);
        assertThat(media.metric("reconverge.media.downloads", "outcome", "lost"))
                .isEqualTo(lost + 1);
        // which HEAD does not know
        media.as("lost").head().uri(PATH + "m").exchange().expectStatus().isOk();
    }

    @Test
    void what_goes_over_the_wire_ends_where_it_says() {
        Blob blob = known();
        try (var reader =
                new RawReader(media, "known", "GET", PATH + "m", "If-None-Match: " + blob.etag())) {
            assertThat(reader.head())
                    .startsWith("HTTP/1.1 304 ")
                    .doesNotContainIgnoringCase("content-length: 0")
                    .doesNotContainIgnoringCase("transfer-encoding");
            assertThat(reader.rest()).isZero();
        }
        try (var reader = new RawReader(media, "known", "HEAD", PATH + "m")) {
            assertThat(reader.head())
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("content-length: " + blob.bytes().length);
            assertThat(reader.rest()).isZero();
        }
        try (var reader = new RawReader(media, "known", "GET", PATH + "m", "Range: bytes=-3")) {
            assertThat(reader.head())
                    .startsWith("HTTP/1.1 206 ")
                    .containsIgnoringCase("content-length: 3\r\n");
            assertThat(reader.rest()).isEqualTo(3);
        }
    }

    @Test
    void the_browser_is_sent_to_the_store() {
        byte[] bytes = Blobs.random(1_000, 7);
        Blob blob = put("redirect", "m", "image/png", bytes, "Gr\u00f6\u00dfe.png");
        double calls = media.metric("reconverge.media.store");
        HttpHeaders headers = redirected(HttpMethod.GET, "redirect", "m");
        assertThat(headers.get("Cache-Control")).containsExactly("no-store");
        assertThat(headers.get("ETag")).containsExactly(blob.etag());
        assertThat(media.metric("reconverge.media.store")).isEqualTo(calls);
        EntityExchangeResult<byte[]> stored = follow(headers);
        assertThat(body(stored)).isEqualTo(bytes);
        assertThat(stored.getResponseHeaders().getFirst("Content-Type")).isEqualTo("image/png");
        assertThat(stored.getResponseHeaders().getContentDisposition().isInline()).isTrue();
        assertThat(stored.getResponseHeaders().getContentDisposition().getFilename())
                .isEqualTo("Gr\u00f6\u00dfe.png");
        redirected(HttpMethod.HEAD, "redirect", "m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "image/svg+xml", "video/x+xml", "no type"})
    void nothing_active_is_served_from_the_stores_origin(String type) {
        String id = type.replaceAll("[^a-z]", "-");
        put("active", id, type, Blobs.text("<script/>"), "a.html");
        EntityExchangeResult<byte[]> stored = follow(redirected(HttpMethod.GET, "active", id));
        HttpHeaders headers = stored.getResponseHeaders();
        assertThat(headers.getFirst("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(headers.getContentDisposition().isAttachment()).isTrue();
        assertThat(headers.getContentDisposition().getFilename()).isEqualTo("a.html");
    }

    @Test
    void a_link_is_for_one_object_and_no_more() {
        Blob one = put("link", "one", "image/png", Blobs.text("one"), null);
        Blob two = put("link", "two", "image/png", Blobs.text("two"), null);
        URI link = Objects.requireNonNull(redirected(HttpMethod.GET, "link", "one").getLocation());
        assertThat(link.getRawQuery()).contains("X-Amz-Expires=300");
        URI other = URI.create(link.toString().replace(one.key(), two.key()));
        assertThat(other).isNotEqualTo(link);
        plain().get().uri(other).exchange().expectStatus().isForbidden();
        URI html = URI.create(link.toString().replace("image%2Fpng", "text%2Fhtml"));
        assertThat(html).isNotEqualTo(link);
        plain().get().uri(html).exchange().expectStatus().isForbidden();
    }

    @Test
    void who_has_it_is_not_sent_anywhere_and_a_range_is_for_the_store() {
        Blob blob = known();
        media.as("known")
                .get()
                .uri(PATH + "m?redirect=true")
                .header("If-None-Match", blob.etag())
                .exchange()
                .expectStatus()
                .isNotModified();
        media.as("known")
                .get()
                .uri(PATH + "m?redirect=true")
                .header("Range", "bytes=999-")
                .exchange()
                .expectStatus()
                .isTemporaryRedirect();
        media.as("known").get().uri(PATH + "m?redirect=false").exchange().expectStatus().isOk();
        media.problem(
                ProblemType.NOT_FOUND, media.as("known").get().uri(PATH + "no?redirect=true"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redirect",
                "redirect=",
                "redirect=1",
                "redirect=TRUE",
                "redirect=true&redirect=true"
            })
    void redirect_is_true_or_false(String query) {
        media.problem(
                ProblemType.MALFORMED_REQUEST, media.as("known").get().uri(PATH + "m?" + query));
    }

    private HttpHeaders redirected(HttpMethod method, String user, String id) {
        return media.as(user)
                .method(method)
                .uri(PATH + id + "?redirect=true")
                .exchange()
                .expectStatus()
                .isTemporaryRedirect()
                .expectBody()
                .isEmpty()
                .getResponseHeaders();
    }

    private static EntityExchangeResult<byte[]> follow(HttpHeaders headers) {
        return plain().get()
                .uri(Objects.requireNonNull(headers.getLocation()))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult();
    }

    /// A client without a token.
    private static WebTestClient plain() {
        return WebTestClient.bindToServer().build();
    }

    /// The same for all tests that do not change it.
    private Blob known() {
        byte[] bytes = Blobs.text("0123456789");
        if (media.corner()
                        .number(
                                "select count(*) from entity where space_id = ?",
                                Corner.space("known"))
                == 0) {
            return put("known", "m", "text/plain", bytes, null);
        }
        return new Blob(Corner.space("known"), Blobs.sha256(bytes), "", bytes);
    }

    private Blob put(
            String user, String id, String contentType, byte[] bytes, @Nullable String name) {
        Blob blob = blobs.store(user, bytes);
        ObjectNode data = blobs.data(blob).put("contentType", contentType);
        if (name != null) {
            data.put("fileName", name);
        }
        blobs.refer(user, id, data);
        return blob;
    }

    private EntityExchangeResult<byte[]> get(
            String user, String id, int status, String... headers) {
        WebTestClient.RequestHeadersSpec<?> request = media.as(user).get().uri(PATH + id);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.exchange().expectStatus().isEqualTo(status).expectBody().returnResult();
    }

    private static byte[] body(EntityExchangeResult<byte[]> answer) {
        return Objects.requireNonNull(answer.getResponseBody());
    }

    private static byte[] bodyOrNone(EntityExchangeResult<byte[]> answer) {
        byte @Nullable [] body = answer.getResponseBody();
        return body == null ? new byte[0] : body;
    }
}
