package io.reconverge.media.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.media.Blobs;
import io.reconverge.media.Blobs.Blob;
import io.reconverge.media.Media;
import io.reconverge.media.MediaProcess;
import io.reconverge.media.RawReader;
import io.reconverge.media.StoreRelay;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.wire.ProblemType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Readers that do not read, and stores that do not give.
@OnParts
class DownloadOutageTest {

    private static final String PATH = "/v1/spaces/me/media/m";
    private static final int LARGE = 64 * 1024 * 1024;
    private static final String OUTCOMES = "reconverge.media.downloads";
    private static final String ACTIVE = "reconverge.media.downloads.active";

    private static StoreRelay relay;
    private static Media media;
    private static Blobs blobs;
    private static Blob large;

    @BeforeAll
    static void start() {
        relay = StoreRelay.before(Parts.shared().objectStore());
        media =
                Media.start(
                        relay.setting(),
                        "reconverge.media.s3.patience=2s",
                        "reconverge.media.download.standstill=3s",
                        "reconverge.media.download.at-once=4");
        blobs = new Blobs(media.corner());
        large = blobs.put("outage", "m", "video/mp4", Blobs.random(LARGE, 1));
    }

    @AfterAll
    static void stop() {
        media.close();
        relay.close();
    }

    @AfterEach
    void nothing_is_left() {
        relay.release();
        await().atMost(Duration.ofSeconds(20)).until(() -> media.metric(ACTIVE) == 0);
    }

    @Test
    void a_reader_that_goes_away_ends_the_reading() {
        double left = outcome("left");
        long given = relay.given();
        try (var reader = new RawReader(media, "outage", "GET", PATH)) {
            assertThat(reader.head()).startsWith("HTTP/1.1 200 ");
            assertThat(reader.read(100_000)).isEqualTo(Arrays.copyOf(large.bytes(), 100_000));
            assertThat(media.metric(ACTIVE)).isEqualTo(1);
        }
        // the service is to learn of it by itself, long before the standstill
        await().atMost(Duration.ofMillis(2_500)).until(() -> media.metric(ACTIVE) == 0);
        await().until(() -> outcome("left") == left + 1);
        await().until(() -> relay.connections() == 0);
        assertThat(relay.given() - given).isLessThan(LARGE / 3);
    }

    @Test
    void a_reader_that_leaves_before_the_answer_leaves_nothing_behind() {
        double left = outcome("left");
        relay.holdAfter(0);
        try (var reader = new RawReader(media, "outage", "GET", PATH)) {
            await().until(() -> media.metric(ACTIVE) == 1);
        }
        await().atMost(Duration.ofMillis(1_500)).until(() -> media.metric(ACTIVE) == 0);
        assertThat(outcome("left")).isEqualTo(left + 1);
        await().until(() -> relay.connections() == 0);
    }

    @Test
    void a_reader_that_stops_is_cut_off_and_little_is_read_for_it() {
        double slow = outcome("too-slow");
        long given = relay.given();
        try (var reader = new RawReader(media, "outage", "GET", PATH)) {
            assertThat(reader.head()).startsWith("HTTP/1.1 200 ");
            await().atMost(Duration.ofSeconds(10)).until(() -> outcome("too-slow") == slow + 1);
            // which is in the kernels' hands, mostly
            assertThat(relay.given() - given).isLessThan(LARGE / 3);
            assertThat(reader.rest()).isLessThan(1024 * 1024);
        }
        await().until(() -> relay.connections() == 0);
    }

    @Test
    void a_reader_that_takes_little_at_a_time_is_left_in_peace() {
        double sent = outcome("sent");
        try (var reader = new RawReader(media, "outage", "GET", PATH, "Range: bytes=0-2097151")) {
            assertThat(reader.head()).startsWith("HTTP/1.1 206 ");
            long began = System.nanoTime();
            int read = 0;
            // longer than the standstill and the store's patience, in all
            while (System.nanoTime() - began < Duration.ofSeconds(7).toNanos()) {
                read += reader.read(512).length;
                LockSupport.parkNanos(2_000_000);
            }
            assertThat(read + reader.rest()).isEqualTo(2 * 1024 * 1024);
        }
        await().until(() -> outcome("sent") == sent + 1);
    }

    @Test
    void a_store_that_is_down_is_told_before_anything_is_sent() {
        double unavailable = outcome("unavailable");
        Parts.shared().objectStore().stop();
        try {
            var answer =
                    media.as("outage")
                            .get()
                            .uri(PATH)
                            .exchange()
                            .expectHeader()
                            .exists("Retry-After")
                            .expectHeader()
                            .doesNotExist("ETag");
            media.problem(ProblemType.UNAVAILABLE, answer);
            media.as("outage").head().uri(PATH).exchange().expectStatus().isOk();
        } finally {
            Parts.shared().objectStore().start();
        }
        assertThat(outcome("unavailable")).isEqualTo(unavailable + 1);
        get(1_000);
    }

    @Test
    void a_store_that_does_not_answer_is_given_up_in_bounded_time() {
        relay.holdAfter(0);
        long began = System.nanoTime();
        media.problem(ProblemType.UNAVAILABLE, media.as("outage").get().uri(PATH));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void a_store_that_answers_and_gives_no_byte_is_told_too() {
        relay.holdAfter(1_000);
        var answer =
                media.as("outage")
                        .get()
                        .uri(PATH)
                        .header("Range", "bytes=0-99999")
                        .exchange()
                        .expectHeader()
                        .doesNotExist("ETag")
                        .expectHeader()
                        .doesNotExist("Content-Range")
                        // the file's, which JSON of our own does not need
                        .expectHeader()
                        .doesNotExist("Content-Security-Policy");
        media.problem(ProblemType.UNAVAILABLE, answer);
        await().until(() -> relay.connections() == 0);
    }

    @Test
    void a_store_that_breaks_off_cuts_the_answer_at_once() {
        double broken = outcome("broken-off");
        relay.cutAfter(1024 * 1024);
        try (var reader = new RawReader(media, "outage", "GET", PATH)) {
            assertThat(reader.head()).startsWith("HTTP/1.1 200 ");
            long began = System.nanoTime();
            assertThat(reader.rest()).isBetween(1L, 1024L * 1024);
            // which the standstill would not be
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofMillis(2_500));
        }
        await().until(() -> outcome("broken-off") == broken + 1);
    }

    @Test
    void a_store_that_stops_giving_cuts_the_answer_in_bounded_time() {
        double broken = outcome("broken-off");
        relay.holdAfter(1024 * 1024);
        long began = System.nanoTime();
        try (var reader = new RawReader(media, "outage", "GET", PATH)) {
            assertThat(reader.head()).startsWith("HTTP/1.1 200 ");
            assertThat(reader.rest()).isBetween(1L, 1024L * 1024);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        assertThat(outcome("broken-off")).isEqualTo(broken + 1);
        await().until(() -> relay.connections() == 0);
    }

    @Test
    void an_object_that_is_shorter_than_its_row_says_is_not_taken_for_whole() {
        Blob blob = blobs.put("short", "m", "video/mp4", Blobs.random(300_000, 2));
        media.corner().objects().put(blob.key(), Arrays.copyOf(blob.bytes(), 200_000));
        try (var reader = new RawReader(media, "short", "GET", PATH)) {
            assertThat(reader.head()).containsIgnoringCase("content-length: 300000");
            assertThat(reader.rest()).isLessThanOrEqualTo(200_000);
        }
        media.problem(
                ProblemType.UNAVAILABLE,
                media.as("short").get().uri(PATH).header("Range", "bytes=250000-"));
    }

    @Test
    void beyond_so_many_at_once_the_next_is_asked_to_come_again() {
        double turnedAway = outcome("turned-away");
        List<RawReader> readers = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                readers.add(new RawReader(media, "outage", "GET", PATH));
            }
            await().until(() -> media.metric(ACTIVE) == 4);
            media.problem(ProblemType.UNAVAILABLE, media.as("outage").get().uri(PATH));
            assertThat(outcome("turned-away")).isEqualTo(turnedAway + 1);
            // which need no place
            media.as("outage").head().uri(PATH).exchange().expectStatus().isOk();
            media.as("outage")
                    .get()
                    .uri(PATH + "?redirect=true")
                    .exchange()
                    .expectStatus()
                    .isTemporaryRedirect();
        } finally {
            readers.forEach(RawReader::close);
        }
        await().until(() -> media.metric(ACTIVE) == 0);
        get(1_000);
    }

    @Test
    void a_hundred_readers_that_stand_still_hold_little_memory() {
        try (var process =
                MediaProcess.start(
                        media.corner(),
                        128,
                        "reconverge.media.download.standstill=2m",
                        "reconverge.media.download.at-once=101")) {
            List<RawReader> readers = new ArrayList<>();
            try {
                for (int i = 0; i < 100; i++) {
                    var reader = new RawReader(process, "outage", "GET", PATH);
                    readers.add(reader);
                    assertThat(reader.head()).startsWith("HTTP/1.1 200 ");
                }
                byte[] whole =
                        process.as("outage")
                                .get()
                                .uri(PATH)
                                .exchange()
                                .expectStatus()
                                .isOk()
                                .expectBody()
                                .returnResult()
                                .getResponseBodyContent();
                assertThat(Blobs.sha256(Objects.requireNonNull(whole))).isEqualTo(large.sha256());
                // and those who read on get on
                assertThat(readers.getLast().read(1_000_000))
                        .isEqualTo(Arrays.copyOf(large.bytes(), 1_000_000));
            } finally {
                readers.forEach(RawReader::close);
            }
            assertThat(process.process().isAlive()).isTrue();
            assertThat(process.process().said("OutOfMemory")).isFalse();
        }
    }

    private static void get(int bytes) {
        byte[] some =
                media.as("outage")
                        .get()
                        .uri(PATH)
                        .header("Range", "bytes=0-" + (bytes - 1))
                        .exchange()
                        .expectStatus()
                        .isEqualTo(206)
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        assertThat(some).isEqualTo(Arrays.copyOf(large.bytes(), bytes));
    }

    private static double outcome(String tag) {
        return media.metric(OUTCOMES, "outcome", tag);
    }
}
