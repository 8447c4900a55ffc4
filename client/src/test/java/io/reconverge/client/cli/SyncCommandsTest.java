package io.reconverge.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.cli.Terminal.Run;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Two folders of one person, and a server between them.
@Timeout(60)
class SyncCommandsTest {

    @TempDir private Path folder;
    private SyncServer server;
    private Terminal phone;
    private Terminal laptop;

    @BeforeEach
    void begin() throws IOException {
        server = new SyncServer();
        phone = signedIn("phone");
        laptop = signedIn("laptop");
    }

    private Terminal signedIn(String name) {
        Terminal terminal = new Terminal(folder.resolve(name));
        terminal.input(Terminal.token("alice"));
        ok(terminal, "login", "--server", server.url(), "--token-stdin");
        return terminal;
    }

    @AfterEach
    void end() {
        server.close();
    }

    private static Run ok(Terminal terminal, String... arguments) {
        Run run = terminal.run(arguments);
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(0);
        return run;
    }

    private static void fails(Terminal terminal, ExitCode code, String... arguments) {
        Run run = terminal.run(arguments);
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(code.code());
    }

    @Test
    void what_one_writes_the_other_gets() {
        ok(phone, "put", "note", "n-1", "title=Tide");
        assertThat(ok(phone, "sync").out()).startsWith("me: sent 1, received 1  (");
        Run sync = ok(laptop, "sync", "--json");

        JsonNode me = sync.json().path("spaces").get(0);
        assertThat(me.path("ending").asString()).isEqualTo("done");
        assertThat(me.path("pulled").asInt()).isEqualTo(1);
        assertThat(ok(laptop, "get", "note", "n-1").out()).contains("Tide");
        assertThat(ok(phone, "get", "note", "n-1", "--json").json().path("standing").asString())
                .isEqualTo("synced");
        Run status = ok(laptop, "status", "--json");
        assertThat(status.json().path("spaces").get(0).path("lastSuccess").asLong()).isPositive();
        assertThat(status.json().path("signedIn").asBoolean()).isTrue();
        assertThat(ok(laptop, "status").out()).contains("me").contains("ago");
        assertThat(ok(laptop, "log").out()).contains("synced");
        assertThat(ok(laptop, "log", "--json").json().path("lines")).isNotEmpty();
    }

    @Test
    void a_conflict_is_told_decided_and_sent() {
        ok(phone, "put", "note", "n-1", "title=Tide");
        ok(phone, "sync");
        ok(laptop, "sync");
        ok(laptop, "strategy", "note", "ask");
        ok(phone, "patch", "note", "n-1", "title=Phone");
        ok(laptop, "patch", "note", "n-1", "title=Laptop");
        ok(phone, "sync");

        Run sync = laptop.run("sync");
        assertThat(sync.code()).isEqualTo(ExitCode.CONFLICT.code());
        assertThat(sync.out()).contains("1 conflict");
        assertThat(ok(laptop, "conflicts").out()).contains("Phone").contains("Laptop");
        ok(laptop, "resolve", "note/n-1", "--use", "{\"title\":\"Both\"}");
        ok(laptop, "sync");
        ok(phone, "sync");
        assertThat(ok(phone, "get", "note", "n-1").out()).contains("Both");
        assertThat(ok(laptop, "conflicts", "--settled").out()).contains("something else stands");
    }

    @Test
    void what_the_server_refuses_waits_for_the_user() throws IOException {
        ok(phone, "put", "refused", "r-1", "a=1");
        ok(phone, "put", "refused", "r-2", "a=2");
        ok(phone, "put", "note", "n-1", "a=1");
        fails(phone, ExitCode.REFUSED, "sync");

        JsonNode parked = ok(phone, "queue", "list", "--json").json().path("parked");
        assertThat(parked).hasSize(2);
        assertThat(parked.get(0).path("problem").path("detail").asString())
                .isEqualTo("Not with me.");
        String id = parked.get(0).path("change").path("changeId").asString();
        assertThat(ok(phone, "queue", "list").out())
                .contains(id.substring(0, 8) + "  refused  put  refused/r-1")
                .contains("Not with me.");
        Path file = folder.resolve("queue.json");
        ok(phone, "queue", "export", file.toString());
        assertThat(WireJson.MAPPER.readTree(Files.readString(file)).path("parked")).hasSize(2);
        fails(phone, ExitCode.FAILED, "queue", "export", file.toString());
        assertThat(ok(phone, "queue", "export", "-").json().path("parked")).hasSize(2);

        assertThat(ok(phone, "queue", "retry", id.substring(0, 8)).out()).contains("refused/r-1");
        assertThat(ok(phone, "queue", "list", "--json").json().path("waiting")).hasSize(1);
        fails(phone, ExitCode.NOT_FOUND, "queue", "drop", id);
        fails(phone, ExitCode.REFUSED, "sync");
        fails(phone, ExitCode.USAGE, "queue", "drop");
        assertThat(ok(phone, "queue", "drop", "--all", "--json").json().path("ids")).hasSize(2);
        ok(phone, "sync");
        fails(phone, ExitCode.NOT_FOUND, "get", "refused", "r-1");
        assertThat(ok(phone, "conflicts", "--settled").out()).contains("was dropped");
        assertThat(ok(phone, "queue", "list").err()).isEqualTo("Nothing waits.\n");
    }

    @Test
    void without_the_server_nothing_is_lost_and_the_exit_code_says_so() {
        ok(phone, "put", "note", "n-1", "title=Tide");
        server.failing(ProblemType.UNAVAILABLE);
        fails(phone, ExitCode.OFFLINE, "sync");
        fails(phone, ExitCode.OFFLINE, "history", "note", "n-1");
        server.failing(ProblemType.UNAUTHENTICATED);
        fails(phone, ExitCode.SIGNED_OUT, "sync");
        fails(phone, ExitCode.SIGNED_OUT, "history", "note", "n-1");
        server.failing(null);
        ok(phone, "sync");
        server.close();
        ok(phone, "put", "note", "n-2", "title=Moon");
        fails(phone, ExitCode.OFFLINE, "sync");
        fails(phone, ExitCode.OFFLINE, "--json", "sync");

        assertThat(ok(phone, "queue", "list", "--json").json().path("waiting")).hasSize(1);
        assertThat(ok(phone, "status").out()).contains("me  ");
    }

    @Test
    void with_backup_off_nothing_is_sent_until_it_is_on() {
        ok(phone, "put", "note", "n-1", "title=Tide");
        assertThat(ok(phone, "pause", "--json").json().path("backup").asString()).isEqualTo("off");
        Run sync = phone.run("sync");
        assertThat(sync.code()).isEqualTo(ExitCode.FAILED.code());
        assertThat(sync.out()).isEmpty();
        assertThat(sync.err()).contains("switched off");
        assertThat(ok(phone, "status", "--json").json().path("backup").asString()).isEqualTo("off");
        ok(phone, "resume");
        assertThat(ok(phone, "sync").out()).startsWith("me: sent 1");
    }

    @Test
    void another_persons_token_sends_nothing() {
        ok(phone, "put", "note", "n-1", "title=Tide");
        phone.with("RECONVERGE_TOKEN", Terminal.token("bob"));
        fails(phone, ExitCode.SIGNED_OUT, "sync");
        ok(laptop, "sync");

        fails(laptop, ExitCode.NOT_FOUND, "get", "note", "n-1");
        assertThat(phone.run("doctor").out()).contains("FAIL".toLowerCase()).contains("bob's");
    }

    @Test
    void the_history_is_the_servers() {
        ok(phone, "put", "note", "n-1", "title=Tide");
        ok(phone, "sync");
        ok(phone, "patch", "note", "n-1", "title=Moon");
        ok(phone, "sync");

        assertThat(ok(phone, "history", "note", "n-1", "--json").json().path("entries")).hasSize(2);
        assertThat(ok(phone, "history", "note", "n-1").out().lines().skip(1).findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains("Moon").contains("alice"));
        fails(phone, ExitCode.NOT_FOUND, "history", "note", "none");
    }

    @Test
    void the_doctor_finds_nothing_where_nothing_is_wrong() throws IOException {
        Run well = ok(phone, "doctor");
        assertThat(well.out()).doesNotContain("fail").doesNotContain("warn");
        assertThat(ok(phone, "doctor", "--json").json().path("healthy").asBoolean()).isTrue();

        Files.setPosixFilePermissions(
                phone.home().resolve("token"),
                java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        Run open = phone.run("doctor");
        assertThat(open.code()).isEqualTo(1);
        assertThat(open.out()).contains("fail  folder").contains("chmod 600");
        server.close();
        assertThat(laptop.run("doctor").out()).contains("fail  server");
        ok(laptop, "doctor", "--offline");
        Files.writeString(laptop.home().resolve("replica.db"), "this is no database at all");
        Files.deleteIfExists(laptop.home().resolve("replica.db-wal"));
        assertThat(laptop.run("doctor", "--offline").out()).contains("fail  data");
    }

    @Test
    void files_are_taken_in_without_a_network() throws IOException {
        Path file = Files.writeString(folder.resolve("tide.txt"), "high at 6:10");
        String id =
                ok(phone, "media", "put", file.toString(), "--attach", "note/n-1").out().strip();
        Files.delete(file);

        JsonNode item = ok(phone, "media", "ls", "--json").json().path("files").get(0);
        assertThat(item.path("mediaId").asString()).isEqualTo(id);
        assertThat(item.path("contentType").asString()).isEqualTo("text/plain");
        assertThat(item.path("attachedTo").path("id").asString()).isEqualTo("n-1");
        assertThat(ok(phone, "media", "get", id, "-o", "-").out()).isEqualTo("high at 6:10");
        Path copy = folder.resolve("copy.txt");
        ok(phone, "media", "get", id.substring(0, 8), "--output", copy.toString());
        assertThat(copy).hasContent("high at 6:10");
        fails(phone, ExitCode.FAILED, "media", "get", id, "-o", copy.toString());
        ok(phone, "media", "get", id, "-o", copy.toString(), "--force");
        assertThat(ok(phone, "queue", "list").out()).contains("tide.txt");
        assertThat(ok(phone, "media", "ls").out()).contains("12 B");
        phone.input("from stdin");
        fails(phone, ExitCode.USAGE, "media", "put", "-", "--name", "../evil");
        phone.input("from stdin");
        assertThat(ok(phone, "media", "put", "-", "--id", "x", "--name", ".bashrc").out())
                .isEqualTo("x\n");
        fails(phone, ExitCode.USAGE, "media", "get", "x");
        ok(phone, "media", "rm", "x");
        ok(phone, "media", "rm", id);
        assertThat(ok(phone, "media", "ls").err()).isEqualTo("There is none.\n");
        fails(phone, ExitCode.NOT_FOUND, "media", "rm", id);
        fails(phone, ExitCode.NOT_FOUND, "media", "put", file.toString());
    }

    @Test
    void all_data_goes_out_and_comes_back_elsewhere() throws IOException {
        ok(phone, "put", "note", "n-1", "title=Tide");
        ok(phone, "put", "note", "d-1", "title=Draft", "--space", "drafts");
        phone.input("bytes");
        ok(phone, "media", "put", "-", "--name", "pier.jpg");
        Path zip = folder.resolve("all.zip");
        assertThat(ok(phone, "export", zip.toString()).out())
                .startsWith("exported 2 entities and 1 file (");
        fails(phone, ExitCode.FAILED, "export", zip.toString());
        Path again = folder.resolve("again.zip");
        JsonNode exported = ok(phone, "export", again.toString(), "--json").json();
        assertThat(exported.path("entities").asLong()).isEqualTo(2);
        assertThat(again).hasSameBinaryContentAs(zip);

        Terminal tablet = new Terminal(folder.resolve("tablet"));
        assertThat(ok(tablet, "import", zip.toString()).out()).startsWith("imported ");
        assertThat(ok(tablet, "get", "note", "n-1").out()).contains("Tide");
        ok(tablet, "get", "note", "d-1", "--space", "drafts");
        assertThat(ok(tablet, "media", "ls").out()).contains("pier.jpg");
        assertThat(ok(tablet, "import", zip.toString(), "--json").json().path("written").asLong())
                .isEqualTo(0);
        fails(tablet, ExitCode.NOT_FOUND, "import", folder.resolve("none.zip").toString());
        Path broken = Files.writeString(folder.resolve("broken.zip"), "PK no");
        fails(tablet, ExitCode.FAILED, "import", broken.toString());
    }

    @Test
    void watching_tells_each_change_until_it_is_asked_to_end() throws Exception {
        Lines lines = new Lines();
        AtomicInteger code = new AtomicInteger(-1);
        Surroundings surroundings =
                new Surroundings(
                        Map.of(),
                        new ByteArrayInputStream(new byte[0]),
                        new PrintStream(lines, true, StandardCharsets.UTF_8),
                        System.err,
                        false,
                        false,
                        false,
                        0,
                        null,
                        Clock.systemUTC());
        Thread watching =
                Thread.ofPlatform()
                        .start(() ->
                                code.set(
                                        Reconverge.execute(
                                                surroundings,
                                                "watch",
                                                "--json",
                                                "--home",
                                                laptop.home().toString())));
        until(lines, "\"phase\":\"idle\"");
        ok(phone, "put", "note", "n-1", "title=Tide");
        ok(phone, "sync");
        JsonNode seen = until(lines, "\"n-1\"");
        assertThat(seen.path("event").asString()).isEqualTo("change");
        assertThat(seen.path("entity").path("data").path("title").asString()).isEqualTo("Tide");
        ok(laptop, "rm", "note", "n-1");
        until(lines, "\"deleted\":true");
        // told when it is on its way
        while (phone.run("get", "note", "n-1").code() == ExitCode.OK.code()) {
            ok(phone, "sync");
        }

        watching.interrupt();
        watching.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(code).hasValue(0);
        ok(laptop, "status");
    }

    /// Lines as they are printed, by whatever thread.
    private static final class Lines extends OutputStream {

        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final BlockingQueue<String> whole = new LinkedBlockingQueue<>();

        @Override
        public synchronized void write(int value) {
            if (value == '\n') {
                whole.add(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(value);
            }
        }
    }

    private static JsonNode until(Lines lines, String part) throws InterruptedException {
        List<String> heard = new ArrayList<>();
        while (true) {
            String line = lines.whole.poll(20, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("never heard " + part + " but " + heard);
            }
            heard.add(line);
            if (line.contains(part)) {
                return WireJson.MAPPER.readTree(line);
            }
        }
    }
}
