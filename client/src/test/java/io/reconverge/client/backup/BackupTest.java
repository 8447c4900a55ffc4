package io.reconverge.client.backup;

import static io.reconverge.client.RandomData.json;
import static io.reconverge.client.media.MediaDevice.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.client.RandomData;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.media.MediaDetails;
import io.reconverge.client.media.MediaDevice;
import io.reconverge.client.media.MediaItem;
import io.reconverge.client.media.MediaSettings;
import io.reconverge.client.media.TusServer;
import io.reconverge.client.replica.Exchange;
import io.reconverge.client.replica.OutboxFullException;
import io.reconverge.client.replica.Page;
import io.reconverge.client.replica.Query;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.replica.Space;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupTest {

    private static final String SHARED = "0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e";
    private static final URI NOBODY = URI.create("http://127.0.0.1:1");

    private static final int SEEDS = Integer.getInteger("backup.seeds", 4);

    @TempDir private Path folder;

    private final List<MediaDevice> devices = new ArrayList<>();

    @AfterEach
    void close() {
        devices.forEach(MediaDevice::close);
    }

    private MediaDevice device(String name) throws IOException {
        return device(name, NOBODY, ReplicaSettings.defaults());
    }

    private MediaDevice device(String name, URI server, ReplicaSettings settings)
            throws IOException {
        MediaDevice device =
                new MediaDevice(
                        Files.createDirectories(folder.resolve("device-" + name)),
                        server,
                        MediaSettings.defaults(),
                        settings);
        devices.add(device);
        device.library.connectivity(!server.equals(NOBODY));
        return device;
    }

    private static ExportResult export(MediaDevice device, Path target) throws IOException {
        return new Backup(device.replica, device.library).export(target, _ -> {});
    }

    private static ImportResult restore(MediaDevice device, Path source) throws IOException {
        return new Backup(device.replica, device.library).restore(source, false, _ -> {});
    }

    /// Each file with its bytes.
    private static Map<String, String> files(Path backup) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(backup)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(backup.relativize(file).toString(), Files.readString(file, ISO_8859_1));
            }
        }
        return files;
    }

    private static void shows(Space space, Entity... entities) {
        Exchange exchange = space.exchange();
        String cursor = exchange.place().cursor();
        long version = Stream.of(entities).mapToLong(Entity::version).max().orElse(1);
        exchange.page(cursor, new Page(List.of(entities), "" + version, version, false));
    }

    private static Entity entity(
            String type, String id, long version, @Nullable JsonObject data, long modifiedAt) {
        return new Entity(type, id, version, data, data == null, 1, modifiedAt, "ann", "d");
    }

    @Test
    void a_backup_is_a_folder_that_anyone_can_read() throws Exception {
        MediaDevice device = device("a");
        device.replica.me().put("note", "n-2", json("{'z':1.10,'a':{'d':[],'c':1E+3}}"));
        device.replica.me().put("note", "n-1", json("{}"));
        device.replica.drafts().put("note", "d", json("{'text':'half a thou'}"));
        device.replica.space(SHARED).put("list", "l", json("{'title':'Milk'}"));
        device.clock.pass(Duration.ofMillis(7));
        device.library.add(
                "me",
                new ByteArrayInputStream(bytes(5)),
                new MediaDetails("m", "Pier.JPG", null, new EntityKey("note", "n-1")));
        Path target = folder.resolve("backup");
        assertThat(export(device, target)).isEqualTo(new ExportResult(4, 1, 5, List.of()));

        Map<String, String> files = files(target);
        MediaItem item = device.item("m");
        String path = "media/%s/%s.jpg".formatted(item.sha256().substring(0, 2), item.sha256());
        assertThat(files.keySet())
                .containsExactly(
                        "drafts/note.json",
                        "manifest.json",
                        "me/note.json",
                        "media.json",
                        path,
                        "spaces/" + SHARED + "/list.json");
        assertThat(files.get("me/note.json"))
                .isEqualTo(
                        """
                        [
                        {"data":{},"id":"n-1","modifiedAt":1700000000000},
                        {"data":{"a":{"c":1E+3,"d":[]},"z":1.10},"id":"n-2","modifiedAt":1700000000000}
                        ]
                        """);
        assertThat(files.get("media.json"))
                .isEqualTo(
                        """
                        [
                        {"attachedTo":{"id":"n-1","type":"note"},"contentType":"image/jpeg","fileName":"Pier.JPG",\
                        "mediaId":"m","modifiedAt":1700000000007,"path":"%s","sha256":"%s","size":5,"space":"me"}
                        ]
                        """
                                .formatted(path, item.sha256()));
        assertThat(files.get("manifest.json"))
                .startsWith("{\"files\":{\"drafts/note.json\":{\"sha256\":\"")
                .contains("\"format\":\"reconverge-backup\"", "\"version\":1")
                .contains(
                        "\"spaces\":{\"%s\":{\"list\":1},\"drafts\":{\"note\":1},\"me\":{\"note\":2}}"
                                .formatted(SHARED));
    }

    /// Something of everything, in every state that it can be in.
    private static void fill(MediaDevice device, Random random) throws IOException {
        for (Space space : List.of(device.replica.me(), device.replica.space(SHARED))) {
            List<Entity> shown = new ArrayList<>();
            for (int i = 1; i <= 12; i++) {
                String type = random.nextBoolean() ? "note" : "journal-entry";
                shown.add(
                        entity(
                                type,
                                id(random),
                                i,
                                random.nextInt(5) == 0 ? null : RandomData.put(random),
                                1_600_000_000_000L + random.nextInt(1_000)));
            }
            shows(space, shown.toArray(Entity[]::new));
            for (int i = 0; i < 12; i++) {
                device.clock.pass(Duration.ofMillis(random.nextInt(50)));
                edit(space, random);
            }
            addFiles(device, space, random);
        }
        for (int i = 0; i < 5; i++) {
            device.replica.drafts().put("note", id(random), RandomData.put(random));
        }
        device.replica.drafts().put("media", "no-file", RandomData.put(random));
    }

    private static String id(Random random) {
        return List.of("a", "b", "../../etc", "ä", "\uD83D\uDE00", "\uFFFD", "x y\n", "\"", "Z")
                .get(random.nextInt(9));
    }

    private static void edit(Space space, Random random) {
        String type = random.nextBoolean() ? "note" : "journal-entry";
        String id = id(random);
        Exchange exchange = space.exchange();
        switch (random.nextInt(6)) {
            case 0 -> space.put(type, id, RandomData.put(random));
            case 1, 2 -> space.patch(type, id, RandomData.patch(random));
            case 3 -> space.delete(type, id);
            case 4 -> exchange.take(exchange.begin());
            default -> {
                var run = exchange.begin();
                exchange.take(run)
                        .ifPresent(batch ->
                                exchange.settle(
                                        run,
                                        batch.request(),
                                        batch.changes().stream()
                                                .<ChangeResult>map(change ->
                                                        new ChangeResult.Applied(
                                                                change.changeId(),
                                                                100,
                                                                false,
                                                                false))
                                                .toList()));
            }
        }
    }

    private static void addFiles(MediaDevice device, Space space, Random random)
            throws IOException {
        for (int i = 0; i < 4; i++) {
            device.clock.pass(Duration.ofMillis(1));
            device.library.add(
                    space.name(),
                    new ByteArrayInputStream(bytes(random.nextInt(3) * 100)),
                    new MediaDetails(
                            "file " + i,
                            random.nextBoolean() ? null : "x." + random.nextInt(3),
                            random.nextBoolean() ? null : "text/plain; charset=utf-8",
                            random.nextBoolean() ? null : new EntityKey("note", "n/1")));
        }
        space.put("media", "no-file", json("{'sha256':'x'}"));
        space.put("media", "gone", file(random, "'size':3", "2"));
        space.put("media", "more", file(random, "'size':3,'caption':'By the sea'", "2"));
        MediaItem item = device.library.get(space.name(), "file 0").orElseThrow();
        // says more of content that is here
        space.put(
                "media",
                "described",
                json(
                        "{'contentType':'text/plain','caption':'x','size':%d,'sha256':'%s'}"
                                .formatted(item.size(), item.sha256())));
    }

    private static JsonObject file(Random random, String members, String digit) {
        return json(
                "{'contentType':'image/png',%s,'sha256':'%s'}"
                        .formatted(members, (digit + random.nextInt(9)).repeat(32)));
    }

    @Test
    void what_was_exported_and_imported_exports_the_same_bytes() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            MediaDevice first = device(seed + "-first");
            fill(first, new Random(seed));
            Path original = folder.resolve(seed + "-original");
            ExportResult exported = export(first, original);
            assertThat(exported.missing()).hasSizeBetween(2, 4);
            export(first, folder.resolve(seed + "-again"));
            assertThat(files(folder.resolve(seed + "-again"))).isEqualTo(files(original));

            MediaDevice second = device(seed + "-second");
            ImportResult imported = restore(second, original);
            assertThat(imported.older() + imported.deleted()).isZero();
            export(second, folder.resolve(seed + "-copy"));
            assertThat(files(folder.resolve(seed + "-copy")))
                    .as("seed " + seed)
                    .isEqualTo(files(original));

            Path zip = folder.resolve(seed + ".zip");
            export(second, zip);
            MediaDevice third = device(seed + "-third");
            restore(third, zip);
            Path zipAgain = folder.resolve(seed + "-again.zip");
            export(third, zipAgain);
            assertThat(zipAgain).hasSameBinaryContentAs(zip);
            try (FileSystem inside = FileSystems.newFileSystem(zip)) {
                assertThat(files(inside.getPath("/"))).isEqualTo(files(original));
            }
            Map<String, String> before = everything(second);
            ImportResult again = restore(second, zip);
            assertThat(again.written() + again.conflicts()).as("seed " + seed).isZero();
            assertThat(everything(second)).isEqualTo(before);
        }
    }

    private static Map<String, String> everything(MediaDevice device) {
        Map<String, String> all = new TreeMap<>();
        Replica replica = device.replica;
        List<Space> spaces =
                new ArrayList<>(replica.spaces().stream().map(replica::space).toList());
        for (Space space : spaces) {
            all.put(space.name() + " counts", space.counts().toString());
            all.put(space.name() + " conflicts", space.conflicts().toString());
            all.put(space.name() + " settled", space.settledConflicts(1_000).toString());
            all.put(
                    space.name() + " media",
                    replica.uploads().media(space.name(), null, 99).toString());
        }
        spaces.add(replica.drafts());
        for (Space space : spaces) {
            space.types()
                    .forEach(type ->
                            all.put(
                                    space.name() + " " + type,
                                    space.list(Query.of(type)).toString()));
        }
        return all;
    }

    @Test
    void an_import_into_a_used_replica_loses_nothing_and_twice_is_once() throws Exception {
        List<ConflictStrategy> strategies =
                List.of(
                        new ConflictStrategy.ServerDecides(),
                        new ConflictStrategy.LastWriteWins(),
                        new ConflictStrategy.FieldMerge(),
                        new ConflictStrategy.KeepLocal(),
                        new ConflictStrategy.KeepRemote(),
                        new ConflictStrategy.Ask());
        for (int seed = 0; seed < SEEDS * strategies.size() / 4; seed++) {
            MediaDevice first = device(seed + "-first");
            fill(first, new Random(seed));
            Path backup = folder.resolve(seed + ".zip");
            export(first, backup);
            ConflictStrategy strategy = strategies.get(seed % strategies.size());
            MediaDevice used =
                    device(
                            seed + "-used",
                            NOBODY,
                            ReplicaSettings.defaults()
                                    .withStrategy("note", strategy)
                                    .withStrategy("journal-entry", strategy));
            used.clock.pass(Duration.ofMillis(new Random(seed).nextInt(2_000)));
            fill(used, new Random(seed + 1_000));
            long types = used.replica.me().sizes().values().stream().mapToLong(x -> x).sum();
            restore(used, backup);
            assertThat(used.replica.me().sizes().values().stream().mapToLong(x -> x).sum())
                    .isGreaterThanOrEqualTo(types);
            Map<String, String> once = everything(used);
            ImportResult again = restore(used, backup);
            assertThat(again.written()).as(strategy + ", seed " + seed).isZero();
            assertThat(everything(used)).as(strategy + ", seed " + seed).isEqualTo(once);
        }
    }

    @Test
    void an_import_has_room_for_more_than_the_outbox_and_leaves_room_for_writes() throws Exception {
        ReplicaSettings tight = ReplicaSettings.defaults().withOutboxMax(10);
        MediaDevice first = device("first");
        for (int i = 0; i < 900; i++) {
            first.replica.me().put("note", "n" + i, json("{'i':" + i + "}"));
        }
        Path backup = folder.resolve("b.zip");
        export(first, backup);
        MediaDevice second = device("second", NOBODY, tight);
        for (int i = 0; i < 10; i++) {
            second.replica.me().put("other", "o" + i, json("{}"));
        }
        assertThat(restore(second, backup)).isEqualTo(new ImportResult(900, 0, 0, 0, 0, 0));
        for (int i = 0; i < 10; i++) {
            second.replica.me().put("mine", "m" + i, json("{}"));
        }
        assertThatThrownBy(() -> second.replica.me().put("mine", "m10", json("{}")))
                .isInstanceOf(OutboxFullException.class);
        assertThat(second.replica.me().counts().pending()).isEqualTo(920);
    }

    @Test
    void what_was_deleted_here_stays_so_unless_it_is_asked_for() throws Exception {
        MediaDevice first = device("first");
        first.replica.me().put("note", "n", json("{'a':1}"));
        first.add("m", bytes(10));
        Path backup = folder.resolve("b.zip");
        export(first, backup);
        MediaDevice second = device("second");
        shows(
                second.replica.me(),
                entity("note", "n", 3, null, 5),
                entity("media", "m", 4, null, 5));
        assertThat(restore(second, backup)).isEqualTo(new ImportResult(0, 0, 0, 2, 0, 1));
        assertThat(second.replica.me().get("note", "n")).isEmpty();
        Backup back = new Backup(second.replica, second.library);
        assertThat(back.restore(backup, true, _ -> {}))
                .isEqualTo(new ImportResult(2, 0, 0, 0, 0, 1));
        assertThat(second.replica.me().get("note", "n")).isPresent();
        assertThat(second.item("m").standing()).isEqualTo(MediaItem.Standing.QUEUED);
        assertThat(back.restore(backup, true, _ -> {}).written()).isZero();
    }

    @Test
    void an_export_before_and_after_files_were_sent_is_the_same_and_fetches_what_is_not_here()
            throws Exception {
        try (TusServer server = new TusServer()) {
            MediaDevice first = device("first", server.address(), ReplicaSettings.defaults());
            first.add("a", bytes(1_000));
            first.add("b", bytes(2_000));
            Path before = folder.resolve("before");
            export(first, before);
            assertThat(first.upload().stored()).isEqualTo(2);
            export(first, folder.resolve("sent"));
            assertThat(files(folder.resolve("sent"))).isEqualTo(files(before));
            MediaDevice second = device("second", server.address(), ReplicaSettings.defaults());
            for (MediaDevice device : List.of(first, second)) {
                device.shows(requireNonNull(server.media("a")).entity());
                device.shows(requireNonNull(server.media("b")).entity());
            }
            export(first, folder.resolve("shown"));
            assertThat(files(folder.resolve("shown"))).isEqualTo(files(before));
            assertThat(export(second, folder.resolve("second")).missing()).isEmpty();
            assertThat(files(folder.resolve("second"))).isEqualTo(files(before));
        }
    }

    @Test
    void a_file_that_says_more_keeps_it_when_it_is_sent_anew() throws Exception {
        MediaDevice first = device("first");
        MediaItem item = first.add("pier", bytes(100));
        first.clock.pass(Duration.ofSeconds(1));
        JsonObject more =
                json(
                        "{'contentType':'image/jpeg','size':100,'sha256':'%s','caption':'x'}"
                                .formatted(item.sha256()));
        first.replica.me().put("media", "pier", more);
        Path backup = folder.resolve("b.zip");
        export(first, backup);
        MediaDevice second = device("second");
        restore(second, backup);
        assertThat(second.replica.me().get("media", "pier").orElseThrow().data()).isEqualTo(more);
        assertThat(second.replica.uploads().find("me", "pier").orElseThrow().modifiedAt())
                .as("the entity's own write is the later")
                .isLessThan(second.replica.me().get("media", "pier").orElseThrow().modifiedAt());
    }

    @Test
    void nothing_that_is_there_is_overwritten_and_nothing_half_is_left() throws Exception {
        MediaDevice device = device("a");
        device.replica.me().put("note", "n", json("{}"));
        Path full = Files.createDirectories(folder.resolve("full"));
        Files.writeString(full.resolve("mine"), "x");
        Path zip = Files.writeString(folder.resolve("a.zip"), "x");
        for (Path target : List.of(full, zip)) {
            assertThatThrownBy(() -> export(device, target))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
        Path broken = folder.resolve("out").resolve("broken");
        assertThatThrownBy(() ->
                        new Backup(device.replica, device.library)
                                .export(
                                        broken,
                                        _ -> {
                                            throw new IllegalStateException("stop");
                                        }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(folder.resolve("out")).isEmptyDirectory();
        export(device, Files.createDirectories(folder.resolve("empty")));
        assertThat(folder.resolve("empty").resolve("manifest.json")).exists();
    }

    @Test
    void progress_ends_at_all_of_it() throws Exception {
        MediaDevice device = device("a");
        device.replica.me().put("note", "n", json("{}"));
        device.add("m", bytes(3_000_000));
        List<BackupProgress> told = new ArrayList<>();
        Backup backup = new Backup(device.replica, device.library);
        backup.export(folder.resolve("b.zip"), told::add);
        assertThat(told.getLast().done()).isEqualTo(told.getLast().total());
        assertThat(told).isSortedAccordingTo((a, b) -> Long.compare(a.done(), b.done()));
        told.clear();
        MediaDevice second = device("b");
        new Backup(second.replica, second.library)
                .restore(folder.resolve("b.zip"), false, told::add);
        assertThat(told.getLast().done()).isEqualTo(told.getLast().total());
        assertThat(told).hasSizeBetween(5, 20);
    }

    /// Makes a folder that is nearly a backup, and expects that nothing of it is taken.
    private void assertDamaged(String name, String said, Consumer<Path> damage) throws Exception {
        MediaDevice first = device(name + "-first");
        first.replica.me().put("note", "a", json("{'x':1}"));
        first.replica.me().put("note", "b", json("{'x':2}"));
        first.add("m", bytes(10));
        Path backup = folder.resolve(name);
        export(first, backup);
        damage.accept(backup);
        MediaDevice second = device(name + "-second");
        Map<String, String> before = everything(second);
        assertThatThrownBy(() -> restore(second, backup))
                .isInstanceOf(DamagedBackupException.class)
                .hasMessageContaining(said);
        assertThat(everything(second)).isEqualTo(before);
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Replaces text in a list, and has the manifest say that it is right.
    private static void forge(Path backup, String path, String old, String with) {
        Path file = backup.resolve(path);
        String text = read(file);
        assertThat(text).contains(old);
        String forged = text.replace(old, with);
        write(file, forged);
        String manifest = read(backup.resolve("manifest.json"));
        write(
                backup.resolve("manifest.json"),
                manifest.replace(TestHash.of(text), TestHash.of(forged))
                        .replace(
                                "\"size\":" + text.getBytes(UTF_8).length,
                                "\"size\":" + forged.getBytes(UTF_8).length));
    }

    @Test
    void a_backup_that_is_damaged_is_refused_with_the_file_and_the_place() throws Exception {
        assertDamaged(
                "turned",
                "me/note.json: its bytes are not those of its SHA-256",
                backup -> {
                    Path file = backup.resolve("me/note.json");
                    write(file, read(file).replace("\"x\":1", "\"x\":3"));
                });
        assertDamaged(
                "short",
                "me/note.json: has",
                backup -> write(backup.resolve("me/note.json"), "[\n"));
        assertDamaged(
                "missing",
                "media.json: the file is missing",
                backup -> backup.resolve("media.json").toFile().delete());
        assertDamaged(
                "content",
                "its bytes are not those",
                backup -> {
                    try (Stream<Path> files = Files.walk(backup.resolve("media"))) {
                        files.filter(Files::isRegularFile)
                                .forEach(file -> write(file, "0123456789"));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        assertDamaged(
                "twice",
                "me/note.json line 3: it comes twice",
                backup -> forge(backup, "me/note.json", "\"id\":\"b\"", "\"id\":\"a\""));
        assertDamaged(
                "grammar",
                "me/note.json line 2",
                backup -> forge(backup, "me/note.json", "{\"x\":1}", "{\"x\":1,\"x\":1}"));
        assertDamaged(
                "comma",
                "me/note.json line 2: a comma is missing",
                backup -> forge(backup, "me/note.json", "},\n", "}\n"));
        assertDamaged(
                "more",
                "me/note.json line 2: must be an object with no members but",
                backup -> forge(backup, "me/note.json", "\"id\":\"a\"", "\"id\":\"a\",\"y\":1"));
        assertDamaged(
                "time",
                "'modifiedAt' must be epoch milliseconds",
                backup -> forge(backup, "me/note.json", "000}", "000.5}"));
        assertDamaged(
                "traversal",
                "media.json line 2: 'path' must be that of its content",
                backup -> forge(backup, "media.json", "\"path\":\"", "\"path\":\"../"));
        assertDamaged(
                "large",
                "a file may have",
                backup -> forge(backup, "media.json", "\"size\":10", "\"size\":999999999999"));
        assertDamaged(
                "future",
                "version 2",
                backup -> forgeManifest(backup, "\"version\":1", "\"version\":2"));
        assertDamaged(
                "else",
                "this is no backup",
                backup -> forgeManifest(backup, "reconverge-backup", "diary"));
        assertDamaged(
                "path",
                "no file can be called 'me/../../note.json'",
                backup -> forgeManifest(backup, "me/note.json", "me/../../note.json"));
        assertDamaged(
                "count",
                "me/note.json line 2: no comma goes here",
                backup -> forgeManifest(backup, "\"note\":2", "\"note\":1"));
    }

    private static void forgeManifest(Path backup, String old, String with) {
        Path manifest = backup.resolve("manifest.json");
        assertThat(read(manifest)).contains(old);
        write(manifest, read(manifest).replace(old, with));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-zip", "cut", "climbing", "bomb"})
    void a_zip_that_means_harm_brings_nothing_in(String kind) throws Exception {
        MediaDevice first = device("first");
        first.replica.me().put("note", "a", json("{'x':1}"));
        Path good = folder.resolve("good.zip");
        export(first, good);
        Path zip = folder.resolve("bad.zip");
        byte[] bytes = Files.readAllBytes(good);
        switch (kind) {
            case "no-zip" -> Files.writeString(zip, "not a zip");
            case "cut" -> Files.write(zip, Arrays.copyOf(bytes, bytes.length / 2));
            case "climbing" -> repacked(good, zip, "../outside", 10);
            default -> repacked(good, zip, "me/note.json", 50_000_000);
        }
        MediaDevice second = device("second");
        Map<String, String> before = everything(second);
        assertThatThrownBy(() -> restore(second, zip)).isInstanceOf(DamagedBackupException.class);
        assertThat(everything(second)).isEqualTo(before);
        assertThat(folder.resolve("outside")).doesNotExist();
    }

    /// The same with another entry in place of one, or besides.
    private static void repacked(Path from, Path to, String name, int size) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(from);
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (Map.Entry<String, String> file : files(zip.getPath("/")).entrySet()) {
                if (!file.getKey().equals(name)) {
                    out.putNextEntry(new ZipEntry(file.getKey()));
                    out.write(file.getValue().getBytes(ISO_8859_1));
                }
            }
            out.putNextEntry(new ZipEntry(name));
            out.write(new byte[size]);
        }
    }

    @Test
    void a_folder_that_was_zipped_by_others_is_a_backup() throws Exception {
        MediaDevice first = device("first");
        fill(first, new Random(3));
        Path original = folder.resolve("original");
        export(first, original);
        Path zip = folder.resolve("by-others.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Map.Entry<String, String> file : files(original).entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue().getBytes(ISO_8859_1));
            }
            out.putNextEntry(new ZipEntry(".DS_Store"));
        }
        MediaDevice second = device("second");
        restore(second, zip);
        export(second, folder.resolve("copy"));
        assertThat(files(folder.resolve("copy"))).isEqualTo(files(original));
    }
}
