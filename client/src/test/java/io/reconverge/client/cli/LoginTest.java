package io.reconverge.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.reconverge.client.cli.Terminal.Run;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who one is, and that a folder is one person's.
class LoginTest {

    @TempDir private Path folder;
    private HttpServer server;
    private String url;
    private Terminal terminal;
    private volatile String refused = "";
    private final AtomicInteger asked = new AtomicInteger();

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/v1/spaces/me/sync",
                exchange -> {
                    asked.incrementAndGet();
                    String token = exchange.getRequestHeaders().getFirst("Authorization");
                    boolean good = !("Bearer " + refused).equals(token);
                    byte[] body =
                            (good
                                            ? "{\"results\":[],\"serverTime\":%d}"
                                                    .formatted(System.currentTimeMillis())
                                            : WireJson.MAPPER.writeValueAsString(
                                                    Problem.of(
                                                            ProblemType.UNAUTHENTICATED,
                                                            "The signature does not fit.")))
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(good ? 200 : 401, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
        terminal = new Terminal(folder.resolve("home"));
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    private Run login(String token, String... arguments) {
        terminal.input(token);
        String[] all = new String[arguments.length + 4];
        System.arraycopy(new String[] {"login", "--server", url, "--token-stdin"}, 0, all, 0, 4);
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return terminal.run(all);
    }

    @Test
    void a_token_that_the_server_takes_makes_the_folder_its_subjects() throws IOException {
        Run login = login(Terminal.token("alice"), "--json");

        assertThat(login.code()).as(login.err()).isEqualTo(0);
        assertThat(login.json().path("subject").asString()).isEqualTo("alice");
        assertThat(login.json().path("checked").asBoolean()).isTrue();
        assertThat(asked).hasValue(1);
        Run whoami = terminal.run("whoami", "--json");
        assertThat(whoami.code()).isEqualTo(0);
        assertThat(whoami.json().path("subject").asString()).isEqualTo("alice");
        assertThat(whoami.json().path("owner").asString()).isEqualTo("alice");
        assertThat(whoami.json().path("server").asString()).isEqualTo(url);
        assertThat(whoami.json().path("expired").asBoolean()).isFalse();
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(terminal.home().resolve("token"))))
                .isEqualTo("rw-------");
        assertThat(asked).as("whoami asks no server").hasValue(1);
    }

    @Test
    void a_token_that_the_server_does_not_take_changes_nothing() {
        login(Terminal.token("alice"));
        refused = Terminal.token("alice", Instant.now().plusSeconds(99));
        Run login = login(refused);

        assertThat(login.code()).isEqualTo(ExitCode.SIGNED_OUT.code());
        assertThat(login.err()).contains("The signature does not fit.");
        assertThat(terminal.home().resolve("token")).content().doesNotContain(refused);
        assertThat(login(refused, "--json").problem().path("type").asString())
                .isEqualTo("urn:reconverge:cli:signed-out");
    }

    @Test
    void nobody_signs_in_to_another_persons_folder() {
        login(Terminal.token("alice"));
        Run bob = login(Terminal.token("bob"));

        assertThat(bob.code()).isEqualTo(ExitCode.SIGNED_OUT.code());
        assertThat(bob.err()).contains("alice's").contains("bob's").contains("--home");
        assertThat(asked).as("bob's token is not even sent").hasValue(1);
        assertThat(terminal.run("whoami", "--json").json().path("subject").asString())
                .isEqualTo("alice");
        terminal.with("RECONVERGE_TOKEN", Terminal.token("bob"));
        Run doctor = terminal.run("whoami", "--json");
        assertThat(doctor.json().path("subject").asString()).isEqualTo("bob");
        assertThat(doctor.json().path("owner").asString()).isEqualTo("alice");
    }

    @Test
    void without_a_network_one_can_sign_in_and_the_folder_is_nobodys_yet() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        terminal.input(Terminal.token("alice"));
        Run login = terminal.run("login", "--server", "http://127.0.0.1:" + port, "--token-stdin");

        assertThat(login.code()).isEqualTo(0);
        assertThat(login.out()).contains("signed in as alice");
        assertThat(login.err()).contains("cannot be reached").contains("first sync");
        assertThat(terminal.run("whoami", "--json").json().has("owner")).isFalse();
    }

    @Test
    void an_expired_token_is_told_as_such_and_not_sent() {
        Run login = login(Terminal.token("alice", Instant.parse("2026-01-01T00:00:00Z")));

        assertThat(login.code()).isEqualTo(ExitCode.SIGNED_OUT.code());
        assertThat(login.err()).contains("expired on 2026-01-01");
        assertThat(asked).hasValue(0);
    }

    @Test
    void what_is_no_token_is_told_as_such() {
        assertThat(login("hello").code()).isEqualTo(ExitCode.SIGNED_OUT.code());
        assertThat(login("").code()).isEqualTo(ExitCode.SIGNED_OUT.code());
    }

    @Test
    void a_token_comes_from_a_file_the_environment_or_the_keyboard_but_never_an_argument()
            throws IOException {
        Path file = Files.writeString(folder.resolve("t"), Terminal.token("alice") + "\n");
        assertThat(terminal.run("login", "--server", url, "--token-file", file.toString()).code())
                .isEqualTo(0);
        terminal.typing(Terminal.token("alice"));
        assertThat(terminal.run("login").code()).as("the server is remembered").isEqualTo(0);
        terminal.with("RECONVERGE_TOKEN", Terminal.token("alice"));
        assertThat(terminal.run("login").code()).isEqualTo(0);
        assertThat(terminal.run("login", "--token", "x").code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(terminal.run("login", Terminal.token("alice")).code())
                .isEqualTo(ExitCode.USAGE.code());
        Run nowhere = new Terminal(folder.resolve("other")).run("login", "--server", url);
        assertThat(nowhere.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(nowhere.err()).contains("--token-stdin");
        assertThat(new Terminal(folder.resolve("other")).run("login").err()).contains("--server");
    }

    @Test
    void a_token_command_is_run_again_only_when_its_token_is_about_to_expire() throws Exception {
        Path count = folder.resolve("count");
        Path token = folder.resolve("t");
        Files.writeString(token, Terminal.token("alice"));
        String command = "echo x >> '%s'; cat '%s'; echo".formatted(count, token);
        assertThat(terminal.run("login", "--server", url, "--token-command", command).code())
                .isEqualTo(0);
        Surroundings surroundings = Surroundings.ofProcess();
        Home home = new Home(terminal.home());

        for (int i = 0; i < 3; i++) {
            assertThat(new Tokens(home, surroundings).current().orElseThrow().subject())
                    .isEqualTo("alice");
        }
        assertThat(count).content().isEqualTo("x\n");

        home.storeToken(Terminal.token("alice", Instant.now().plusSeconds(30)));
        Tokens tokens = new Tokens(home, surroundings);
        assertThat(tokens.token()).isEqualTo(Files.readString(token));
        assertThat(tokens.token()).isEqualTo(Files.readString(token));
        assertThat(count).content().isEqualTo("x\nx\n");
        assertThat(home.storedToken()).contains(Files.readString(token));
    }

    @Test
    void a_token_command_that_fails_is_no_sign_out() throws IOException {
        Home home = new Home(terminal.home());
        home.config(new Home.Config(URI.create(url), "echo no >&2; exit 3", Map.of()));

        Run sync = terminal.run("sync");
        assertThat(sync.code()).isEqualTo(ExitCode.OFFLINE.code());
        assertThat(sync.err()).contains("ended with 3");
    }

    @Test
    void signing_out_forgets_the_token_and_keeps_the_data() {
        login(Terminal.token("alice"));
        terminal.run("put", "note", "n-1", "a=1");
        Run logout = terminal.run("logout");

        assertThat(logout.code()).isEqualTo(0);
        assertThat(logout.err()).contains("Waiting to be sent: 1 change");
        assertThat(terminal.home().resolve("token")).doesNotExist();
        assertThat(terminal.run("get", "note", "n-1").code()).isEqualTo(0);
        assertThat(terminal.run("whoami").code()).isEqualTo(ExitCode.SIGNED_OUT.code());
        assertThat(terminal.run("sync").code()).isEqualTo(ExitCode.SIGNED_OUT.code());
    }

    @Test
    void a_server_is_a_web_address_without_secrets() {
        for (String bad : new String[] {"ftp://x", "localhost:8080", "https://me:secret@host"}) {
            terminal.input(Terminal.token("alice"));
            assertThat(terminal.run("login", "--server", bad, "--token-stdin").code())
                    .as(bad)
                    .isEqualTo(ExitCode.USAGE.code());
        }
    }
}
