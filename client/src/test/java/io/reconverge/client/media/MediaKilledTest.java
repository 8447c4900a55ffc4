package io.reconverge.client.media;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.http.Origin;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that add and send files without end, and are killed with SIGKILL wherever they are.
class MediaKilledTest {

    private static final int KILLS = Integer.getInteger("media.kills", 10);
    private static final Pattern ADDED = Pattern.compile("added (f-\\d+) (\\d+);");

    @TempDir private Path folder;

    private final Map<String, Integer> added = new HashMap<>();

    @Test
    void whatever_the_instant_each_file_that_was_added_is_stored_once_with_its_bytes()
            throws Exception {
        Random random = new Random(5);
        try (TusServer server = new TusServer()) {
            for (int kill = 0; kill < KILLS; kill++) {
                killed(server.address(), 1 + random.nextInt(25), random.nextInt(20_000_000));
                check(server);
            }
            try (MediaDevice device =
                    new MediaDevice(folder, server.address(), MediaSettings.defaults())) {
                assertThat(device.upload().left()).isZero();
                added.forEach((id, size) ->
                        assertThat(requireNonNull(server.media(id)).bytes())
                                .isEqualTo(content(size)));
            }
            assertThat(server.changeIds()).doesNotHaveDuplicates();
            assertThat(added).hasSizeGreaterThan(KILLS);
        }
    }

    private void check(TusServer server) throws IOException {
        try (MediaDevice device =
                new MediaDevice(folder, server.address(), MediaSettings.defaults())) {
            assertThat(folder.resolve("media").resolve("incoming")).isEmptyDirectory();
            for (Map.Entry<String, Integer> file : added.entrySet()) {
                MediaItem item = device.item(file.getKey());
                assertThat(item.sha256()).isEqualTo(TusServer.sha256(content(file.getValue())));
                if (item.standing() != MediaItem.Standing.STORED) {
                    assertThat(
                                    Files.readAllBytes(
                                            device.library
                                                    .cached("me", file.getKey())
                                                    .orElseThrow()))
                            .isEqualTo(content(file.getValue()));
                }
            }
            assertThat(device.library.verify().lost()).isEmpty();
        }
    }

    static byte[] content(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(size).nextBytes(bytes);
        return bytes;
    }

    /// Lets a child run until it has added so many files, and then some nanoseconds more.
    private void killed(URI server, int files, int nanos) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                folder.toString(),
                                server.toString(),
                                Integer.toString(added.size() * 100))
                        .redirectError(folder.resolve("child.err").toFile())
                        .start();
        int heard = 0;
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Matcher matcher = ADDED.matcher(line);
                if (matcher.matches()) {
                    added.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
                }
                if (++heard == files) {
                    long until = System.nanoTime() + nanos;
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    // not the Process's own way, which closes what is left in the pipe
                    child.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(heard).as("it lived until it was killed").isGreaterThanOrEqualTo(files);
    }

    /// Adds files, and says so, while they are sent beside it.
    static final class Child {

        private static final PrintStream OUT =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            Random random = new Random();
            Replica replica =
                    Replica.open(folder.resolve("replica.db"), ReplicaSettings.defaults());
            Origin origin =
                    new Origin(
                            URI.create(arguments[1]),
                            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                            () -> MediaDevice.token("ann"),
                            replica::claim,
                            Duration.ofSeconds(10));
            MediaLibrary library =
                    MediaLibrary.open(
                            replica, folder.resolve("media"), origin, MediaSettings.defaults());
            library.start();
            for (int i = Integer.parseInt(arguments[2]); true; i++) {
                int size = random.nextInt(2) == 0 ? random.nextInt(2_000) : 300_000 + i;
                String id = "f-" + i;
                library.add(
                        "me",
                        new ByteArrayInputStream(content(size)),
                        new MediaDetails(id, null, null, null));
                OUT.println("added " + id + " " + size + ";");
            }
        }
    }
}
