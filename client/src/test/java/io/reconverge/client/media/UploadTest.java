package io.reconverge.client.media;

import static io.reconverge.client.media.MediaDevice.bytes;
import static io.reconverge.client.media.MediaDevice.until;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.client.media.TusServer.Fault;
import io.reconverge.client.replica.Upload;
import io.reconverge.client.replica.UploadsFullException;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Files on their way to a server that does what a test wants.
class UploadTest {

    private static final byte[] SMALL = bytes(1_000);
    private static final byte[] LARGE = bytes(600_000);

    @TempDir private Path folder;

    private final TusServer server = new TusServer();
    private MediaDevice device;

    @BeforeEach
    void open() throws IOException {
        device = device(MediaSettings.defaults());
    }

    private MediaDevice device(MediaSettings settings) throws IOException {
        return new MediaDevice(folder, server.address(), settings);
    }

    @AfterEach
    void close() {
        device.close();
        server.close();
    }

    private void assertStored(String mediaId, byte[] bytes) {
        assertThat(requireNonNull(server.media(mediaId)).bytes()).isEqualTo(bytes);
    }

    @Test
    void a_file_is_here_at_once_and_goes_when_it_can() throws Exception {
        MediaItem added =
                device.library.add(
                        "me",
                        new ByteArrayInputStream(SMALL),
                        new MediaDetails(
                                "pier", "The pier.jpg", null, new EntityKey("note", "n/1")));
        assertThat(added.contentType()).isEqualTo("image/jpeg");
        assertThat(added.cached()).isTrue();
        assertThat(added.standing()).isEqualTo(MediaItem.Standing.QUEUED);
        assertThat(device.library.list("me")).containsExactly(added);
        assertThat(Files.readAllBytes(device.library.cached("me", "pier").orElseThrow()))
                .isEqualTo(SMALL);

        assertThat(device.upload()).isEqualTo(new UploadResult(1, 0, 0, null));
        assertStored("pier", SMALL);
        assertThat(server.requests()).containsExactly("POST");
    }

    @Test
    void a_file_stays_in_the_list_until_the_feed_has_shown_its_entity() throws Exception {
        device.add("a", SMALL);
        device.upload();
        assertThat(device.item("a").standing()).isEqualTo(MediaItem.Standing.STORED);
        assertThat(device.replica.uploads().find("me", "a")).isPresent();

        device.shows(requireNonNull(server.media("a")).entity());
        assertThat(device.item("a").standing()).isEqualTo(MediaItem.Standing.STORED);
        assertThat(device.library.list("me")).hasSize(1);
        assertThat(device.replica.uploads().find("me", "a")).isEmpty();
    }

    @Test
    void a_feed_that_is_quicker_than_the_answer_leaves_nothing_in_the_queue() throws Exception {
        device.add("a", SMALL);
        server.next("POST", new Fault.LosesAnswer());
        device.upload();
        device.shows(requireNonNull(server.media("a")).entity());
        assertThat(device.item("a").standing()).isEqualTo(MediaItem.Standing.QUEUED);
        assertThat(device.upload().stored()).isEqualTo(1);
        assertThat(device.replica.uploads().find("me", "a")).isEmpty();
        assertThat(device.library.list("me")).hasSize(1);
    }

    @Test
    void what_a_server_that_was_set_back_may_have_forgotten_is_sent_again() throws Exception {
        device.add("a", SMALL);
        device.upload();
        device.replica.me().exchange().cursorExpired();
        assertThat(device.item("a").standing()).isEqualTo(MediaItem.Standing.QUEUED);
        device.upload();
        assertThat(server.changeIds()).as("under the same id").hasSize(1);
    }

    @Test
    void a_file_that_the_server_has_already_is_not_sent_again_and_one_without_bytes_is()
            throws Exception {
        long later = device.clock.millis() + 1_000;
        server.put("there", LARGE, later);
        server.put("bare", LARGE, later);
        for (String id : List.of("there", "bare")) {
            device.shows(requireNonNull(server.media(id)).entity());
        }
        server.next("HEAD", TusServer.says(ProblemType.NOT_FOUND));
        device.add("bare", LARGE);
        device.add("there", LARGE);
        assertThat(device.upload().stored()).isEqualTo(2);
        assertThat(server.requests()).containsExactly("HEAD", "POST", "PATCH 0", "GET", "HEAD");
        assertThat(device.item("there").standing()).isEqualTo(MediaItem.Standing.STORED);
    }

    @Test
    void a_page_of_something_on_the_way_to_the_server_costs_no_try() throws Exception {
        device.add("film", LARGE);
        server.next("POST", new Fault.Page(200), new Fault.Page(302), new Fault.Page(403));
        for (int i = 0; i < 3; i++) {
            assertThat(device.upload().left()).isEqualTo(1);
        }
        assertThat(tries("film")).isZero();
        assertThat(device.upload().stored()).isEqualTo(1);
    }

    @Test
    void an_empty_file_is_a_file() throws Exception {
        device.add("empty", new byte[0]);
        assertThat(device.upload().stored()).isEqualTo(1);
        assertStored("empty", new byte[0]);
    }

    @Test
    void a_connection_that_breaks_is_gone_on_with_where_the_server_is() throws Exception {
        device.add("film", LARGE);
        server.next("PATCH", new Fault.Breaks(200_000), new Fault.Breaks(100_000));
        assertThat(device.upload().error()).isNotNull();
        device.close();
        device = device(MediaSettings.defaults());
        assertThat(device.upload().left()).isEqualTo(1);
        assertThat(device.upload().stored()).isEqualTo(1);
        assertStored("film", LARGE);
        assertThat(server.requests())
                .containsExactly("POST", "PATCH 0", "HEAD", "PATCH 200000", "HEAD", "PATCH 300000");
    }

    @Test
    void a_last_answer_that_is_lost_costs_no_byte() throws Exception {
        device.add("film", LARGE);
        server.next("PATCH", new Fault.LosesAnswer());
        device.upload();
        assertThat(device.upload().stored()).isEqualTo(1);
        assertThat(server.requests()).containsExactly("POST", "PATCH 0", "HEAD");
        assertThat(server.changeIds()).hasSize(1);
    }

    @Test
    void a_file_that_was_begun_twice_is_one_entity() throws Exception {
        device.add("film", LARGE);
        device.add("note", SMALL);
        server.next("POST", new Fault.LosesAnswer());
        device.upload();
        server.next("PATCH", new Fault.GoesAway());
        server.next("POST", new Fault.LosesAnswer());
        while (device.upload().left() > 0) {
            // each brings it nearer
        }
        assertStored("film", LARGE);
        assertStored("note", SMALL);
        assertThat(server.changeIds()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void a_server_that_is_elsewhere_than_it_was_is_asked_where_it_is() throws Exception {
        device.add("film", LARGE);
        server.next("PATCH", TusServer.says(ProblemType.UPLOAD_OFFSET_MISMATCH));
        assertThat(device.upload().stored()).isEqualTo(1);
        assertThat(server.requests()).containsExactly("POST", "PATCH 0", "HEAD", "PATCH 0");
    }

    @Test
    void a_server_that_never_is_where_it_says_is_a_try() throws Exception {
        device.add("film", LARGE);
        for (int i = 0; i < 4; i++) {
            server.next("PATCH", TusServer.says(ProblemType.UPLOAD_OFFSET_MISMATCH));
        }
        assertThat(device.upload().error()).contains("does not stay");
        assertThat(tries("film")).isEqualTo(1);
    }

    @Test
    void an_upload_that_expired_begins_anew_and_costs_no_try() throws Exception {
        device.add("film", LARGE);
        server.next("PATCH", new Fault.Breaks(1_000));
        device.upload();
        server.next("HEAD", TusServer.says(ProblemType.UPLOAD_EXPIRED));
        assertThat(device.upload().stored()).isEqualTo(1);
        assertStored("film", LARGE);
        assertThat(server.requests()).containsExactly("POST", "PATCH 0", "HEAD", "POST", "PATCH 0");
    }

    @Test
    void an_upload_that_is_forgotten_on_the_way_begins_anew_and_is_a_try() throws Exception {
        device.add("film", LARGE);
        server.next("PATCH", new Fault.Forgets());
        assertThat(device.upload().left()).isEqualTo(1);
        assertThat(tries("film")).isEqualTo(1);
        assertThat(device.upload().stored()).isEqualTo(1);
    }

    private int tries(String mediaId) {
        return device.replica.uploads().find("me", mediaId).orElseThrow().tries();
    }

    @ParameterizedTest
    @EnumSource(names = {"RATE_LIMITED", "UNAVAILABLE", "UPLOAD_LOCKED"})
    void a_server_without_time_is_waited_for_as_it_says(ProblemType busy) throws Exception {
        device.add("film", LARGE);
        server.next("PATCH", new Fault.Says(busy, Map.of("Retry-After", "30")));
        device.library.start();
        until("the queue waits", () -> device.timers.count() == 1);
        int asked = server.requests().size();
        device.timers.pass(Duration.ofSeconds(29));
        assertThat(server.requests()).hasSize(asked);
        device.timers.pass(Duration.ofSeconds(3));
        until("it is stored", () -> server.media("film") != null);
        until("it is known", () -> device.item("film").standing() == MediaItem.Standing.STORED);
        assertThat(tries("film")).isEqualTo(0);
    }

    @Test
    void failures_of_the_network_cost_no_tries_and_are_waited_after_longer_and_longer()
            throws Exception {
        for (int i = 0; i < 20; i++) {
            server.next("POST", new Fault.GoesAway());
        }
        device.add("film", LARGE);
        device.library.start();
        for (int i = 0; i < 20; i++) {
            until("the queue waits", () -> device.timers.count() == 1);
            device.timers.pass(Duration.ofSeconds(60));
        }
        until("it is stored", () -> device.item("film").standing() == MediaItem.Standing.STORED);
        assertThat(server.requests()).hasSize(22);
        assertThat(tries("film")).isEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "MALFORMED_REQUEST",
                "INVALID_ENTITY",
                "READ_ONLY",
                "NOT_A_MEMBER",
                "TOO_LARGE",
                "UNPROCESSABLE",
                "QUOTA_EXCEEDED"
            })
    void a_file_that_the_server_will_not_have_waits_for_the_user_and_others_go_on(
            ProblemType refusal) throws Exception {
        device.add("film", LARGE);
        device.add("note", SMALL);
        server.next("POST", TusServer.says(refusal));
        UploadResult result = device.upload();
        assertThat(result).isEqualTo(new UploadResult(1, 1, 0, null));
        assertThat(device.item("film").standing()).isEqualTo(MediaItem.Standing.PARKED);
        assertThat(device.item("film").problem()).contains(refusal.title());
        assertThat(device.item("film").cached()).isTrue();

        assertThat(device.library.retry("me", "note")).isFalse();
        assertThat(device.library.retry("me", "film")).isTrue();
        assertThat(device.upload().stored()).isEqualTo(1);
        assertStored("film", LARGE);
    }

    @Test
    void a_file_that_the_server_fails_on_is_parked_after_five_tries_and_delays_no_other()
            throws Exception {
        device.add("film", LARGE);
        device.add("note", SMALL);
        for (int i = 0; i < 5; i++) {
            server.next("PATCH", TusServer.says(ProblemType.INTERNAL_ERROR));
        }
        assertThat(device.upload().stored()).as("the other").isEqualTo(1);
        for (int i = 1; i < 5; i++) {
            assertThat(device.item("film").standing()).isEqualTo(MediaItem.Standing.QUEUED);
            device.upload();
        }
        assertThat(device.item("film").standing()).isEqualTo(MediaItem.Standing.PARKED);
    }

    @Test
    void dropping_a_file_ends_its_upload_at_the_server() throws Exception {
        device.add("film", LARGE);
        server.next("PATCH", new Fault.Breaks(1_000));
        device.upload();
        assertThat(server.uploadsOpen()).isEqualTo(1);
        assertThat(device.library.drop("me", "film")).isTrue();
        assertThat(device.library.drop("me", "film")).isFalse();
        assertThat(device.library.get("me", "film")).isEmpty();
        until("the upload was ended", () -> server.uploadsOpen() == 0);
    }

    @Test
    void signed_out_the_queue_waits_until_there_is_a_token() throws Exception {
        device.add("a", SMALL);
        server.next("POST", TusServer.says(ProblemType.UNAUTHENTICATED));
        assertThat(device.upload().left()).isEqualTo(1);
        assertThat(device.upload()).isEqualTo(new UploadResult(0, 0, 1, "signed out"));
        assertThat(server.requests()).hasSize(1);
        device.library.start();
        device.library.signedIn();
        until("it is stored", () -> server.media("a") != null);
    }

    @Test
    void what_is_another_persons_is_not_sent() throws Exception {
        device.replica.claim("bob");
        device.add("a", SMALL);
        assertThat(device.upload().error()).contains("another person's");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void paused_or_offline_nothing_is_sent_and_what_is_under_way_is_broken_off() throws Exception {
        device.library.pause();
        device.add("film", LARGE);
        device.library.start();
        assertThat(device.upload().error()).isEqualTo("paused");
        server.next("PATCH", new Fault.Stalls());
        device.library.resume();
        until("it is under way", () -> server.requests().contains("PATCH 0"));
        device.library.connectivity(false);
        until("it was broken off", () -> "offline".equals(device.library.upload().join().error()));
        device.library.connectivity(true);
        until("it is stored", () -> server.media("film") != null);
        assertThat(server.requests()).containsExactly("POST", "PATCH 0", "HEAD", "PATCH 0");
    }

    @Test
    void a_transfer_in_which_nothing_moves_is_broken_off() throws Exception {
        device.close();
        device = device(MediaSettings.defaults().withStall(Duration.ofMillis(200)));
        device.add("film", LARGE);
        server.next("PATCH", new Fault.Stalls());
        assertThat(device.upload().error()).contains("nothing moved");
        assertThat(device.upload().stored()).isEqualTo(1);
    }

    @Test
    void an_entity_that_is_not_decided_is_asked_for_until_it_is() throws Exception {
        device.add("film", LARGE);
        server.next("PATCH", new Fault.Undecided());
        assertThat(device.upload().left()).isEqualTo(1);
        assertThat(device.upload().left()).isEqualTo(1);
        server.decide();
        assertThat(device.upload().stored()).isEqualTo(1);
        assertThat(server.requests().stream().filter(each -> each.startsWith("PATCH"))).hasSize(1);
        assertThat(tries("film")).isEqualTo(0);
    }

    @Test
    void an_id_that_a_later_file_has_is_the_users_to_settle_and_the_same_file_is_done()
            throws Exception {
        device.add("same", SMALL);
        device.add("other", LARGE);
        long later = device.clock.millis() + 1;
        server.put("same", SMALL, later);
        server.put("other", SMALL, later);
        assertThat(device.upload()).isEqualTo(new UploadResult(1, 1, 0, null));
        assertThat(device.item("same").standing()).isEqualTo(MediaItem.Standing.STORED);
        assertThat(device.item("other").standing()).isEqualTo(MediaItem.Standing.PARKED);
    }

    @Test
    void bytes_that_were_garbled_on_the_way_are_sent_again() throws Exception {
        device.add("film", LARGE);
        server.next("PATCH", new Fault.Garbles());
        assertThat(device.upload().left()).isEqualTo(1);
        assertThat(tries("film")).isEqualTo(1);
        assertThat(device.upload().stored()).isEqualTo(1);
        assertStored("film", LARGE);
    }

    @Test
    void bytes_that_were_damaged_or_lost_here_are_told_of() throws Exception {
        Files.write(path(device.add("damaged", SMALL)), bytes(1_000 - 1));
        byte[] turned = LARGE.clone();
        turned[5]++;
        Files.write(path(device.add("turned", LARGE)), turned);
        Files.delete(path(device.add("gone", bytes(77))));
        assertThat(device.library.verify().lost())
                .extracting(MediaItem::mediaId)
                .containsExactlyInAnyOrder("damaged", "turned", "gone");
        assertThat(device.upload()).isEqualTo(new UploadResult(0, 3, 0, null));
        assertThat(device.item("turned").problem()).contains("damaged on this device");
        assertThat(device.item("gone").problem()).contains("no longer on this device");
        device.add("damaged", SMALL);
        assertThat(device.upload().stored()).isEqualTo(1);
    }

    private Path path(MediaItem item) {
        return folder.resolve("media")
                .resolve(item.sha256().substring(0, 2))
                .resolve(item.sha256());
    }

    @Test
    void progress_has_a_first_and_a_last_word() throws Exception {
        List<MediaProgress> told = new ArrayList<>();
        device.library.observe(told::add);
        device.add("film", LARGE);
        server.next("PATCH", new Fault.Breaks(100_000));
        device.upload();
        device.upload();
        assertThat(told.getFirst())
                .isEqualTo(
                        new MediaProgress(
                                "me", "film", MediaProgress.Direction.UP, 0, LARGE.length, false));
        assertThat(told.getLast())
                .isEqualTo(
                        new MediaProgress(
                                "me",
                                "film",
                                MediaProgress.Direction.UP,
                                LARGE.length,
                                LARGE.length,
                                true));
        assertThat(told).hasSizeLessThan(8);
        assertThat(told.stream().filter(MediaProgress::ended)).hasSize(2);
    }

    @Test
    void a_queue_that_is_full_and_a_file_that_is_too_large_are_refused_and_nothing_is_kept()
            throws Exception {
        device.close();
        device = device(MediaSettings.defaults().withQueue(1, 1_000));
        device.add("a", SMALL);
        assertThatThrownBy(() -> device.add("b", bytes(10)))
                .isInstanceOf(UploadsFullException.class);
        assertThatThrownBy(() -> device.add("a", bytes(1_001))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> device.add("uploads", SMALL))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(device.library.list("me")).hasSize(1);
        assertThat(folder.resolve("media").resolve("incoming")).isEmptyDirectory();
        device.upload();
        device.add("b", bytes(10));
    }

    @Test
    void a_file_under_an_id_that_is_queued_takes_its_place_and_the_same_is_the_same()
            throws Exception {
        MediaItem first = device.add("a", SMALL);
        Upload queued = device.replica.uploads().find("me", "a").orElseThrow();
        assertThat(device.add("a", SMALL)).isEqualTo(first);
        assertThat(device.replica.uploads().find("me", "a")).contains(queued);
        device.add("a", LARGE);
        device.upload();
        assertStored("a", LARGE);
    }

    @Test
    void whatever_goes_wrong_each_file_is_stored_once_with_its_own_bytes() throws Exception {
        for (int seed = 0; seed < Integer.getInteger("media.seeds", 12); seed++) {
            Random random = new Random(seed);
            Map<String, byte[]> files = new HashMap<>();
            for (int i = 0; i < 6; i++) {
                String id = "s%d-%d".formatted(seed, i);
                byte[] bytes = bytes(random.nextInt(2) == 0 ? random.nextInt(3_000) : 300_000 + i);
                files.put(id, bytes);
                device.add(id, bytes);
            }
            for (int i = 0; i < 15; i++) {
                server.next(
                        List.of("POST", "PATCH", "PATCH", "HEAD").get(random.nextInt(4)),
                        fault(random));
            }
            for (int pass = 0; device.upload().left() > 0; pass++) {
                assertThat(pass).as("seed " + seed).isLessThan(60);
                if (random.nextInt(4) == 0) {
                    device.close();
                    device = device(MediaSettings.defaults());
                }
            }
            files.forEach(this::assertStored);
        }
        assertThat(server.changeIds()).doesNotHaveDuplicates();
        assertThat(device.library.list("me"))
                .allMatch(item -> item.standing() == MediaItem.Standing.STORED);
    }

    private static Fault fault(Random random) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Fault.Breaks(random.nextInt(250_000));
            case 2, 3 -> new Fault.LosesAnswer();
            case 4 -> new Fault.GoesAway();
            case 5 -> TusServer.says(ProblemType.UNAVAILABLE);
            case 6 -> TusServer.says(ProblemType.UPLOAD_LOCKED);
            default -> TusServer.says(ProblemType.REQUEST_TIMEOUT);
        };
    }

    @Test
    void two_who_ask_at_once_both_hear_the_end() throws Exception {
        device.add("film", LARGE);
        CompletableFuture<UploadResult> one = device.library.upload();
        CompletableFuture<UploadResult> two = device.library.upload();
        assertThat(one.get().stored() + two.get().stored()).isEqualTo(1);
    }
}
