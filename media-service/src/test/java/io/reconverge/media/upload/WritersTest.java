package io.reconverge.media.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.media.Bytes;
import io.reconverge.media.Corner;
import io.reconverge.media.Media;
import io.reconverge.media.MediaProcess;
import io.reconverge.media.MediaServer;
import io.reconverge.media.RawRequest;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.wire.ProblemType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who may write to an upload: one request at a time, for as long as its sender is heard of.
@OnParts
class WritersTest {

    private static final String UPLOADS = "/v1/spaces/me/media/uploads";
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int SIZE = 12 * MEBIBYTE;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Corner corner;
    private static Media media;

    private final String user = "writer-" + UUID.randomUUID();
    private final String token = Parts.shared().tokens().of(user);
    private final byte[] bytes = Bytes.random(user.hashCode(), SIZE);

    @BeforeAll
    static void start() {
        corner = Corner.open();
        media =
                Media.start(
                        corner,
                        "reconverge.media.upload.lease=2s",
                        "reconverge.media.upload.idle=6s");
    }

    @AfterAll
    static void end() {
        media.close();
        corner.close();
    }

    @Test
    void a_second_writer_is_told_to_wait_for_as_long_as_the_first_one_sends() throws IOException {
        String path = begin();
        try (RawRequest first = patch(media, path, 0, SIZE)) {
            int sent = 0;
            long leases = System.nanoTime() + Duration.ofSeconds(7).toNanos();
            int refused = 0;
            // little comes, over several leases and longer than it may be idle, but it comes
            while (System.nanoTime() < leases || refused < 5) {
                first.send(bytes, sent, 10);
                sent += 10;
                if (sent == 10) {
                    await().atMost(PATIENCE).until(() -> isHeld(path));
                }
                try (RawRequest second = patch(media, path, 0, 5)) {
                    RawRequest.Answer answer = sent(second, bytes, 0, 5).answer();
                    assertThat(answer.status())
                            .as(answer.toString())
                            .isEqualTo(ProblemType.UPLOAD_LOCKED.status());
                    assertThat(answer.header("Retry-After")).isEqualTo("1");
                    refused++;
                }
            }
            assertThat(first.send(bytes, sent, SIZE - sent).answer().status()).isEqualTo(204);
        }
        assertWhole(path);
    }

    @Test
    void a_writer_that_went_silent_is_succeeded_and_nothing_that_it_still_does_counts()
            throws IOException {
        String path = begin();
        int some = 6 * MEBIBYTE;
        try (RawRequest first = patch(media, path, 0, SIZE)) {
            first.send(bytes, 0, some);
            await().atMost(PATIENCE).until(() -> offset(path) > 5 * MEBIBYTE);
            int from = takeOver(path, MEBIBYTE);
            try {
                // as much as would be a part
                first.send(new byte[SIZE - some]);
                assertThat(first.answer().status()).isEqualTo(ProblemType.UPLOAD_LOCKED.status());
            } catch (IOException ended) {
                assertThat(offset(path)).isEqualTo(from + MEBIBYTE);
            }
            assertThat(offset(path)).isEqualTo(from + MEBIBYTE);
        }
        finish(path);
        assertWhole(path);
    }

    @Test
    void a_process_that_stood_still_finds_its_upload_taken_over() throws IOException {
        String path = begin();
        try (MediaProcess process =
                MediaProcess.start(
                        corner,
                        "reconverge.media.upload.lease=2s",
                        "reconverge.media.upload.idle=1m")) {
            try (RawRequest first = patch(process, path, 0, SIZE);
                    RawRequest last = patch(process, begin(), 0, SIZE)) {
                first.send(bytes, 0, 6 * MEBIBYTE);
                await().atMost(PATIENCE).until(() -> offset(path) > 5 * MEBIBYTE);
                last.send(bytes, 0, 1);
                process.process().pause();
                takeOver(path, SIZE - (int) offset(path));
                assertWhole(path);
                process.process().resume();
                RawRequest.Answer answer =
                        sent(first, new byte[6 * MEBIBYTE], 0, 6 * MEBIBYTE).answer();
                assertThat(answer.status()).isEqualTo(ProblemType.UPLOAD_LOCKED.status());
                // of one that nobody took it goes on
                assertThat(last.send(bytes, 1, SIZE - 1).answer().status()).isEqualTo(204);
            }
        }
        assertWhole(path);
    }

    @Test
    void two_that_begin_at_once_are_one_that_writes_and_one_that_waits() throws Exception {
        for (int i = 0; i < 5; i++) {
            String path = begin();
            int[] statuses = new int[4];
            Thread[] senders = new Thread[statuses.length];
            for (int sender = 0; sender < senders.length; sender++) {
                int number = sender;
                senders[sender] =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try (RawRequest request = patch(media, path, 0, SIZE)) {
                                        statuses[number] =
                                                sent(request, bytes, 0, SIZE).answer().status();
                                    } catch (IOException closed) {
                                        // refused before all was sent
                                        statuses[number] = 423;
                                    }
                                });
            }
            for (Thread sender : senders) {
                sender.join();
            }
            assertThat(statuses).containsOnlyOnce(204);
            assertThat(Arrays.stream(statuses).filter(status -> status != 204))
                    .hasSize(3)
                    .isSubsetOf(409, 423);
            assertWhole(path);
        }
    }

    @Test
    void an_upload_whose_sender_is_silent_for_too_long_is_ended_and_keeps_its_bytes()
            throws IOException {
        String path = begin();
        int some = 6 * MEBIBYTE;
        try (RawRequest request = patch(media, path, 0, SIZE)) {
            request.send(bytes, 0, some);
            RawRequest.Answer answer = request.answer();
            assertThat(answer.status())
                    .as(answer.toString())
                    .isEqualTo(ProblemType.REQUEST_TIMEOUT.status());
        }
        assertThat(offset(path)).isEqualTo(some);
        finish(path);
        assertWhole(path);
    }

    @Test
    void of_an_upload_in_one_request_that_is_silent_for_too_long_nothing_is_kept()
            throws IOException {
        for (String kind : new String[] {"raw", "form"}) {
            boolean form = kind.equals("form");
            try (RawRequest request =
                    RawRequest.open(
                            media.port(),
                            "POST",
                            "/v1/spaces/me/media",
                            token,
                            "Content-Length: " + SIZE,
                            "Content-Type: "
                                    + (form ? "multipart/form-data; boundary=cut" : "image/png"))) {
                if (form) {
                    request.send(
                            "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                }
                RawRequest.Answer answer = request.send(bytes, 0, 6 * MEBIBYTE).answer();
                assertThat(answer.status())
                        .as(answer.toString())
                        .isEqualTo(ProblemType.REQUEST_TIMEOUT.status());
            }
            assertThat(
                            corner.number(
                                    "select count(*) from upload where space_id = ?",
                                    Corner.space(user)))
                    .as(kind)
                    .isZero();
        }
        assertThat(
                        corner.number(
                                "select sum(stored + reserved) from media_usage where space_id = ?",
                                Corner.space(user)))
                .isZero();
    }

    // ----

    /// Goes on with an upload as soon as it may.
    ///
    /// @return from where
    private int takeOver(String path, int count) {
        int[] from = new int[1];
        await().atMost(PATIENCE)
                .until(() -> {
                    from[0] = (int) offset(path);
                    try (RawRequest second = patch(media, path, from[0], count)) {
                        return sent(second, bytes, from[0], count).answer().status() == 204;
                    } catch (IOException refused) {
                        return false;
                    }
                });
        return from[0];
    }

    private void finish(String path) throws IOException {
        int from = (int) offset(path);
        try (RawRequest rest = patch(media, path, from, SIZE - from)) {
            assertThat(rest.send(bytes, from, SIZE - from).answer().status()).isEqualTo(204);
        }
    }

    private String begin() throws IOException {
        try (RawRequest request =
                RawRequest.open(
                        media.port(),
                        "POST",
                        UPLOADS,
                        token,
                        "Tus-Resumable: 1.0.0",
                        "Upload-Length: " + SIZE,
                        "Content-Length: 0")) {
            return Objects.requireNonNull(request.answer().header("Location"));
        }
    }

    private RawRequest patch(MediaServer server, String path, int offset, int count)
            throws IOException {
        return RawRequest.open(
                server.port(),
                "PATCH",
                path,
                token,
                "Tus-Resumable: 1.0.0",
                "Content-Type: application/offset+octet-stream",
                "Upload-Offset: " + offset,
                "Content-Length: " + count);
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
            return Long.parseLong(Objects.requireNonNull(request.answer().header("Upload-Offset")));
        }
    }

    private static UUID id(String path) {
        return UUID.fromString(path.substring(path.lastIndexOf('/') + 1));
    }

    private static boolean isHeld(String path) {
        return corner.number(
                        "select count(*) from upload where upload_id = ? and holder is not null",
                        id(path))
                == 1;
    }

    private void assertWhole(String path) {
        await().atMost(PATIENCE)
                .until(() ->
                        corner.number(
                                        "select count(*) from upload where upload_id = ? and decided_at is not null",
                                        id(path))
                                == 1);
        Map<String, ?> blob =
                corner.rows(
                                "select blob.* from blob join upload using (space_id, sha256) where upload_id = ?",
                                id(path))
                        .getFirst();
        assertThat(blob.get("sha256")).isEqualTo(Bytes.sha256(bytes));
        assertThat(
                        corner.objects()
                                .bytes(Objects.requireNonNull(blob.get("object_key")).toString()))
                .isEqualTo(bytes);
    }
}
