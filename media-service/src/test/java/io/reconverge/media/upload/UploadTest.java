package io.reconverge.media.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.media.Bytes;
import io.reconverge.media.Corner;
import io.reconverge.media.Media;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

@OnParts
class UploadTest {

    private static final String PATH = "/v1/spaces/me/media";
    private static final int MEBIBYTE = 1024 * 1024;

    private final Media media = Media.shared();
    private final Corner corner = media.corner();
    private final String user = "user-" + UUID.randomUUID();

    private WebTestClient.RequestBodySpec post(String uri, Object... variables) {
        return media.as(user).post().uri(uri, variables);
    }

    private EntityExchangeResult<byte[]> created(WebTestClient.RequestHeadersSpec<?> request) {
        return request.exchange().expectStatus().isCreated().expectBody().returnResult();
    }

    private static Entity entity(EntityExchangeResult<byte[]> answer) {
        return WireJson.MAPPER.readValue(
                Objects.requireNonNull(answer.getResponseBody()), Entity.class);
    }

    private static JsonNode data(EntityExchangeResult<byte[]> answer) {
        return Objects.requireNonNull(entity(answer).data()).tree();
    }

    private List<String> objects() {
        return corner.objects().keys(Corner.space(user) + "/");
    }

    private long rows(String table) {
        return corner.number(
                "select count(*) from " + table + " where space_id = ?", Corner.space(user));
    }

    /// Nothing is left of what was begun, but what is to be cleaned up.
    private void assertNothingKept() {
        await().untilAsserted(() -> {
            assertThat(rows("upload")).isZero();
            assertThat(rows("blob")).isZero();
            assertThat(rows("entity")).isZero();
            assertThat(
                            corner.rows(
                                    "select * from media_usage where space_id = ? and (stored, reserved) <> (0, 0)",
                                    Corner.space(user)))
                    .isEmpty();
        });
    }

    @Test
    void the_answer_is_the_entity_and_says_where_its_bytes_are() {
        UUID changeId = UUID.randomUUID();
        EntityExchangeResult<byte[]> answer =
                created(
                        post(
                                        PATH + "?fileName={name}&mediaId=m-1&attachedTo={to}",
                                        "Ebbe & Flut.txt",
                                        "note/n/1")
                                .contentType(MediaType.parseMediaType("text/plain;charset=utf-8"))
                                .header("Change-Id", changeId.toString())
                                .header("Device-Id", "phone")
                                .header("Modified-At", "1767200000000")
                                .bodyValue("high at six"));

        HttpHeaders headers = answer.getResponseHeaders();
        assertThat(headers.getLocation()).hasToString("/v1/spaces/me/media/m-1");
        assertThat(headers.getFirst("Change-Id")).isEqualTo(changeId.toString());
        String sha256 = Bytes.sha256("high at six".getBytes(StandardCharsets.UTF_8));
        assertThat(headers.getETag()).isEqualTo("\"" + sha256 + "\"");
        Entity entity = entity(answer);
        assertThat(headers.getFirst("Entity-Version")).isEqualTo(Long.toString(entity.version()));
        assertThat(entity.type()).isEqualTo("media");
        assertThat(entity.id()).isEqualTo("m-1");
        assertThat(entity.modifiedAt()).isEqualTo(1_767_200_000_000L);
        assertThat(entity.updatedBy()).isEqualTo(user);
        assertThat(entity.deviceId()).isEqualTo("phone");
        assertThat(Objects.requireNonNull(entity.data()).tree())
                .isEqualTo(
                        WireJson.MAPPER.readTree(
                                """
                                {"fileName": "Ebbe & Flut.txt", "contentType": "text/plain;charset=utf-8",
                                 "size": 11, "sha256": "%s", "attachedTo": {"type": "note", "id": "n/1"}}
                                """
                                        .formatted(sha256)));
        assertThat(objects()).hasSize(1);
        assertThat(corner.objects().bytes(objects().getFirst()))
                .asString()
                .isEqualTo("high at six");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                5 * MEBIBYTE - 1,
                5 * MEBIBYTE,
                5 * MEBIBYTE + 1,
                10 * MEBIBYTE,
                10 * MEBIBYTE + 1
            })
    void bytes_of_any_number_come_back_whole(int size) {
        byte[] bytes = Bytes.random(size, size);
        JsonNode data = data(created(post(PATH).bodyValue(bytes)));

        assertThat(data.get("size").intValue()).isEqualTo(size);
        assertThat(data.get("sha256").asString()).isEqualTo(Bytes.sha256(bytes));
        assertThat(data.get("contentType").asString()).isEqualTo("application/octet-stream");
        assertThat(objects()).hasSize(1);
        assertThat(corner.objects().bytes(objects().getFirst())).isEqualTo(bytes);
        assertThat(corner.objects().multiparts(Corner.space(user) + "/")).isEmpty();
        assertThat(rows("upload")).isZero();
        assertThat(rows("garbage")).isZero();
    }

    @Test
    void the_same_bytes_are_stored_once_in_a_space_and_in_each_space() {
        byte[] bytes = Bytes.random(1, 6 * MEBIBYTE);
        created(post(PATH + "?mediaId=one").bodyValue(bytes));
        created(post(PATH + "?mediaId=two").bodyValue(bytes));
        assertThat(rows("blob")).isEqualTo(1);
        assertThat(rows("entity")).isEqualTo(2);
        // the second copy is to be cleaned up
        assertThat(rows("garbage")).isEqualTo(1);
        assertThat(
                        corner.number(
                                "select stored from media_usage where space_id = ?",
                                Corner.space(user)))
                .isEqualTo(bytes.length);

        String other = "other-" + user;
        media.as(other).post().uri(PATH).bodyValue(bytes).exchange().expectStatus().isCreated();
        assertThat(corner.number("select count(*) from blob where sha256 = ?", Bytes.sha256(bytes)))
                .isEqualTo(2);
    }

    @Test
    void the_same_change_sent_again_is_one_change() {
        UUID changeId = UUID.randomUUID();
        Entity first =
                entity(
                        created(
                                post(PATH)
                                        .header("Change-Id", changeId.toString())
                                        .bodyValue("tide")));
        Entity again =
                entity(
                        created(
                                post(PATH)
                                        .header("Change-Id", changeId.toString())
                                        .bodyValue("tide")));
        assertThat(again).isEqualTo(first);
        assertThat(rows("log")).isEqualTo(1);
        media.problem(
                ProblemType.CHANGE_ID_REUSED,
                post(PATH).header("Change-Id", changeId.toString()).bodyValue("ebb"));
    }

    @Test
    void a_form_has_its_fields_and_then_a_file() {
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("mediaId", "m-form");
        form.part("attachedTo", "note/n-1");
        byte[] bytes = Bytes.random(3, 6 * MEBIBYTE);
        form.part("file", new ByteArrayResource(bytes), MediaType.IMAGE_PNG).filename("Pier ä.png");
        JsonNode data = data(created(post(PATH).bodyValue(form.build())));
        assertThat(data.get("fileName").asString()).isEqualTo("Pier ä.png");
        assertThat(data.get("contentType").asString()).isEqualTo("image/png");
        assertThat(data.get("sha256").asString()).isEqualTo(Bytes.sha256(bytes));
        assertThat(data.at("/attachedTo/id").asString()).isEqualTo("n-1");
        assertThat(corner.objects().bytes(objects().getFirst())).isEqualTo(bytes);
    }

    @Test
    void a_form_with_anything_else_is_refused_and_nothing_is_kept() {
        for (String broken :
                List.of(
                        "field:colour=red|file",
                        "field:mediaId=a|field:mediaId=b|file",
                        "file|file",
                        "file|field:mediaId=late",
                        "field:mediaId=alone",
                        "other")) {
            MultipartBodyBuilder form = new MultipartBodyBuilder();
            for (String part : broken.split("\\|")) {
                switch (part) {
                    case "file", "other" ->
                            form.part(part, new ByteArrayResource(new byte[10])).filename("x");
                    default -> {
                        String[] field = part.substring(6).split("=");
                        form.part(field[0], field[1]);
                    }
                }
            }
            media.problem(ProblemType.MALFORMED_REQUEST, post(PATH).bodyValue(form.build()));
        }
        assertNothingKept();
    }

    @Test
    void the_digest_of_a_form_stands_in_the_part_of_its_file() {
        byte[] bytes = Bytes.random(5, 1000);
        for (String name : List.of("Content-Digest", "Repr-Digest")) {
            media.problem(
                    ProblemType.DIGEST_MISMATCH,
                    post(PATH).bodyValue(formWith(bytes, name, Bytes.digest(new byte[1]))));
            media.problem(
                    ProblemType.MALFORMED_REQUEST,
                    post(PATH)
                            .header(name, Bytes.digest(bytes))
                            .bodyValue(formWith(bytes, name, Bytes.digest(bytes))));
        }
        assertNothingKept();
        created(post(PATH).bodyValue(formWith(bytes, "Content-Digest", Bytes.digest(bytes))));
    }

    private static MultiValueMap<String, HttpEntity<?>> formWith(
            byte[] bytes, String header, String value) {
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("file", new ByteArrayResource(bytes)).filename("x").header(header, value);
        return form.build();
    }

    @Test
    void a_digest_that_is_kept_is_kept_and_one_that_lies_leaves_nothing() {
        byte[] bytes = Bytes.random(4, 6 * MEBIBYTE);
        media.problem(
                ProblemType.DIGEST_MISMATCH,
                post(PATH).header("Repr-Digest", Bytes.digest(new byte[1])).bodyValue(bytes));
        media.problem(
                ProblemType.DIGEST_MISMATCH,
                post(PATH).header("Content-Digest", Bytes.digest(new byte[1])).bodyValue(bytes));
        assertNothingKept();
        created(
                post(PATH)
                        .header("Content-Digest", "md5=:AAAA:, " + Bytes.digest(bytes))
                        .header("Repr-Digest", Bytes.digest(bytes))
                        .bodyValue(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha-256=:AAAA:", "sha-256", "sha-256=abc", "=", "sha-256=:*:", "\"x"})
    void a_digest_that_cannot_be_read_is_refused(String digest) {
        media.problem(
                ProblemType.MALFORMED_REQUEST,
                post(PATH).header("Content-Digest", digest).bodyValue("x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "/etc/passwd",
                "..\\windows",
                "a\r\nSet-Cookie: x=y",
                "a\u0000b",
                "\u0085",
                ""
            })
    void a_file_name_that_is_a_path_or_holds_controls_is_refused(String name) {
        media.problem(
                ProblemType.MALFORMED_REQUEST,
                post(PATH + "?fileName={name}", name).bodyValue("x"));
        assertNothingKept();
    }

    @Test
    void a_file_name_may_have_255_characters_and_any_script() {
        media.problem(
                ProblemType.MALFORMED_REQUEST,
                post(PATH + "?fileName={name}", "x".repeat(10_000)).bodyValue("x"));
        media.problem(
                ProblemType.MALFORMED_REQUEST,
                post(PATH + "?fileName={name}", "x".repeat(256)).bodyValue("x"));
        String longest = "潮汐\"; filename=\"evil.exe 🌊" + "x".repeat(225);
        JsonNode data = data(created(post(PATH + "?fileName={name}", longest).bodyValue("x")));
        assertThat(data.get("fileName").asString()).isEqualTo(longest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mediaId=",
                "mediaId=uploads",
                "mediaId=%00",
                "mediaId=a&mediaId=b",
                "attachedTo=",
                "attachedTo=note",
                "attachedTo=/x",
                "attachedTo=note/",
                "attachedTo=Note/1",
                "attachedTo=note/%00"
            })
    void what_names_no_entity_is_refused(String query) {
        byte[] body =
                media.as(user)
                        .post()
                        .uri(uri -> java.net.URI.create(media.url() + PATH + "?" + query))
                        .bodyValue("x")
                        .exchange()
                        .expectStatus()
                        .isBadRequest()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        assertThat(WireJson.MAPPER.readValue(Objects.requireNonNull(body), Problem.class).type())
                .isEqualTo(ProblemType.MALFORMED_REQUEST.urn());
        assertNothingKept();
    }

    @Test
    void bytes_under_an_encoding_are_refused() {
        media.problem(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                post(PATH).header("Content-Encoding", "gzip").bodyValue("x"));
    }

    @Test
    void more_than_the_limit_is_refused_at_once_or_at_the_byte_that_passes_it() {
        try (Media small = Media.start(corner, "reconverge.media.upload.plain-max=6MB")) {
            byte[] bytes = Bytes.random(5, 6 * MEBIBYTE + 1);
            small.problem(ProblemType.TOO_LARGE, small.as(user).post().uri(PATH).bodyValue(bytes));
            small.problem(
                    ProblemType.TOO_LARGE,
                    small.as(user)
                            .post()
                            .uri(PATH)
                            .body(Flux.just(bytes, new byte[0]), byte[].class));
            assertNothingKept();
            small.as(user)
                    .post()
                    .uri(PATH)
                    .bodyValue(Bytes.random(5, 6 * MEBIBYTE))
                    .exchange()
                    .expectStatus()
                    .isCreated();
        }
    }

    @Test
    void a_quota_is_for_all_of_a_spaces_media() {
        try (Media tight = Media.start(corner, "reconverge.media.upload.quota=10MB")) {
            byte[] bytes = Bytes.random(6, 6 * MEBIBYTE);
            tight.as(user).post().uri(PATH).bodyValue(bytes).exchange().expectStatus().isCreated();
            for (WebTestClient.RequestHeadersSpec<?> another :
                    List.of(
                            tight.as(user)
                                    .post()
                                    .uri(PATH)
                                    .bodyValue(Bytes.random(7, 6 * MEBIBYTE)),
                            tight.as(user)
                                    .post()
                                    .uri(PATH)
                                    .body(
                                            Flux.just(Bytes.random(8, 6 * MEBIBYTE), new byte[0]),
                                            byte[].class))) {
                tight.problem(ProblemType.QUOTA_EXCEEDED, another);
            }
            await().untilAsserted(() -> {
                assertThat(rows("upload")).isZero();
                assertThat(rows("blob")).isEqualTo(1);
            });
            assertThat(
                            corner.rows(
                                    "select stored, reserved from media_usage where space_id = ?",
                                    Corner.space(user)))
                    .first()
                    .satisfies(usage -> {
                        assertThat(usage.get("stored")).isEqualTo((long) bytes.length);
                        assertThat(usage.get("reserved")).isEqualTo(0L);
                    });
            tight.as(user)
                    .post()
                    .uri(PATH)
                    .bodyValue(Bytes.random(9, 3 * MEBIBYTE))
                    .exchange()
                    .expectStatus()
                    .isCreated();
        }
    }

    @Test
    void a_strangers_space_takes_nothing() {
        media.problem(
                ProblemType.NOT_A_MEMBER,
                post("/v1/spaces/" + Corner.space("somebody") + "/media").bodyValue("x"));
        media.anyone().post().uri(PATH).bodyValue("x").exchange().expectStatus().isUnauthorized();
    }

    @Test
    void a_body_that_ends_before_its_length_leaves_nothing() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", media.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    """
                    POST %s HTTP/1.1\r
                    Host: media\r
                    Authorization: Bearer %s\r
                    Content-Length: 20000000\r
                    \r
                    """
                            .formatted(PATH, media.token(user))
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[6 * MEBIBYTE]);
            out.flush();
            await().until(() -> rows("upload_part") == 1);
        }
        assertNothingKept();
        assertThat(rows("garbage")).isEqualTo(1);
    }

    @Test
    void an_entity_that_is_not_decided_in_time_is_pending_and_comes() {
        try (Corner slow = Corner.open();
                Media server = Media.start(slow)) {
            slow.stopWorker();
            String receipt =
                    Objects.requireNonNull(
                                    server.as(user)
                                            .post()
                                            .uri(PATH + "?mediaId=later")
                                            .header("Prefer", "wait=1")
                                            .bodyValue("x")
                                            .exchange()
                                            .expectStatus()
                                            .isAccepted()
                                            .expectHeader()
                                            .valueEquals("Preference-Applied", "wait=1")
                                            .returnResult(Void.class)
                                            .getResponseHeaders()
                                            .getLocation())
                            .toString();
            assertThat(receipt).startsWith("/v1/spaces/me/receipts?changeId=");
            slow.startWorker();
            await().until(() -> slow.number("select count(*) from entity where id = 'later'") == 1);
            await().until(() -> slow.number("select count(*) from upload") == 0);
            assertThat(slow.number("select count(*) from log")).isEqualTo(1);
        }
    }
}
