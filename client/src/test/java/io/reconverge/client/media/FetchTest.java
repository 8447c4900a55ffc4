package io.reconverge.client.media;

import static io.reconverge.client.media.MediaDevice.bytes;
import static io.reconverge.client.media.MediaDevice.until;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.client.http.ProblemException;
import io.reconverge.client.http.SignedOutException;
import io.reconverge.client.media.TusServer.Fault;
import io.reconverge.wire.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files on their way from a server that does what a test wants, and the cache that they come to.
class FetchTest {

    private static final byte[] FILM = bytes(400_000);

    @TempDir private Path folder;

    private final TusServer server = new TusServer();
    private MediaDevice device;

    @BeforeEach
    void open() throws IOException {
        device = new MediaDevice(folder, server.address(), MediaSettings.defaults());
    }

    @AfterEach
    void close() {
        device.close();
        server.close();
    }

    /// The feed shows a file that another device sent.
    private void shown(String mediaId, byte[] bytes) {
        server.put(mediaId, bytes, 5);
        device.shows(requireNonNull(server.media(mediaId)).entity());
    }

    private static Path got(CompletableFuture<Path> fetch) throws Exception {
        return fetch.get(30, TimeUnit.SECONDS);
    }

    /// Lets time pass until it is done.
    private Path passing(CompletableFuture<Path> fetch) throws Exception {
        until(
                "it ended",
                () -> {
                    device.timers.pass(Duration.ofSeconds(60));
                    return fetch.isDone();
                });
        return got(fetch);
    }

    @Test
    void a_file_is_fetched_once_and_found_after_that() throws Exception {
        shown("film", FILM);
        assertThat(device.library.cached("me", "film")).isEmpty();
        assertThat(device.item("film").cached()).isFalse();
        Path path = got(device.library.fetch("me", "film"));
        assertThat(Files.readAllBytes(path)).isEqualTo(FILM);
        assertThat(device.library.fetch("me", "film")).isCompletedWithValue(path);
        assertThat(device.library.cached("me", "film")).contains(path);
        assertThat(server.requests()).containsExactly("GET");
    }

    @Test
    void many_who_want_one_content_share_one_download() throws Exception {
        shown("film", FILM);
        server.put("copy", FILM, 5);
        device.shows(requireNonNull(server.media("copy")).entity());
        List<CompletableFuture<Path>> fetches = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            fetches.add(device.library.fetch("me", i % 2 == 0 ? "film" : "copy"));
        }
        fetches.getFirst().cancel(true);
        for (CompletableFuture<Path> fetch : fetches.subList(1, 8)) {
            assertThat(Files.readAllBytes(got(fetch))).isEqualTo(FILM);
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void a_download_that_breaks_is_gone_on_with_and_also_by_the_next_process() throws Exception {
        shown("film", FILM);
        server.next("GET", new Fault.SendsOnly(100_000), new Fault.Stalls());
        CompletableFuture<Path> fetch = device.library.fetch("me", "film");
        until(
                "it goes on",
                () -> {
                    device.timers.pass(Duration.ofSeconds(60));
                    return server.requests().size() == 2;
                });
        device.close();
        assertThatThrownBy(() -> passing(fetch)).hasMessageContaining("closed");
        device = new MediaDevice(folder, server.address(), MediaSettings.defaults());
        Path path = got(device.library.fetch("me", "film"));
        assertThat(Files.readAllBytes(path)).isEqualTo(FILM);
        assertThat(server.requests()).hasSize(3);
        assertThat(server.requests().get(1)).startsWith("GET bytes=");
        assertThat(server.requests().get(2)).isEqualTo(server.requests().get(1));
    }

    @Test
    void what_came_garbled_never_enters_the_cache() throws Exception {
        shown("film", FILM);
        server.next("GET", new Fault.Garbles());
        Path path = passing(device.library.fetch("me", "film"));
        assertThat(Files.readAllBytes(path)).isEqualTo(FILM);
        assertThat(server.requests()).hasSize(2);

        shown("never", bytes(5_000));
        for (int i = 0; i < 5; i++) {
            server.next("GET", new Fault.Garbles());
        }
        assertThatThrownBy(() -> passing(device.library.fetch("me", "never")))
                .hasCauseInstanceOf(IOException.class);
        assertThat(device.library.cached("me", "never")).isEmpty();
    }

    @Test
    void a_server_that_refuses_or_has_no_token_ends_it_and_one_that_fails_is_asked_again()
            throws Exception {
        shown("film", FILM);
        server.next("GET", TusServer.says(ProblemType.GONE));
        assertThatThrownBy(() -> got(device.library.fetch("me", "film")))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ProblemException.class);
        server.next("GET", TusServer.says(ProblemType.UNAUTHENTICATED));
        assertThatThrownBy(() -> got(device.library.fetch("me", "film")))
                .hasCauseInstanceOf(SignedOutException.class);
        server.next("GET", TusServer.says(ProblemType.VERSION_MISMATCH));
        assertThatThrownBy(() -> got(device.library.fetch("me", "film")))
                .hasMessageContaining("another file by now");
        server.next(
                "GET",
                TusServer.says(ProblemType.UNAVAILABLE),
                TusServer.says(ProblemType.INTERNAL_ERROR),
                new Fault.Page(200),
                new Fault.GoesAway());
        passing(device.library.fetch("me", "film"));
        assertThatThrownBy(() -> got(device.library.fetch("me", "nothing")))
                .hasMessageContaining("there is no file");
    }

    @Test
    void paused_nothing_is_fetched_that_is_not_here() {
        shown("film", FILM);
        device.library.pause();
        assertThatThrownBy(() -> got(device.library.fetch("me", "film")))
                .hasMessageContaining("paused");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void the_cache_drops_what_was_used_least_lately_and_never_what_is_still_to_be_sent()
            throws Exception {
        device.close();
        device =
                new MediaDevice(
                        folder,
                        server.address(),
                        MediaSettings.defaults().withCacheMaxBytes(25_000));
        device.add("queued", bytes(20_000));
        for (int i = 0; i < 4; i++) {
            shown("f" + i, bytes(10_000 + i));
            got(device.library.fetch("me", "f" + i));
            device.clock.pass(Cache.IN_USE.plusSeconds(1));
            device.library.cached("me", "f0");
        }
        assertThat(device.library.list("me"))
                .filteredOn(MediaItem::cached)
                .extracting(MediaItem::mediaId)
                .containsExactly("f0", "f3", "queued");
        device.clock.pass(Cache.IN_USE.plusSeconds(1));
        server.next("POST", TusServer.says(ProblemType.TOO_LARGE));
        device.upload();
        shown("f9", bytes(22_000));
        got(device.library.fetch("me", "f9"));
        assertThat(device.library.list("me"))
                .filteredOn(MediaItem::cached)
                .extracting(MediaItem::mediaId)
                .containsExactly("f9", "queued");
    }

    @Test
    void a_file_that_somebody_removed_or_damaged_is_fetched_again() throws Exception {
        shown("film", FILM);
        Path path = got(device.library.fetch("me", "film"));
        Files.delete(path);
        assertThat(device.item("film").cached()).isFalse();
        got(device.library.fetch("me", "film"));
        Files.write(path, bytes(3));
        assertThat(device.library.verify())
                .isEqualTo(new CacheCheck(0, 0, List.of(path.getFileName().toString()), List.of()));
        assertThat(Files.readAllBytes(got(device.library.fetch("me", "film")))).isEqualTo(FILM);
        assertThat(device.library.verify())
                .isEqualTo(new CacheCheck(1, FILM.length, List.of(), List.of()));
    }

    @Test
    void what_killed_processes_left_is_swept_and_what_others_write_is_not() throws Exception {
        Path incoming = folder.resolve("media").resolve("incoming");
        Files.write(incoming.resolve("left"), bytes(10));
        Cache other = Cache.open(folder.resolve("media"), device.clock);
        try (Incoming busy = other.incoming()) {
            Cache.open(folder.resolve("media"), device.clock);
            assertThat(busy.path()).exists();
            assertThat(incoming.resolve("left")).doesNotExist();
        }
    }

    @Test
    void a_file_that_was_deleted_everywhere_is_no_longer_listed() throws Exception {
        device.add("film", FILM);
        device.upload();
        device.shows(requireNonNull(server.media("film")).entity());
        device.clock.pass(Duration.ofSeconds(1));
        assertThat(device.replica.me().delete("media", "film")).isTrue();
        assertThat(device.library.list("me")).isEmpty();
        assertThat(device.library.get("me", "film")).isEmpty();
    }
}
