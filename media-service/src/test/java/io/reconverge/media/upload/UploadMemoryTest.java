package io.reconverge.media.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.media.Corner;
import io.reconverge.media.MediaProcess;
import io.reconverge.media.RawRequest;
import io.reconverge.media.TcpProxy;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What uploads take of memory: their buffers, whatever their number and size.
@OnParts
class UploadMemoryTest {

    private static final int HEAP_MEBIBYTES = 256;
    private static final int UPLOADS = 20;
    private static final int MEBIBYTE = 1024 * 1024;
    private static final long SIZE = 100L * MEBIBYTE;

    /// What all senders send again and again, after their own number.
    private static final byte[] STEP = new byte[MEBIBYTE];

    @Test
    void twenty_uploads_of_100_mebibytes_at_once_fit_a_heap_of_256() throws Exception {
        try (Corner corner = Corner.open();
                MediaProcess process = MediaProcess.start(corner, HEAP_MEBIBYTES)) {
            Queue<String> answers = new ConcurrentLinkedQueue<>();
            long start = System.nanoTime();
            List<Thread> senders =
                    IntStream.range(0, UPLOADS)
                            .mapToObj(number ->
                                    Thread.ofVirtual()
                                            .start(() -> answers.add(upload(process, number))))
                            .toList();
            for (Thread sender : senders) {
                sender.join();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "UploadMemoryTest: %d uploads of %d MiB in %.1f s, %.0f MiB/s; %s%n",
                    UPLOADS,
                    SIZE / MEBIBYTE,
                    seconds,
                    UPLOADS * SIZE / MEBIBYTE / seconds,
                    memory(process));
            assertThat(answers)
                    .hasSize(UPLOADS)
                    .allMatch(answer -> answer.startsWith("201 ") || answer.startsWith("202 "));
            assertThat(process.process().isAlive()).isTrue();
            assertThat(corner.number("select count(*) from blob where size = ?", SIZE))
                    .isEqualTo(UPLOADS);
            assertThat(corner.number("select count(*) from upload")).isZero();
        }
    }

    @Test
    void an_outage_of_the_store_in_the_middle_of_many_uploads_is_survived() throws Exception {
        try (Corner corner = Corner.open();
                TcpProxy store = TcpProxy.to(Parts.shared().objectStore().endpoint().getPort());
                MediaProcess process =
                        MediaProcess.start(
                                corner,
                                HEAP_MEBIBYTES,
                                "reconverge.media.s3.patience=4s",
                                "reconverge.media.s3.endpoint=http://127.0.0.1:" + store.port())) {
            List<String> paths = new ArrayList<>();
            for (int number = 0; number < UPLOADS; number++) {
                paths.add(begin(process, number));
            }
            store.stall();
            Queue<String> answers = new ConcurrentLinkedQueue<>();
            List<Thread> senders =
                    IntStream.range(0, UPLOADS)
                            .mapToObj(number ->
                                    Thread.ofVirtual()
                                            .start(() ->
                                                    answers.add(
                                                            patch(
                                                                    process,
                                                                    paths.get(number),
                                                                    number,
                                                                    0,
                                                                    SIZE))))
                            .toList();
            for (Thread sender : senders) {
                sender.join();
            }
            System.out.println("UploadMemoryTest: after an outage " + memory(process));
            assertThat(process.process().isAlive()).isTrue();
            assertThat(answers).hasSize(UPLOADS).allMatch(answer -> answer.startsWith("503 "));
            assertThat(corner.number("select count(*) from upload_part")).isZero();
            long kept =
                    corner.number("select count(*) from upload where received >= ?", 5 * MEBIBYTE);
            System.out.printf("UploadMemoryTest: of %d uploads %d kept what came%n", UPLOADS, kept);
            assertThat(kept).isPositive();
            store.drop();
            store.pass();
            Queue<String> resumed = new ConcurrentLinkedQueue<>();
            senders =
                    IntStream.range(0, UPLOADS)
                            .mapToObj(number ->
                                    Thread.ofVirtual()
                                            .start(() ->
                                                    resumed.add(
                                                            resume(
                                                                    corner,
                                                                    process,
                                                                    paths.get(number),
                                                                    number))))
                            .toList();
            for (Thread sender : senders) {
                sender.join();
            }
            System.out.println("UploadMemoryTest: gone on after it " + memory(process));
            assertThat(process.process().isAlive()).isTrue();
            assertThat(resumed).hasSize(UPLOADS).allMatch(answer -> answer.startsWith("204 "));
        }
    }

    private static String user(int number) {
        return "memory-" + number % 5;
    }

    private static String token(int number) {
        return Parts.shared().tokens().of(user(number));
    }

    /// In one of the ways there are.
    private static String upload(MediaProcess process, int number) {
        byte[] step = STEP.clone();
        step[0] = (byte) (number + 1);
        boolean form = number % 3 == 0;
        boolean chunked = number % 3 == 1;
        byte[] head =
                "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] end = "\r\n--cut--\r\n".getBytes(StandardCharsets.US_ASCII);
        try (RawRequest request =
                RawRequest.open(
                        process.port(),
                        "POST",
                        "/v1/spaces/me/media",
                        token(number),
                        form
                                ? "Content-Type: multipart/form-data; boundary=cut"
                                : "Content-Type: video/mp4",
                        chunked
                                ? "Transfer-Encoding: chunked"
                                : "Content-Length: "
                                        + (form ? head.length + SIZE + end.length : SIZE))) {
            if (form) {
                request.send(head);
            }
            for (long sent = 0; sent < SIZE; sent += step.length) {
                if (chunked) {
                    request.chunk(step, 0, step.length);
                } else {
                    request.send(step);
                }
            }
            if (form) {
                request.send(end);
            }
            if (chunked) {
                request.chunk(step, 0, 0);
            }
            return request.answer().toString();
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    private static String begin(MediaProcess process, int number) throws IOException {
        try (RawRequest request =
                RawRequest.open(
                        process.port(),
                        "POST",
                        "/v1/spaces/me/media/uploads",
                        token(number),
                        "Tus-Resumable: 1.0.0",
                        "Upload-Length: " + SIZE,
                        "Content-Length: 0")) {
            return Objects.requireNonNull(request.answer().header("Location"));
        }
    }

    /// With a little, and as senders do: again when the service has too much to do.
    private static String resume(Corner corner, MediaProcess process, String path, int number) {
        return await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .pollDelay(Duration.ZERO)
                .until(
                        () -> resumeOnce(corner, process, path, number),
                        answer -> !answer.startsWith("503 "));
    }

    /// Once nobody writes to it any more.
    private static String resumeOnce(Corner corner, MediaProcess process, String path, int number) {
        UUID id = UUID.fromString(path.substring(path.lastIndexOf('/') + 1));
        await().atMost(Duration.ofMinutes(1))
                .until(() ->
                        corner.number(
                                        "select count(*) from upload where upload_id = ? and (holder is null or held_until <= extract(epoch from clock_timestamp()) * 1000)",
                                        id)
                                == 1);
        return patch(
                process,
                path,
                number,
                corner.number("select received from upload where upload_id = ?", id),
                MEBIBYTE);
    }

    private static String patch(
            MediaProcess process, String path, int number, long offset, long count) {
        try (RawRequest request =
                RawRequest.open(
                        process.port(),
                        "PATCH",
                        path,
                        token(number),
                        "Tus-Resumable: 1.0.0",
                        "Content-Type: application/offset+octet-stream",
                        "Upload-Offset: " + offset,
                        "Content-Length: " + count)) {
            try {
                for (long sent = 0; sent < count; sent += STEP.length) {
                    request.send(STEP);
                }
            } catch (IOException answered) {
                return request.answer().toString();
            }
            return request.answer().toString();
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    /// The most that the process has had.
    private static String memory(MediaProcess process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.process().pid()), "status");
        if (!Files.exists(status)) {
            return "memory is not told here";
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .findAny()
                .orElse("");
    }
}
