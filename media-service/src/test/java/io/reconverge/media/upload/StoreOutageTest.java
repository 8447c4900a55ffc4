package io.reconverge.media.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.media.Bytes;
import io.reconverge.media.Corner;
import io.reconverge.media.Media;
import io.reconverge.media.RawRequest;
import io.reconverge.media.TcpProxy;
import io.reconverge.parts.Isolation;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Uploads while the store, Postgres or Kafka fails, and after it.
@OnParts
class StoreOutageTest {

    private static final String MEDIA = "/v1/spaces/me/media";
    private static final int MEBIBYTE = 1024 * 1024;

    /// Of the store, and some for the rest.
    private static final Duration BOUND = Duration.ofSeconds(4 + 6);

    private static Corner corner;
    private static TcpProxy store;
    private static TcpProxy database;
    private static Media media;

    private final String user = "outage-" + UUID.randomUUID();
    private final String token = Parts.shared().tokens().of(user);

    @BeforeAll
    static void start() {
        corner = Corner.open();
        Isolation isolation = corner.isolation();
        store = TcpProxy.to(isolation.parts().objectStore().endpoint().getPort());
        database = TcpProxy.to(isolation.parts().database().port());
        media =
                Media.start(
                        corner,
                        "reconverge.media.s3.endpoint=http://127.0.0.1:" + store.port(),
                        "reconverge.media.s3.patience=4s",
                        "reconverge.media.upload.lease=2s",
                        "spring.r2dbc.url=r2dbc:postgresql://127.0.0.1:%d/%s?schema=%s"
                                .formatted(
                                        database.port(),
                                        isolation.parts().database().name(),
                                        isolation.schema()));
    }

    @AfterAll
    static void end() {
        media.close();
        corner.close();
        store.close();
        database.close();
    }

    @AfterEach
    void all_is_well_again() {
        store.loseAnswers(0);
        store.pass();
        database.pass();
        Parts.shared().broker().start();
        await().atMost(Duration.ofSeconds(60)).until(() -> media.healthy("readiness"));
    }

    // ---- the store

    @Test
    void without_its_store_an_upload_is_refused_and_nothing_is_kept() throws IOException {
        store.refuse();
        for (int size : List.of(1, 6 * MEBIBYTE, 11 * MEBIBYTE)) {
            assertUnavailable(post(Bytes.random(1, size)));
        }
        assertThat(rows("upload")).isZero();
        assertThat(rows("blob")).isZero();
        assertThat(usage()).isZero();
        store.pass();
        assertThat(post(Bytes.random(1, 6 * MEBIBYTE)).status()).isEqualTo(201);
    }

    @Test
    void a_store_that_never_answers_is_waited_for_no_longer_than_it_may_take() throws IOException {
        store.stall();
        assertUnavailable(post(Bytes.random(2, 1000)));
        assertUnavailable(post(Bytes.random(2, 6 * MEBIBYTE)));
        assertThat(rows("upload")).isZero();
        assertThat(usage()).isZero();
    }

    @Test
    void the_service_stays_ready_and_tells_that_its_store_is_down() {
        store.refuse();
        assertThat(media.healthy("readiness")).isTrue();
        assertThat(media.healthy("storage")).isFalse();
        store.pass();
        await().until(() -> media.healthy("storage"));
        store.stall();
        assertThat(media.healthy("readiness")).isTrue();
        assertThat(media.healthy("storage")).isFalse();
    }

    @Test
    void what_a_resumable_upload_sent_while_the_store_was_down_is_kept() throws IOException {
        byte[] bytes = Bytes.random(3, 17 * MEBIBYTE);
        String path = begin(bytes.length);
        int first = 7 * MEBIBYTE;
        assertThat(patch(path, bytes, 0, first).status()).isEqualTo(204);
        store.refuse();
        assertUnavailable(patch(path, bytes, first, 6 * MEBIBYTE));
        long offset = offset(path);
        assertThat(offset).isBetween(first + 5L * MEBIBYTE - MEBIBYTE * 2, first + 6L * MEBIBYTE);
        store.pass();
        int from = (int) offset;
        assertThat(patch(path, bytes, from, bytes.length - from).status()).isEqualTo(204);
        assertEntity(path, bytes);
    }

    @Test
    void an_upload_whose_last_bytes_met_an_outage_ends_by_itself() throws IOException {
        for (int size : List.of(1000, 6 * MEBIBYTE, 11 * MEBIBYTE)) {
            byte[] bytes = Bytes.random(size, size);
            store.pass();
            String path = begin(size);
            assertThat(patch(path, bytes, 0, size - 500).status()).isEqualTo(204);
            store.refuse();
            assertUnavailable(patch(path, bytes, size - 500, 500));
            assertThat(offset(path)).isEqualTo(size);
        }
        store.pass();
        // as though the time until the next try were over
        await().atMost(Duration.ofSeconds(60))
                .until(() -> {
                    corner.change("update upload set held_until = 0 where holder is null");
                    return rows("upload where decided_at is not null") == 3;
                });
        assertThat(rows("entity")).isEqualTo(3);
        assertBlobs();
    }

    /// Each try takes a number, and there are 10,000.
    @Test
    void an_upload_that_cannot_be_finished_is_left_alone_for_a_while_but_for_its_sender()
            throws IOException {
        byte[] bytes = Bytes.random(4, 1000);
        String path = begin(bytes.length);
        store.refuse();
        assertUnavailable(patch(path, bytes, 0, bytes.length));
        await().atMost(Duration.ofSeconds(30)).until(() -> isPutOff(path));
        assertThat(corner.number("select next_number from upload where upload_id = ?", id(path)))
                .isLessThanOrEqualTo(3);
        store.pass();
        assertThat(offset(path)).isEqualTo(bytes.length);
        assertEntity(path, bytes);
        // a HEAD does not wait for it: what became of it is asked for again
        await().atMost(Duration.ofSeconds(30))
                .until(() -> rows("upload where decided_at is null") == 0);
    }

    @Test
    void what_was_received_whole_is_stored_however_often_that_failed_before() throws IOException {
        byte[] bytes = Bytes.random(5, 11 * MEBIBYTE);
        String path = begin(bytes.length);
        assertThat(patch(path, bytes, 0, bytes.length - 500).status()).isEqualTo(204);
        store.refuse();
        assertUnavailable(patch(path, bytes, bytes.length - 500, 500));
        await().atMost(Duration.ofSeconds(30)).until(() -> isPutOff(path));
        // as after a week of tries
        corner.change("update upload set next_number = 20000");
        store.pass();
        assertThat(offset(path)).isEqualTo(bytes.length);
        assertEntity(path, bytes);
        assertBlobs();
    }

    @Test
    void an_upload_whose_numbers_are_used_up_before_it_is_whole_has_ended() throws IOException {
        byte[] bytes = Bytes.random(6, 11 * MEBIBYTE);
        String path = begin(bytes.length);
        corner.change("update upload set next_number = 10000");
        RawRequest.Answer answer = patch(path, bytes, 0, bytes.length);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(410);
        assertThat(rows("upload")).isZero();
        assertThat(usage()).isZero();
    }

    private static boolean isPutOff(String path) {
        return corner.number(
                        "select count(*) from upload where upload_id = ? and holder is null and held_until > extract(epoch from clock_timestamp()) * 1000 + 30000",
                        id(path))
                == 1;
    }

    @Test
    void a_store_that_did_it_and_whose_answer_is_lost_is_asked_again() throws IOException {
        for (int lost = 1; lost <= 3; lost++) {
            byte[] bytes = Bytes.random(lost, 12 * MEBIBYTE);
            String path = begin(bytes.length);
            store.loseAnswers(lost);
            RawRequest.Answer answer = patch(path, bytes, 0, bytes.length);
            assertThat(answer.status()).as(answer.toString()).isIn(204, 503);
            if (answer.status() == 503) {
                int from = (int) offset(path);
                answer = patch(path, bytes, from, bytes.length - from);
                assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
            }
            assertEntity(path, bytes);
        }
        assertBlobs();
    }

    /// While a part goes to the store it is digested, too: neither may be cut off halfway.
    @Test
    void a_sender_that_goes_while_a_part_is_stored_leaves_bytes_that_can_be_gone_on_from()
            throws IOException {
        byte[] bytes = Bytes.random(5, 11 * MEBIBYTE);
        for (int i = 0; i < 12; i++) {
            String path = begin(bytes.length);
            if (i % 2 == 0) {
                store.stall();
            }
            int some = 5 * MEBIBYTE + i * 20_000;
            try (RawRequest request = beginPatch(path, 0, bytes.length)) {
                request.send(bytes, 0, some);
                if (i % 2 == 0) {
                    await().atMost(Duration.ofSeconds(10)).until(() -> store.heldBack() > 0);
                }
                request.reset();
            }
            store.pass();
            await().atMost(Duration.ofSeconds(20)).until(() -> free(path));
            int from = (int) offset(path);
            RawRequest.Answer answer = patch(path, bytes, from, bytes.length - from);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
            assertEntity(path, bytes);
        }
        assertBlobs();
    }

    @Test
    void a_form_that_breaks_off_gives_its_place_back() throws IOException {
        store.stall();
        try (RawRequest request =
                RawRequest.open(
                        media.port(),
                        "POST",
                        MEDIA,
                        token,
                        "Content-Type: multipart/form-data; boundary=cut",
                        "Content-Length: 20000000")) {
            request.send(
                    "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            request.send(Bytes.random(6, 7 * MEBIBYTE));
            await().atMost(Duration.ofSeconds(10)).until(() -> store.heldBack() > 0);
            request.reset();
        }
        store.pass();
        await().atMost(Duration.ofSeconds(10)).until(() -> rows("upload") == 0);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> media.metric("reconverge.media.buffers") == 0);
    }

    // ---- Postgres

    @Test
    void without_postgres_an_upload_is_refused_in_time_and_can_be_resumed_after()
            throws IOException {
        byte[] bytes = Bytes.random(7, 12 * MEBIBYTE);
        String path = begin(bytes.length);
        assertThat(patch(path, bytes, 0, 6 * MEBIBYTE).status()).isEqualTo(204);
        database.refuse();
        assertUnavailable(post(Bytes.random(7, 100)));
        assertUnavailable(patch(path, bytes, 6 * MEBIBYTE, 6 * MEBIBYTE));
        database.pass();
        await().atMost(Duration.ofSeconds(30)).until(() -> media.healthy("readiness"));
        await().atMost(Duration.ofSeconds(10)).until(() -> free(path));
        assertThat(offset(path)).isEqualTo(6 * MEBIBYTE);

        // it goes away when the bytes are on their way
        try (RawRequest request = beginPatch(path, 6 * MEBIBYTE, 6 * MEBIBYTE)) {
            request.send(bytes, 6 * MEBIBYTE, 1000);
            await().until(() -> !free(path));
            database.stall();
            request.send(bytes, 6 * MEBIBYTE + 1000, 6 * MEBIBYTE - 1000);
            assertUnavailable(request.answer());
        }
        database.pass();
        await().atMost(Duration.ofSeconds(30)).until(() -> media.healthy("readiness"));
        await().atMost(Duration.ofSeconds(10)).until(() -> free(path));
        int from = (int) offset(path);
        if (from < bytes.length) {
            assertThat(patch(path, bytes, from, bytes.length - from).status()).isEqualTo(204);
        }
        await().atMost(Duration.ofSeconds(90)).until(() -> rows("entity") == 1);
        assertBlobs();
    }

    // ---- Kafka

    @Test
    void without_kafka_an_upload_is_whole_and_its_entity_comes_when_kafka_does()
            throws IOException {
        byte[] bytes = Bytes.random(8, 6 * MEBIBYTE);
        String path = begin(bytes.length);
        Parts.shared().broker().stop();
        RawRequest.Answer last = patch(path, bytes, 0, bytes.length);
        assertThat(last.status()).as(last.toString()).isEqualTo(204);
        assertThat(last.header("Entity-Version")).isNull();
        assertThat(last.header("Upload-Offset")).isEqualTo(Integer.toString(bytes.length));
        RawRequest.Answer whole = post(bytes);
        assertThat(whole.status()).as(whole.toString()).isEqualTo(202);
        assertThat(whole.header("Location")).contains("/receipts?changeId=");
        assertThat(rows("blob")).isEqualTo(1);
        Parts.shared().broker().start();
        await().atMost(Duration.ofSeconds(120)).until(() -> rows("entity") == 2);
        await().atMost(Duration.ofSeconds(90))
                .until(() -> rows("upload where decided_at is null") == 0);
    }

    // ----

    private static void assertUnavailable(RawRequest.Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotNull();
    }

    private RawRequest.Answer post(byte[] bytes) throws IOException {
        long start = System.nanoTime();
        try (RawRequest request =
                RawRequest.open(
                        media.port(), "POST", MEDIA, token, "Content-Length: " + bytes.length)) {
            return bounded(start, sent(request, bytes, 0, bytes.length).answer());
        }
    }

    private static RawRequest.Answer bounded(long start, RawRequest.Answer answer) {
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        return answer;
    }

    private String begin(long length) throws IOException {
        try (RawRequest request =
                RawRequest.open(
                        media.port(),
                        "POST",
                        MEDIA + "/uploads",
                        token,
                        "Tus-Resumable: 1.0.0",
                        "Upload-Length: " + length,
                        "Content-Length: 0")) {
            RawRequest.Answer answer = request.answer();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
            return Objects.requireNonNull(answer.header("Location"));
        }
    }

    private RawRequest beginPatch(String path, int offset, int count) throws IOException {
        return RawRequest.open(
                media.port(),
                "PATCH",
                path,
                token,
                "Tus-Resumable: 1.0.0",
                "Content-Type: application/offset+octet-stream",
                "Upload-Offset: " + offset,
                "Content-Length: " + count);
    }

    private RawRequest.Answer patch(String path, byte[] bytes, int offset, int count)
            throws IOException {
        long start = System.nanoTime();
        try (RawRequest request = beginPatch(path, offset, count)) {
            return bounded(start, sent(request, bytes, offset, count).answer());
        }
    }

    /// Who answers before all is read may close the connection for sending.
    private static RawRequest sent(RawRequest request, byte[] bytes, int from, int count) {
        try {
            return request.send(bytes, from, count);
        } catch (IOException answered) {
            return request;
        }
    }

    private long offset(String path) throws IOException {
        try (RawRequest request =
                RawRequest.open(media.port(), "HEAD", path, token, "Tus-Resumable: 1.0.0")) {
            RawRequest.Answer answer = request.answer();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            return Long.parseLong(Objects.requireNonNull(answer.header("Upload-Offset")));
        }
    }

    private static UUID id(String path) {
        return UUID.fromString(path.substring(path.lastIndexOf('/') + 1));
    }

    /// Whether nobody writes to it.
    private static boolean free(String path) {
        return corner.number(
                        "select count(*) from upload where upload_id = ? and (holder is null or held_until <= extract(epoch from clock_timestamp()) * 1000)",
                        id(path))
                == 1;
    }

    private void assertEntity(String path, byte[] bytes) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(
                                        corner.rows(
                                                """
                                                select entity.data ->> 'sha256' as sha256
                                                  from upload join entity
                                                       on entity.space_id = upload.space_id and entity.id = upload.media_id
                                                 where upload_id = ?
                                                """,
                                                id(path)))
                                .containsExactly(
                                        Map.<String, @Nullable Object>of(
                                                "sha256", Bytes.sha256(bytes))));
    }

    private void assertBlobs() {
        for (Map<String, @Nullable Object> blob :
                corner.rows("select * from blob where space_id = ?", Corner.space(user))) {
            byte[] bytes =
                    corner.objects().bytes((String) Objects.requireNonNull(blob.get("object_key")));
            assertThat(Bytes.sha256(bytes)).isEqualTo(blob.get("sha256"));
        }
        assertThat(usage())
                .isEqualTo(
                        corner.number(
                                "select coalesce(sum(size), 0) from blob where space_id = ?",
                                Corner.space(user)));
    }

    private long rows(String table) {
        return corner.number(
                "select count(*) from %s %s space_id = ?"
                        .formatted(table, table.contains(" where ") ? "and" : "where"),
                Corner.space(user));
    }

    private long usage() {
        return corner.number(
                "select coalesce(sum(stored + reserved), 0) from media_usage where space_id = ?",
                Corner.space(user));
    }
}
