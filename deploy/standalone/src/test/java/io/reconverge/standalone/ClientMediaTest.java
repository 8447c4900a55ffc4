package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.TokenSupplier;
import io.reconverge.client.backup.Backup;
import io.reconverge.client.http.Origin;
import io.reconverge.client.media.MediaDetails;
import io.reconverge.client.media.MediaItem;
import io.reconverge.client.media.MediaLibrary;
import io.reconverge.client.media.MediaProgress;
import io.reconverge.client.media.MediaSettings;
import io.reconverge.client.media.UploadResult;
import io.reconverge.client.replica.Exchange;
import io.reconverge.client.replica.Page;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.replica.Upload;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.WireJson;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client's files and backups against the services themselves.
@OnParts
class ClientMediaTest {

    private static final int FILM_BYTES = 24 * 1024 * 1024;

    private static Pipeline pipeline;

    @TempDir private Path folder;

    private final List<Device> devices = new ArrayList<>();
    private final String user = "media-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        pipeline = Pipeline.start("client-media", Map.of("reconverge.media.upload.quota", "64MB"));
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @AfterEach
    void close() {
        devices.forEach(Device::close);
    }

    private static Origin origin(URI server, Replica replica, String token) {
        return new Origin(
                server,
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                TokenSupplier.of(token),
                replica::claim,
                Duration.ofSeconds(60));
    }

    /// A replica and its files, which hears of others when it is told to.
    private static final class Device implements AutoCloseable {
        private final String user;
        private final Replica replica;
        private final MediaLibrary library;

        Device(String user, Path folder) throws IOException {
            this.user = user;
            replica = Replica.open(folder.resolve("replica.db"), ReplicaSettings.defaults());
            library =
                    MediaLibrary.open(
                            replica,
                            folder.resolve("media"),
                            origin(pipeline.gateway(), replica, Parts.shared().tokens().of(user)),
                            MediaSettings.defaults());
        }

        UploadResult upload() throws Exception {
            return library.upload().get(120, TimeUnit.SECONDS);
        }

        void pull() {
            Exchange exchange = replica.me().exchange();
            String cursor = exchange.place().cursor();
            String path = "/v1/spaces/me/changes" + (cursor == null ? "" : "?cursor=" + cursor);
            exchange.page(
                    cursor,
                    WireJson.MAPPER.treeToValue(pipeline.get(user, path).json(), Page.class));
        }

        MediaItem item(String mediaId) {
            return library.get("me", mediaId).orElseThrow();
        }

        byte[] fetched(String mediaId) throws Exception {
            return Files.readAllBytes(library.fetch("me", mediaId).get(120, TimeUnit.SECONDS));
        }

        @Override
        public void close() {
            library.close();
            replica.close();
        }
    }

    private Device device(String name) throws IOException {
        Device device = new Device(user, Files.createDirectories(folder.resolve(name)));
        devices.add(device);
        return device;
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(size).nextBytes(bytes);
        return bytes;
    }

    private static MediaItem add(Device device, String mediaId, byte[] bytes) throws IOException {
        return device.library.add(
                "me",
                new ByteArrayInputStream(bytes),
                new MediaDetails(mediaId, "Der Kai – é.jpg", null, new EntityKey("note", "a/b ü")));
    }

    @Test
    void a_file_that_was_added_offline_comes_to_the_other_device() throws Exception {
        Device phone = device("phone");
        Device laptop = device("laptop");
        phone.library.connectivity(false);
        byte[] small = bytes(1_000);
        byte[] large = bytes(7_000_000);
        MediaItem added = add(phone, "../small ü/1", small);
        add(phone, "large", large);
        add(phone, "empty", new byte[0]);
        assertThat(phone.upload().left()).isEqualTo(3);
        phone.library.connectivity(true);
        assertThat(phone.upload()).isEqualTo(new UploadResult(3, 0, 0, null));

        Backup backup = new Backup(phone.replica, phone.library);
        backup.export(folder.resolve("sent.zip"), _ -> {});
        phone.pull();
        assertThat(phone.replica.uploads().find("me", "large")).isEmpty();
        backup.export(folder.resolve("shown.zip"), _ -> {});
        assertThat(folder.resolve("shown.zip")).hasSameBinaryContentAs(folder.resolve("sent.zip"));

        laptop.pull();
        assertThat(laptop.library.list("me")).hasSize(3).noneMatch(MediaItem::cached);
        assertThat(laptop.item("../small ü/1").fileName()).isEqualTo(added.fileName());
        assertThat(laptop.item("../small ü/1").attachedTo()).isEqualTo(added.attachedTo());
        assertThat(laptop.fetched("../small ü/1")).isEqualTo(small);
        assertThat(laptop.fetched("large")).isEqualTo(large);
        assertThat(laptop.fetched("empty")).isEmpty();
    }

    @Test
    void a_backup_brings_files_back_to_where_they_were_and_to_where_they_never_were()
            throws Exception {
        Device phone = device("phone");
        byte[] picture = bytes(300_000);
        add(phone, "pier", picture);
        phone.upload();
        phone.pull();
        phone.replica.me().patch("media", "pier", JsonObject.ofText("{\"caption\": \"Low tide\"}"));
        Path backup = folder.resolve("phone.zip");
        new Backup(phone.replica, phone.library).export(backup, _ -> {});

        Device again = device("again");
        new Backup(again.replica, again.library).restore(backup, false, _ -> {});
        again.pull();
        assertThat(again.upload()).isEqualTo(new UploadResult(1, 0, 0, null));
        assertThat(again.item("pier").standing()).isEqualTo(MediaItem.Standing.STORED);

        String other = "media-" + UUID.randomUUID();
        Device fresh = new Device(other, Files.createDirectories(folder.resolve("fresh")));
        devices.add(fresh);
        new Backup(fresh.replica, fresh.library).restore(backup, false, _ -> {});
        push(fresh);
        fresh.pull();
        assertThat(fresh.upload().stored())
                .as("its entity came first, is later, and stays")
                .isEqualTo(1);
        fresh.pull();
        assertThat(
                        fresh.replica
                                .me()
                                .get("media", "pier")
                                .orElseThrow()
                                .data()
                                .tree()
                                .path("caption")
                                .asString())
                .isEqualTo("Low tide");
        Pipeline.Answer there =
                pipeline.send(
                        pipeline.request(other, "/v1/spaces/me/media/pier")
                                .method("HEAD", BodyPublishers.noBody())
                                .build());
        assertThat(there.status()).isEqualTo(200);
    }

    private static void push(Device device) {
        Exchange exchange = device.replica.me().exchange();
        var batch = exchange.take(exchange.begin()).orElseThrow();
        Pipeline.Answer answer =
                pipeline.post(
                        device.user,
                        "/v1/spaces/me/sync",
                        WireJson.MAPPER.writeValueAsString(
                                Map.of("deviceId", batch.deviceId(), "changes", batch.changes())));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void a_space_that_is_full_parks_what_does_not_fit_and_takes_what_does() throws Exception {
        Device phone = device("phone");
        add(phone, "too much", bytes(68_000_000));
        add(phone, "enough", bytes(1_000));
        UploadResult result = phone.upload();
        assertThat(result.stored()).isEqualTo(1);
        assertThat(result.parked()).isEqualTo(1);
        assertThat(phone.item("too much").problem()).startsWith("507");
        assertThat(phone.library.drop("me", "too much")).isTrue();
    }

    @Test
    void what_another_device_sent_under_the_same_id_is_settled_by_its_content() throws Exception {
        Device phone = device("phone");
        Device laptop = device("laptop");
        add(phone, "same", bytes(1_000));
        add(phone, "other", bytes(2_000));
        add(laptop, "same", bytes(1_000));
        add(laptop, "other", bytes(3_000));
        assertThat(laptop.upload().stored()).isEqualTo(2);
        UploadResult late = phone.upload();
        assertThat(late.stored()).as("the earlier of the same").isEqualTo(1);
        assertThat(phone.item("other").standing()).isEqualTo(MediaItem.Standing.PARKED);
        laptop.pull();
        assertThat(laptop.fetched("other")).isEqualTo(bytes(3_000));
    }

    @Test
    void a_process_that_is_killed_on_the_way_is_gone_on_with() throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        try (Device phone = new Device(user, home)) {
            add(phone, "film", bytes(FILM_BYTES));
        }
        int kills = 0;
        while (killed(home, (kills + 1) * 8_000_000L) && kills < 2) {
            kills++;
        }
        assertThat(kills).isPositive();
        try (Device phone = new Device(user, home)) {
            phone.library.start();
            Pipeline.until(
                    "it is stored",
                    () -> phone.item("film").standing() == MediaItem.Standing.STORED);
        }
        Device laptop = device("laptop");
        laptop.pull();
        assertThat(laptop.fetched("film")).isEqualTo(bytes(FILM_BYTES));
    }

    /// Sends in another process until so many bytes went, and kills it then.
    ///
    /// @return false where it came to its end first
    private boolean killed(Path home, long bytes) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx96m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                home.toString(),
                                pipeline.gateway().toString(),
                                Parts.shared().tokens().of(user))
                        .redirectError(folder.resolve("child.err").toFile())
                        .start();
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.matches("[0-9]+") && Long.parseLong(line) >= bytes) {
                    child.toHandle().destroyForcibly();
                }
            }
        }
        return child.waitFor() != 0;
    }

    /// Sends what is queued, and says how far it is.
    static final class Child {

        private static final PrintStream OUT =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

        public static void main(String[] arguments) throws Exception {
            Path home = Path.of(arguments[0]);
            try (Replica replica =
                            Replica.open(home.resolve("replica.db"), ReplicaSettings.defaults());
                    MediaLibrary library =
                            MediaLibrary.open(
                                    replica,
                                    home.resolve("media"),
                                    origin(URI.create(arguments[1]), replica, arguments[2]),
                                    MediaSettings.defaults())) {
                library.observe((MediaProgress progress) -> OUT.println(progress.done()));
                library.start();
                Pipeline.until(
                        "it is stored", () -> replica.uploads().count(Upload.State.QUEUED) == 0);
            }
        }
    }
}
