package io.reconverge.media.tus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.media.Bytes;
import io.reconverge.media.Corner;
import io.reconverge.media.Media;
import io.reconverge.media.MediaServer;
import io.reconverge.media.RawRequest;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.ProblemType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;

@OnParts
class TusTest {

    private static final String UPLOADS = "/v1/spaces/me/media/uploads";
    private static final int MEBIBYTE = 1024 * 1024;

    private final Media media = Media.shared();
    private final Corner corner = media.corner();
    private final String user = "user-" + UUID.randomUUID();

    private WebTestClient.RequestBodySpec request(
            MediaServer server, HttpMethod method, String uri) {
        return server.as(user).method(method).uri(uri).header("Tus-Resumable", "1.0.0");
    }

    private WebTestClient.RequestBodySpec request(HttpMethod method, String uri) {
        return request(media, method, uri);
    }

    private static String metadata(Map<String, String> values) {
        return String.join(
                ",",
                values.entrySet().stream()
                        .map(value ->
                                value.getKey()
                                        + " "
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        value.getValue()
                                                                .getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    private String begin(MediaServer server, long length, Map<String, String> metadata) {
        WebTestClient.RequestBodySpec request =
                request(server, HttpMethod.POST, UPLOADS)
                        .header("Upload-Length", Long.toString(length));
        if (!metadata.isEmpty()) {
            request.header("Upload-Metadata", metadata(metadata));
        }
        return location(request.exchange());
    }

    private String begin(long length) {
        return begin(media, length, Map.of());
    }

    private static String location(WebTestClient.ResponseSpec answer) {
        return Objects.requireNonNull(
                        answer.expectStatus()
                                .isCreated()
                                .expectHeader()
                                .valueEquals("Tus-Resumable", "1.0.0")
                                .returnResult(Void.class)
                                .getResponseHeaders()
                                .getLocation())
                .toString();
    }

    private WebTestClient.RequestHeadersSpec<?> patch(String upload, long offset, byte[] bytes) {
        return request(HttpMethod.PATCH, upload)
                .header("Upload-Offset", Long.toString(offset))
                .header("Content-Type", "application/offset+octet-stream")
                .bodyValue(bytes);
    }

    private HttpHeaders sent(String upload, long offset, byte[] bytes) {
        HttpHeaders headers =
                patch(upload, offset, bytes)
                        .exchange()
                        .expectStatus()
                        .isNoContent()
                        .returnResult(Void.class)
                        .getResponseHeaders();
        assertThat(headers.getFirst("Tus-Resumable")).isEqualTo("1.0.0");
        assertThat(headers.getFirst("Upload-Offset"))
                .isEqualTo(Long.toString(offset + bytes.length));
        return headers;
    }

    private HttpHeaders head(String upload) {
        return request(HttpMethod.HEAD, upload)
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(Void.class)
                .getResponseHeaders();
    }

    private long offset(String upload) {
        return Long.parseLong(Objects.requireNonNull(head(upload).getFirst("Upload-Offset")));
    }

    private byte[] stored() {
        List<String> keys = corner.objects().keys(Corner.space(user) + "/");
        assertThat(keys).hasSize(1);
        return corner.objects().bytes(keys.getFirst());
    }

    @Nullable Object data(String member) {
        return corner.rows(
                        "select data ->> ? as value from entity where space_id = ? and type = 'media'",
                        member,
                        Corner.space(user))
                .getFirst()
                .get("value");
    }

    @Test
    void what_there_is_of_tus_is_told_without_naming_a_version() {
        for (String path : List.of(UPLOADS, UPLOADS + "/" + UUID.randomUUID())) {
            media.as(user)
                    .options()
                    .uri(path)
                    .exchange()
                    .expectStatus()
                    .isNoContent()
                    .expectHeader()
                    .valueEquals("Tus-Resumable", "1.0.0")
                    .expectHeader()
                    .valueEquals("Tus-Version", "1.0.0")
                    .expectHeader()
                    .valueEquals(
                            "Tus-Extension",
                            "creation,creation-with-upload,checksum,expiration,termination")
                    .expectHeader()
                    .valueEquals("Tus-Max-Size", Long.toString(5L * 1024 * MEBIBYTE))
                    .expectHeader()
                    .valueEquals("Tus-Checksum-Algorithm", "sha1,sha256");
        }
    }

    @Test
    void another_version_of_tus_is_refused_and_told_which_there_is() {
        for (HttpMethod method :
                List.of(HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.HEAD)) {
            String path = method == HttpMethod.POST ? UPLOADS : UPLOADS + "/" + UUID.randomUUID();
            media.as(user)
                    .method(method)
                    .uri(path)
                    .header("Tus-Resumable", "0.2.2")
                    .exchange()
                    .expectStatus()
                    .isEqualTo(412)
                    .expectHeader()
                    .valueEquals("Tus-Version", "1.0.0")
                    .expectHeader()
                    .valueEquals("Tus-Resumable", "1.0.0");
        }
        media.problem(
                ProblemType.UNSUPPORTED_TUS_VERSION,
                media.as(user).post().uri(UPLOADS).header("Upload-Length", "1"));
    }

    @Test
    void an_upload_goes_on_where_it_stopped_until_it_is_an_entity() {
        byte[] bytes = Bytes.random(1, 12 * MEBIBYTE);
        Map<String, String> metadata =
                Map.of(
                        "filename", "Die Flut.mp4",
                        "filetype", "video/mp4",
                        "mediaId", "film",
                        "attachedTo", "note/n-1",
                        "deviceId", "phone",
                        "modifiedAt", "1767200000000",
                        "changeId", UUID.randomUUID().toString(),
                        "sha256", Bytes.sha256(bytes),
                        "somethingElse", "kept");
        String upload = begin(media, bytes.length, metadata);

        HttpHeaders begun = head(upload);
        assertThat(begun.getFirst("Upload-Offset")).isEqualTo("0");
        assertThat(begun.getFirst("Upload-Length")).isEqualTo(Integer.toString(bytes.length));
        assertThat(begun.getFirst("Upload-Metadata")).contains("somethingElse " + b64("kept"));
        assertThat(begun.getFirst("Cache-Control")).contains("no-store");
        assertThat(begun.containsHeader("Entity-Version")).isFalse();
        assertThat(
                        ZonedDateTime.parse(
                                Objects.requireNonNull(begun.getFirst("Upload-Expires")),
                                DateTimeFormatter.RFC_1123_DATE_TIME))
                .isAfter(ZonedDateTime.now().plusHours(23));

        int[] cuts = {0, 1, 3 * MEBIBYTE, 4 * MEBIBYTE, 11 * MEBIBYTE, bytes.length};
        HttpHeaders last = HttpHeaders.EMPTY;
        for (int i = 1; i < cuts.length; i++) {
            last = sent(upload, cuts[i - 1], Arrays.copyOfRange(bytes, cuts[i - 1], cuts[i]));
            assertThat(offset(upload)).isEqualTo(cuts[i]);
        }

        assertThat(last.getFirst("Content-Location")).isEqualTo("/v1/spaces/me/media/film");
        assertThat(last.getFirst("Entity-Version")).isEqualTo("1");
        assertThat(last.getFirst("Change-Id")).isEqualTo(metadata.get("changeId"));
        HttpHeaders after = head(upload);
        assertThat(after.getFirst("Upload-Offset")).isEqualTo(Integer.toString(bytes.length));
        assertThat(after.getFirst("Entity-Version")).isEqualTo("1");
        assertThat(stored()).isEqualTo(bytes);
        assertThat(data("sha256")).isEqualTo(Bytes.sha256(bytes));
        assertThat(data("fileName")).isEqualTo("Die Flut.mp4");
        assertThat(data("contentType")).isEqualTo("video/mp4");
        assertThat(
                        corner.rows(
                                        "select device_id, modified_at, updated_by from entity where space_id = ?",
                                        Corner.space(user))
                                .getFirst()
                                .values())
                .containsExactly("phone", 1_767_200_000_000L, user);
        // what comes again at the end changes nothing
        sent(upload, bytes.length, new byte[0]);
        assertThat(corner.number("select count(*) from log where space_id = ?", Corner.space(user)))
                .isEqualTo(1);
    }

    private static String b64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5 * MEBIBYTE, 6 * MEBIBYTE})
    void the_first_bytes_may_come_with_the_beginning_and_be_all(int size) {
        byte[] bytes = Bytes.random(2, size);
        WebTestClient.ResponseSpec answer =
                request(HttpMethod.POST, UPLOADS)
                        .header("Upload-Length", Integer.toString(size))
                        .header("Content-Type", "application/offset+octet-stream")
                        .bodyValue(bytes)
                        .exchange();
        HttpHeaders headers = answer.returnResult(Void.class).getResponseHeaders();
        assertThat(location(answer)).startsWith(UPLOADS);
        assertThat(headers.getFirst("Upload-Offset")).isEqualTo(Integer.toString(size));
        assertThat(headers.getFirst("Entity-Version")).isEqualTo("1");
        assertThat(stored()).isEqualTo(bytes);
    }

    @Test
    void a_beginning_without_bytes_may_be_of_unknown_length_or_of_none() {
        for (WebTestClient.RequestHeadersSpec<?> beginning :
                List.of(
                        request(HttpMethod.POST, UPLOADS).header("Upload-Length", "3"),
                        request(HttpMethod.POST, UPLOADS)
                                .header("Upload-Length", "3")
                                .body(Flux.empty(), byte[].class))) {
            String upload = location(beginning.exchange());
            assertThat(offset(upload)).isZero();
        }
        media.problem(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                request(HttpMethod.POST, UPLOADS)
                        .header("Upload-Length", "3")
                        .bodyValue(new byte[1]));
    }

    @Test
    void bytes_of_a_type_that_cannot_be_read_are_the_senders_fault() throws IOException {
        String path = URI.create(begin(5)).getPath();
        try (RawRequest request =
                RawRequest.open(
                        media.port(),
                        "PATCH",
                        path,
                        media.token(user),
                        "Tus-Resumable: 1.0.0",
                        "Upload-Offset: 0",
                        "Content-Length: 5",
                        "Content-Type: -1")) {
            assertThat(request.send(new byte[5]).answer().status()).isEqualTo(400);
        }
        assertThat(offset(path)).isZero();
    }

    @Test
    void first_bytes_that_are_not_all_are_gone_on_from() {
        byte[] bytes = Bytes.random(3, 7 * MEBIBYTE);
        String upload =
                location(
                        request(HttpMethod.POST, UPLOADS)
                                .header("Upload-Length", Integer.toString(bytes.length))
                                .header("Content-Type", "application/offset+octet-stream")
                                .bodyValue(Arrays.copyOf(bytes, 1000))
                                .exchange());
        assertThat(offset(upload)).isEqualTo(1000);
        sent(upload, 1000, Arrays.copyOfRange(bytes, 1000, bytes.length));
        assertThat(stored()).isEqualTo(bytes);
    }

    @Test
    void another_offset_than_the_uploads_is_refused_and_changes_nothing() {
        String upload = begin(10);
        sent(upload, 0, new byte[4]);
        for (long wrong : new long[] {0, 3, 5, 10, 1_000_000_000_000L}) {
            media.problem(ProblemType.UPLOAD_OFFSET_MISMATCH, patch(upload, wrong, new byte[1]));
        }
        assertThat(offset(upload)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "Upload-Offset, -1",
        "Upload-Offset, x",
        "Upload-Offset, 99999999999999999999",
        "Upload-Checksum, md5 AAAA",
        "Upload-Checksum, sha1",
        "Upload-Checksum, sha1 *",
    })
    void headers_that_make_no_sense_are_refused(String name, String value) {
        String upload = begin(10);
        WebTestClient.RequestBodySpec request =
                request(HttpMethod.PATCH, upload)
                        .header("Content-Type", "application/offset+octet-stream")
                        .header(name, value);
        if (!name.equals("Upload-Offset")) {
            request.header("Upload-Offset", "0");
        }
        media.problem(ProblemType.MALFORMED_REQUEST, request.bodyValue(new byte[1]));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Upload-Length |",
                "Upload-Length | -1",
                "Upload-Length | 1.5",
                "Upload-Defer-Length | 1",
                "Upload-Metadata | filename *",
                "Upload-Metadata | a YQ==,a YQ==",
                "Upload-Metadata | a b c",
                "Upload-Metadata | ,",
                "Upload-Metadata | filename Li4vLi4vZXRjL3Bhc3N3ZA==",
                "Upload-Metadata | filetype bm90IGEgdHlwZQ==",
                "Upload-Metadata | changeId eA==",
                "Upload-Metadata | mediaId dXBsb2Fkcw==",
                "Upload-Metadata | sha256 eA==",
            })
    void a_beginning_that_makes_no_sense_is_refused(String name, @Nullable String value) {
        WebTestClient.RequestBodySpec request = request(HttpMethod.POST, UPLOADS);
        if (!name.equals("Upload-Length")) {
            request.header("Upload-Length", "10");
        }
        media.problem(
                ProblemType.MALFORMED_REQUEST, request.header(name, value == null ? "" : value));
        assertThat(
                        corner.number(
                                "select count(*) from upload where space_id = ?",
                                Corner.space(user)))
                .isZero();
    }

    @Test
    void a_long_name_is_refused_however_long() {
        for (int length : new int[] {256, 10_000}) {
            media.problem(
                    ProblemType.MALFORMED_REQUEST,
                    request(HttpMethod.POST, UPLOADS)
                            .header("Upload-Length", "1")
                            .header(
                                    "Upload-Metadata",
                                    metadata(Map.of("filename", "x".repeat(length)))));
        }
    }

    @Test
    void more_than_there_may_be_is_refused_at_the_beginning() {
        media.problem(
                ProblemType.TOO_LARGE,
                request(HttpMethod.POST, UPLOADS)
                        .header("Upload-Length", Long.toString(5L * 1024 * MEBIBYTE + 1)));
        String upload = begin(4);
        media.problem(ProblemType.TOO_LARGE, patch(upload, 0, new byte[5]));
        assertThat(offset(upload)).isZero();
    }

    @Test
    void bytes_must_say_that_they_are_bytes() {
        String upload = begin(4);
        media.problem(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                request(HttpMethod.PATCH, upload)
                        .header("Upload-Offset", "0")
                        .header("Content-Type", "application/octet-stream")
                        .bodyValue(new byte[4]));
    }

    @ParameterizedTest
    @CsvSource({"sha1, SHA-1", "sha256, SHA-256"})
    void with_a_checksum_all_bytes_of_a_request_count_or_none(String name, String algorithm) {
        byte[] bytes = Bytes.random(4, 13 * MEBIBYTE);
        String upload = begin(bytes.length);
        sent(upload, 0, Arrays.copyOf(bytes, 1000));
        byte[] rest = Arrays.copyOfRange(bytes, 1000, bytes.length);
        byte[] broken = rest.clone();
        broken[rest.length / 2] ^= 1;
        String checksum =
                name + " " + Base64.getEncoder().encodeToString(Bytes.hash(algorithm, rest));

        media.problem(
                ProblemType.CHECKSUM_MISMATCH,
                request(HttpMethod.PATCH, upload)
                        .header("Upload-Offset", "1000")
                        .header("Content-Type", "application/offset+octet-stream")
                        .header("Upload-Checksum", checksum)
                        .bodyValue(broken));
        assertThat(offset(upload)).isEqualTo(1000);

        request(HttpMethod.PATCH, upload)
                .header("Upload-Offset", "1000")
                .header("Content-Type", "application/offset+octet-stream")
                .header("Upload-Checksum", checksum)
                .bodyValue(rest)
                .exchange()
                .expectStatus()
                .isNoContent();
        assertThat(stored()).isEqualTo(bytes);
    }

    @Test
    void a_whole_that_is_not_what_was_promised_is_gone() {
        String upload = begin(media, 3, Map.of("sha256", Bytes.sha256(new byte[1])));
        media.problem(ProblemType.DIGEST_MISMATCH, patch(upload, 0, new byte[3]));
        request(HttpMethod.HEAD, upload).exchange().expectStatus().isNotFound();
        assertThat(
                        corner.number(
                                "select count(*) from blob where space_id = ?", Corner.space(user)))
                .isZero();
    }

    @Test
    void an_upload_whose_parts_the_store_dropped_is_gone_and_says_so() {
        String upload = begin(12 * MEBIBYTE);
        sent(upload, 0, new byte[6 * MEBIBYTE]);
        corner.change(
                "update upload set multipart_id = 'no-such-id' where space_id = ?",
                Corner.space(user));
        media.problem(
                ProblemType.UPLOAD_EXPIRED, patch(upload, 6 * MEBIBYTE, new byte[6 * MEBIBYTE]));
        request(HttpMethod.HEAD, upload).exchange().expectStatus().isNotFound();
    }

    @Test
    void an_upload_that_is_given_up_is_gone() {
        String upload = begin(12 * MEBIBYTE);
        sent(upload, 0, new byte[6 * MEBIBYTE]);
        request(HttpMethod.DELETE, upload).exchange().expectStatus().isNoContent();
        request(HttpMethod.HEAD, upload).exchange().expectStatus().isNotFound();
        media.problem(ProblemType.NOT_FOUND, patch(upload, 6 * MEBIBYTE, new byte[1]));
        media.problem(ProblemType.NOT_FOUND, request(HttpMethod.DELETE, upload));
        assertThat(
                        corner.number(
                                "select reserved from media_usage where space_id = ?",
                                Corner.space(user)))
                .isZero();
        assertThat(
                        corner.number(
                                "select count(*) from garbage where space_id = ?",
                                Corner.space(user)))
                .isEqualTo(1);
    }

    @Test
    void giving_up_an_upload_that_is_complete_leaves_its_entity() {
        String upload = begin(3);
        sent(upload, 0, new byte[3]);
        request(HttpMethod.DELETE, upload).exchange().expectStatus().isNoContent();
        request(HttpMethod.HEAD, upload).exchange().expectStatus().isNotFound();
        assertThat(stored()).hasSize(3);
        assertThat(data("size")).isEqualTo("3");
    }

    @Test
    void an_upload_is_its_beginners_and_its_spaces() {
        String upload = begin(3);
        media.as("another-" + user)
                .head()
                .uri(upload)
                .header("Tus-Resumable", "1.0.0")
                .exchange()
                .expectStatus()
                .isNotFound();
        String theirs = upload.replace("/me/", "/" + Corner.space(user) + "/");
        media.problem(
                ProblemType.NOT_A_MEMBER,
                media.as("another-" + user).delete().uri(theirs).header("Tus-Resumable", "1.0.0"));
        request(HttpMethod.HEAD, theirs).exchange().expectStatus().isOk();
        for (String nothing :
                List.of(UUID.randomUUID().toString(), "x", "..", "1-1-1-1-1", "%00")) {
            HttpHeaders headers =
                    media.as(user)
                            .head()
                            .uri(uri -> java.net.URI.create(media.url() + UPLOADS + "/" + nothing))
                            .header("Tus-Resumable", "1.0.0")
                            .exchange()
                            .expectStatus()
                            .is4xxClientError()
                            .returnResult(Void.class)
                            .getResponseHeaders();
            assertThat(headers.getFirst("X-Request-Id")).isNotNull();
        }
    }

    @Test
    void who_cannot_send_a_method_may_name_it() {
        String upload = begin(3);
        request(HttpMethod.POST, upload)
                .header("X-HTTP-Method-Override", "PATCH")
                .header("Upload-Offset", "0")
                .header("Content-Type", "application/offset+octet-stream")
                .bodyValue(new byte[2])
                .exchange()
                .expectStatus()
                .isNoContent()
                .expectHeader()
                .valueEquals("Upload-Offset", "2");
        request(HttpMethod.POST, upload)
                .header("X-HTTP-Method-Override", "HEAD")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Upload-Offset", "2");
        media.problem(
                ProblemType.METHOD_NOT_ALLOWED,
                request(HttpMethod.POST, upload).header("X-HTTP-Method-Override", "PUT"));
        media.problem(ProblemType.METHOD_NOT_ALLOWED, request(HttpMethod.POST, upload));
        request(HttpMethod.POST, upload)
                .header("X-HTTP-Method-Override", "DELETE")
                .exchange()
                .expectStatus()
                .isNoContent();
    }

    @Test
    void an_upload_that_nothing_came_for_expires() {
        try (Media brief = Media.start(corner, "reconverge.media.upload.lifetime=1s")) {
            String upload = begin(brief, 10, Map.of());
            await().untilAsserted(() ->
                    request(brief, HttpMethod.HEAD, upload)
                            .exchange()
                            .expectStatus()
                            .isEqualTo(410));
            brief.problem(
                    ProblemType.UPLOAD_EXPIRED,
                    request(brief, HttpMethod.PATCH, upload)
                            .header("Upload-Offset", "0")
                            .header("Content-Type", "application/offset+octet-stream")
                            .bodyValue(new byte[1]));
            // also when the sweep has been here
            corner.change("delete from upload where space_id = ?", Corner.space(user));
            brief.problem(ProblemType.UPLOAD_EXPIRED, request(brief, HttpMethod.DELETE, upload));
        }
    }

    @Test
    void room_is_set_aside_when_an_upload_begins() {
        try (Media narrow = Media.start(corner, "reconverge.media.upload.quota=10MB")) {
            begin(narrow, 6 * MEBIBYTE, Map.of());
            narrow.problem(
                    ProblemType.QUOTA_EXCEEDED,
                    request(narrow, HttpMethod.POST, UPLOADS)
                            .header("Upload-Length", Integer.toString(6 * MEBIBYTE)));
        }
    }
}
