package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.Ports;
import io.reconverge.wire.WireJson;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import tools.jackson.databind.JsonNode;

/// Registration and login with an e-mail address and a password.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IssuerAccountsTest {

    private static final String REGISTER = "/api/auth/register";
    private static final String LOGIN = "/api/auth/login";

    private final HttpClient http = HttpClient.newHttpClient();
    private DataFolder folder;
    private int port;
    private ConfigurableApplicationContext issuer;

    @BeforeAll
    void start(@TempDir Path data) {
        folder = DataFolder.open(data);
        startOn(Ports.free());
    }

    @AfterAll
    void stop() throws Exception {
        issuer.close();
        folder.close();
        http.close();
    }

    private void startOn(int free) {
        port = free;
        Settings settings = Settings.from(Map.of("RECONVERGE_DATA", folder.root().toString()));
        issuer = Services.issuer(settings, folder, port).start("127.0.0.1", port);
    }

    private record Answer(int status, JsonNode json, HttpResponse<String> whole) {}

    /// Each test comes from an address of its own, as a gateway tells it.
    private Answer post(String address, String path, String body) throws Exception {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("Content-Type", "application/json")
                                .header("X-Client-Address", address)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), WireJson.MAPPER.readTree(answer.body()), answer);
    }

    private Answer register(String address, String email, String password) throws Exception {
        return post(
                address,
                REGISTER,
                """
                {"email": "%s", "password": "%s", "name": "Zoë"}\
                """
                        .formatted(email, password));
    }

    private Answer login(String address, String email, String password) throws Exception {
        return post(
                address,
                LOGIN,
                """
                {"email": "%s", "password": "%s"}\
                """
                        .formatted(email, password));
    }

    private static String anEmail() {
        return "zoe-" + UUID.randomUUID() + "@example.org";
    }

    private Jwt verified(Answer answer) {
        return NimbusJwtDecoder.withJwkSetUri("http://127.0.0.1:" + port + "/oauth2/jwks")
                .build()
                .decode(answer.json().get("token").stringValue());
    }

    @Test
    void who_registers_gets_a_token_and_the_same_user_by_each_login() throws Exception {
        String email = anEmail();
        Answer registered = register("one", " " + email.toUpperCase(Locale.ROOT) + " ", "a secret");
        assertThat(registered.status()).as(registered.whole().body()).isEqualTo(201);
        assertThat(registered.json().get("success").booleanValue()).isTrue();
        JsonNode user = registered.json().get("user");
        assertThat(user.get("email").stringValue()).isEqualTo(email);
        assertThat(user.get("name").stringValue()).isEqualTo("Zoë");
        Jwt token = verified(registered);
        assertThat(token.getSubject()).isEqualTo(user.get("id").stringValue());
        assertThat(token.getAudience()).containsExactly("reconverge");
        assertThat(token.getClaimAsString("iss")).isEqualTo("http://reconverge.localhost");
        assertThat(token.getClaimAsString("email")).isEqualTo(email);
        assertThat(token.getClaimAsString("name")).isEqualTo("Zoë");
        assertThat(Duration.between(token.getIssuedAt(), token.getExpiresAt()))
                .isEqualTo(Duration.ofHours(12));

        issuer.close();
        startOn(Ports.free());
        Answer again = login("one", email, "a secret");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().get("user")).isEqualTo(user);
        assertThat(verified(again).getSubject()).isEqualTo(token.getSubject());
    }

    @Test
    void an_address_has_one_account() throws Exception {
        String email = anEmail();
        assertThat(register("two", email, "first").status()).isEqualTo(201);
        Answer second = register("two", email.toUpperCase(Locale.ROOT), "second");
        assertThat(second.status()).isEqualTo(400);
        assertThat(second.whole().body())
                .isEqualTo("{\"success\":false,\"message\":\"User already exists\"}");
        assertThat(login("two", email, "second").status()).isEqualTo(401);
        assertThat(login("two", email, "first").status()).isEqualTo(200);
    }

    @Test
    void an_unknown_user_and_a_wrong_password_look_the_same_and_take_as_long() throws Exception {
        String email = anEmail();
        register("three", email, "right");
        long unknown = 0;
        long wrong = 0;
        for (int i = 0; i < 4; i++) {
            long begin = System.nanoTime();
            Answer nobody = login("three", anEmail(), "guess");
            long between = System.nanoTime();
            Answer somebody = login("three", email, "guess");
            wrong += System.nanoTime() - between;
            unknown += between - begin;
            assertThat(nobody.status()).isEqualTo(401).isEqualTo(somebody.status());
            assertThat(nobody.whole().body())
                    .isEqualTo("{\"success\":false,\"message\":\"Invalid credentials\"}")
                    .isEqualTo(somebody.whole().body());
        }
        assertThat((double) unknown / wrong).isBetween(1.0 / 3, 3.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"email\": \"a@b\"}",
                "{\"email\": \"a@b\", \"password\": \"x\"}",
                "{\"email\": \"nobody\", \"password\": \"x\", \"name\": \"y\"}",
                "{\"email\": 5, \"password\": \"x\", \"name\": \"y\"}",
                "{\"email\": \"a\\nb@c\", \"password\": \"x\", \"name\": \"y\"}",
                "{\"email\": \"a@b\", \"password\": \"\", \"name\": \"y\"}"
            })
    void what_is_no_registration_is_refused(String body) throws Exception {
        Answer answer = post("four", REGISTER, body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("success").booleanValue()).isFalse();
        assertThat(answer.json().get("message").stringValue()).isNotEmpty();
    }

    @Test
    void a_login_names_an_address_and_a_password() throws Exception {
        Answer answer = post("five", LOGIN, "{\"email\": \"a@b\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("message").stringValue())
                .isEqualTo("Please provide email and password");
    }

    @Test
    void a_password_has_at_most_the_bytes_that_are_looked_at() throws Exception {
        String most = "ü".repeat(36);
        String email = anEmail();
        assertThat(register("six", email, most + "x").status()).isEqualTo(400);
        assertThat(register("six", email, most).status()).isEqualTo(201);
        assertThat(login("six", email, most + "x").status()).isEqualTo(401);
        assertThat(login("six", email, most).status()).isEqualTo(200);
        assertThat(post("six", LOGIN, " ".repeat(17_000)).status()).isEqualTo(413);
    }

    @Test
    void guesses_at_one_account_are_few_whatever_their_addresses() throws Exception {
        String email = anEmail();
        for (int i = 0; i < 10; i++) {
            assertThat(login("seven-" + i, email, "guess-" + i).status()).isEqualTo(401);
        }
        Answer last = login("seven", email, "guess");
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.json().get("success").booleanValue()).isFalse();
        assertThat(last.whole().headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    }

    @Test
    void attempts_from_one_address_are_few_whatever_the_account() throws Exception {
        int refused = 0;
        for (int i = 0; i < 70; i++) {
            refused += post("eight", LOGIN, "{}").status() == 429 ? 1 : 0;
        }
        assertThat(refused).isBetween(5, 10);
    }

    @Test
    void passwords_are_hashed_in_files_for_their_owner_alone() throws Exception {
        register("nine", anEmail(), "a secret that nobody reads");
        try (Stream<Path> files = Files.list(folder.issuer().resolve("accounts"))) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
                assertThat(Files.readString(file))
                        .contains("\"password\":\"{bcrypt}$2a$10$")
                        .doesNotContain("secret");
            }
        }
    }

    @Test
    void what_else_is_asked_for_is_not_there() throws Exception {
        Answer answer = post("ten", "/api/auth/else", "{}");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("message").stringValue()).isEqualTo("Route not found");
    }
}
