package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.replica.Query;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.wire.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Devices with the command line against the standalone, all of them processes of their own.
class CommandLineTest {

    @TempDir private static Path data;

    private static StandaloneProcess standalone;

    @TempDir private Path directory;

    private final String user = "user-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        standalone = StandaloneProcess.on(data).start();
    }

    @AfterAll
    static void stop() {
        standalone.close();
    }

    private CommandLineDevice device(String name, String user) throws Exception {
        CommandLineDevice device = new CommandLineDevice(directory.resolve(name));
        device.signIn(standalone, user);
        return device;
    }

    @Test
    void what_two_devices_wrote_offline_is_on_both_after_a_sync() throws Exception {
        CommandLineDevice phone = device("phone", user);
        CommandLineDevice laptop = device("laptop", user);
        standalone.stop();
        phone.put("note", "n-1", "{'title':'Tide'}");
        laptop.put("note", "n-2", "{'title':'Ebb'}");
        CommandLineDevice.Ran offline = phone.run("sync").expect(6);
        assertThat(offline.err() + offline.out()).doesNotContain("Exception");
        assertThat(phone.data("note", "n-1").get("title").asString()).isEqualTo("Tide");

        standalone.start();
        phone.run("sync").expect(0);
        laptop.run("sync").expect(0);
        phone.run("sync").expect(0);
        assertThat(phone.data("note", "n-2").get("title").asString()).isEqualTo("Ebb");
        assertThat(phone.export("one")).isEqualTo(laptop.export("one"));
    }

    @Test
    void a_conflict_waits_for_its_user_and_the_decision_reaches_the_other_device()
            throws Exception {
        CommandLineDevice phone = device("phone", user);
        CommandLineDevice laptop = device("laptop", user);
        laptop.run("strategy", "note", "ask").expect(0);
        phone.put("note", "n-1", "{'title':'Tide'}");
        phone.run("sync").expect(0);
        laptop.run("sync").expect(0);
        phone.run("patch", "note", "n-1", "{\"title\":\"Spring tide\"}").expect(0);
        laptop.run("patch", "note", "n-1", "{\"title\":\"Neap tide\"}").expect(0);
        phone.run("sync").expect(0);

        laptop.run("sync").expect(4);
        JsonNode conflict = laptop.run("--json", "conflicts").expect(0).json().at("/conflicts/0");
        assertThat(conflict.at("/local/title").asString()).isEqualTo("Neap tide");
        assertThat(conflict.at("/remote/title").asString()).isEqualTo("Spring tide");
        assertThat(conflict.at("/base/title").asString()).isEqualTo("Tide");
        assertThat(laptop.data("note", "n-1").get("title").asString()).isEqualTo("Neap tide");

        laptop.run("resolve", conflict.get("id").asString(), "--keep-local").expect(0);
        laptop.run("sync").expect(0);
        phone.run("sync").expect(0);
        assertThat(phone.data("note", "n-1").get("title").asString()).isEqualTo("Neap tide");
        assertThat(laptop.run("--json", "conflicts", "--settled").expect(0).json().toString())
                .contains("Spring tide");
        JsonNode versions = phone.run("--json", "history", "note", "n-1").expect(0).json();
        assertThat(versions.toString()).contains("Spring tide", "Neap tide");
        phone.run("restore", "note", "n-1", "1").expect(0);
        phone.run("sync").expect(0);
        laptop.run("sync").expect(0);
        assertThat(laptop.data("note", "n-1").get("title").asString()).isEqualTo("Tide");
    }

    @Test
    void a_file_goes_over_a_kill_to_the_other_device_and_a_backup_to_another_person()
            throws Exception {
        CommandLineDevice phone = device("phone", user);
        byte[] bytes = new byte[60 * 1024 * 1024];
        new Random(4).nextBytes(bytes);
        Path film = Files.write(directory.resolve("film.mp4"), bytes);
        phone.put("note", "n-1", "{'title':'Tide'}");
        phone.run("--space", "drafts", "put", "note", "d-1", "{\"title\":\"not yet\"}").expect(0);
        phone.run("media", "put", film.toString(), "--id", "film", "--attach", "note/n-1")
                .expect(0);
        killedInTheMidstOf(phone, "sync");
        phone.run("sync").expect(0);

        CommandLineDevice laptop = device("laptop", user);
        laptop.run("sync").expect(0);
        Path fetched = directory.resolve("fetched.mp4");
        laptop.run("media", "get", "film", "-o", fetched.toString()).expect(0);
        assertThat(Files.mismatch(film, fetched)).isEqualTo(-1);

        Path backup = directory.resolve("backup.zip");
        phone.run("export", backup.toString()).expect(0);
        CommandLineDevice other = device("other", "heir-of-" + user);
        other.run("import", backup.toString()).expect(0);
        Path again = directory.resolve("again.zip");
        other.run("export", again.toString()).expect(0);
        assertThat(Files.mismatch(backup, again)).isEqualTo(-1);
        other.run("import", backup.toString()).expect(0);
        other.run("sync").expect(0);
        Path synced = directory.resolve("synced.zip");
        other.run("export", synced.toString()).expect(0);
        assertThat(Files.mismatch(backup, synced)).isEqualTo(-1);
    }

    /// Kills the command at some time after its bytes have begun to go.
    private static void killedInTheMidstOf(CommandLineDevice device, String command)
            throws Exception {
        Process process = device.begin(command);
        Pipeline.until("the upload has begun", () -> isSending(device) || !process.isAlive());
        process.destroyForcibly().waitFor();
    }

    private static boolean isSending(CommandLineDevice device) {
        try (Replica replica =
                Replica.open(device.home().resolve("replica.db"), ReplicaSettings.defaults())) {
            return replica.uploads().find("me", "film").stream()
                    .anyMatch(upload -> upload.sent() > 0);
        }
    }

    private static final int ROUNDS = Integer.getInteger("reconverge.rounds", 4);
    private static final int EDITS = 120;

    /// Each device edits notes of its own, and some that both edit; syncs are killed at any time.
    /// `-Dreconverge.seed` and `-Dreconverge.rounds` run others, and more.
    @Test
    void devices_killed_while_they_sync_lose_nothing_and_reconverge() throws Exception {
        long seed = Long.getLong("reconverge.seed", 20261121);
        SplittableRandom random = new SplittableRandom(seed);
        List<CommandLineDevice> devices = List.of(device("phone", user), device("laptop", user));
        List<Map<String, String>> own = List.of(new HashMap<>(), new HashMap<>());
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 2; i++) {
                edit(devices.get(i), i, own.get(i), random);
            }
            List<Process> syncing = new ArrayList<>();
            for (CommandLineDevice device : devices) {
                syncing.add(device.begin("sync"));
            }
            for (Process process : syncing) {
                if (!process.waitFor(random.nextInt(200, 2_500), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
        }
        for (int i = 0; i < 3; i++) {
            for (CommandLineDevice device : devices) {
                device.run("sync").expect(0);
            }
        }
        assertThat(devices.get(0).export("end"))
                .as("seed %d", seed)
                .isEqualTo(devices.get(1).export("end"));
        for (int i = 0; i < 2; i++) {
            Map<String, String> expected = own.get(i);
            Map<String, String> there = notes(devices.get(1 - i), "own-" + i + "-");
            assertThat(there).as("seed %d, written by %d", seed, i).isEqualTo(expected);
        }
        assertThat(devices.get(0).run("--json", "doctor").expect(0).json()).isNotNull();
    }

    private static void edit(
            CommandLineDevice device,
            int number,
            Map<String, String> own,
            SplittableRandom random) {
        try (Replica replica =
                Replica.open(device.home().resolve("replica.db"), ReplicaSettings.defaults())) {
            for (int i = 0; i < EDITS; i++) {
                String id = "own-" + number + "-" + random.nextInt(200);
                String title = "t" + random.nextInt(1_000_000);
                if (random.nextInt(5) == 0) {
                    replica.me().delete("note", id);
                    own.remove(id);
                } else {
                    replica.me()
                            .put("note", id, JsonObject.ofText("{\"title\":\"" + title + "\"}"));
                    own.put(id, title);
                }
                if (random.nextInt(4) == 0) {
                    replica.me()
                            .patch(
                                    "note",
                                    "both-" + random.nextInt(10),
                                    JsonObject.ofText("{\"m%d\":\"%s\"}".formatted(number, title)));
                }
            }
        }
    }

    private static Map<String, String> notes(CommandLineDevice device, String prefix) {
        try (Replica replica =
                Replica.open(device.home().resolve("replica.db"), ReplicaSettings.defaults())) {
            Map<String, String> notes = new HashMap<>();
            replica.me()
                    .list(Query.of("note"))
                    .forEach(note -> {
                        if (note.id().startsWith(prefix)) {
                            notes.put(note.id(), note.data().tree().get("title").asString());
                        }
                    });
            return notes;
        }
    }
}
