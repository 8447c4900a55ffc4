package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.Ports;
import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IssuerTest {
    private static final String LOCAL_USER = "urn:reconverge:grant-type:local-user";
    private static final String CALLBACK = "http://127.0.0.1:4711/callback";

    private DataFolder folder;
    private int port;
    private ConfigurableApplicationContext issuer;
    private HttpClient http = browser();

    @BeforeAll
    void start(@TempDir Path data) {
        folder = DataFolder.open(data);
        startOn(Ports.free());
    }

    @AfterAll
    void stop() throws IOException {
        issuer.close();
        folder.close();
        http.close();
    }

    @Test
    void a_local_tool_gets_a_token_in_any_name() throws Exception {
        Jwt token = verified(tokenFor("Zoë O'Neil <zoe@example.org>"));
        assertThat(token.getSubject()).isEqualTo("Zoë O'Neil <zoe@example.org>");
        assertThat(token.getClaimAsString("iss")).isEqualTo("http://reconverge.localhost");
        assertThat(token.getAudience()).containsExactly("reconverge");
        assertThat(Duration.between(token.getIssuedAt(), token.getExpiresAt()))
                .isEqualTo(Duration.ofHours(12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong", "local-tools"})
    void without_the_secret_there_is_no_token(String guess) throws Exception {
        var answer = askForToken(guess, Map.of("grant_type", LOCAL_USER, "username", "alice"));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("access_token");
    }

    @Test
    void the_app_cannot_use_the_tools_grant_even_with_somebody_logged_in() throws Exception {
        Map<String, String> form =
                Map.of("grant_type", LOCAL_USER, "username", "alice", "client_id", "local-app");
        http = browser();
        assertThat(post("/oauth2/token", form).statusCode()).isEqualTo(401);
        assertThat(codeFor("bob", secret(), "a-verifier-that-is-long-enough-to-be-one-0123456789"))
                .isNotEmpty();
        var answer = post("/oauth2/token", form);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("access_token");
    }

    @Test
    void what_is_no_user_name_is_refused() throws Exception {
        for (String name : new String[] {"", "  ", "a\nb", "a\u0000b", "a".repeat(256)}) {
            var answer = askForToken(secret(), Map.of("grant_type", LOCAL_USER, "username", name));
            assertThat(answer.statusCode()).as(name).isEqualTo(400);
        }
    }

    @Test
    void a_tool_gets_a_token_for_itself() throws Exception {
        var answer = askForToken(secret(), Map.of("grant_type", "client_credentials"));
        assertThat(verified(field(answer.body(), "access_token")).getSubject())
                .isEqualTo("local-tools");
    }

    @Test
    void a_token_outlives_a_restart_on_another_port() throws Exception {
        String before = tokenFor("alice");
        issuer.close();
        startOn(Ports.free());
        assertThat(verified(before).getSubject()).isEqualTo("alice");
    }

    @Test
    void a_person_logs_in_to_an_app_with_a_browser() throws Exception {
        String verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789";
        String code = codeFor("bob", secret(), verifier);
        var answer =
                post(
                        "/oauth2/token",
                        Map.of(
                                "grant_type", "authorization_code",
                                "client_id", "local-app",
                                "redirect_uri", CALLBACK,
                                "code", code,
                                "code_verifier", verifier));
        Jwt token = verified(field(answer.body(), "access_token"));
        assertThat(token.getSubject()).isEqualTo("bob");
        assertThat(token.getAudience()).containsExactly("reconverge");
        assertThat(verified(field(answer.body(), "id_token")).getAudience())
                .containsExactly("local-app");
    }

    @Test
    void a_stolen_code_is_worth_nothing_without_the_verifier() throws Exception {
        String code =
                codeFor("bob", secret(), "a-verifier-that-is-long-enough-to-be-one-0123456789");
        var answer =
                post(
                        "/oauth2/token",
                        Map.of(
                                "grant_type", "authorization_code",
                                "client_id", "local-app",
                                "redirect_uri", CALLBACK,
                                "code", code,
                                "code_verifier",
                                        "another-verifier-that-is-long-enough-to-be-one-01"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("invalid_grant");
    }

    @Test
    void a_login_needs_the_secret() throws Exception {
        assertThat(codeFor("bob", "guess", "a-verifier-that-is-long-enough-to-be-one-0123456789"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server"
            })
    void discovery_names_endpoints_that_can_be_reached(String document) throws Exception {
        String found = get(document).body();
        assertThat(found).contains("\"issuer\":\"http://reconverge.localhost\"");
        assertThat(field(found, "token_endpoint")).isEqualTo(here() + "/oauth2/token");
        assertThat(field(found, "authorization_endpoint")).isEqualTo(here() + "/oauth2/authorize");
        assertThat(found.split("http://reconverge.localhost/", -1)).hasSize(1);
        assertThat(get(URI.create(field(found, "jwks_uri")).getPath()).body())
                .contains("\"keys\"")
                .doesNotContain("\"d\":");
    }

    @Test
    void only_this_machine_reaches_it() throws Exception {
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address :
                    network.inetAddresses().filter(found -> !found.isLoopbackAddress()).toList()) {
                assertThat(accepts(address)).as("%s", address).isFalse();
            }
        }
        assertThat(accepts(InetAddress.getLoopbackAddress())).isTrue();
    }

    @Test
    void key_and_secret_are_for_their_owner_alone() throws Exception {
        for (String file : new String[] {"secret", "signing-key.json"}) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(folder.issuer().resolve(file))))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.issuer())))
                .isEqualTo("rwx------");
    }

    private void startOn(int free) {
        port = free;
        Settings settings = Settings.from(Map.of("RECONVERGE_DATA", folder.root().toString()));
        issuer = Services.issuer(settings, folder, port).start("127.0.0.1", port);
    }

    /// With no cookie yet.
    private static HttpClient browser() {
        return HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    }

    private String here() {
        return "http://127.0.0.1:" + port;
    }

    private String secret() throws IOException {
        return Files.readString(folder.issuer().resolve("secret")).strip();
    }

    private Jwt verified(String token) {
        return NimbusJwtDecoder.withJwkSetUri(here() + "/oauth2/jwks").build().decode(token);
    }

    private String tokenFor(String name) throws Exception {
        return field(
                askForToken(secret(), Map.of("grant_type", LOCAL_USER, "username", name)).body(),
                "access_token");
    }

    private HttpResponse<String> askForToken(String secret, Map<String, String> form)
            throws Exception {
        String basic =
                Base64.getEncoder()
                        .encodeToString(("local-tools:" + secret).getBytes(StandardCharsets.UTF_8));
        return http.send(
                request("/oauth2/token", form).header("Authorization", "Basic " + basic).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /// What a browser does: it is sent to the login, then back to the app with a code.
    private String codeFor(String name, String password, String verifier) throws Exception {
        http = browser();
        String challenge =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        String authorize =
                "/oauth2/authorize?"
                        + form(
                                Map.of(
                                        "response_type", "code",
                                        "client_id", "local-app",
                                        "scope", "openid",
                                        "redirect_uri", CALLBACK,
                                        "code_challenge", challenge,
                                        "code_challenge_method", "S256"));
        assertThat(location(get(authorize))).endsWith("/login");
        String csrf =
                matched(get("/login").body(), "name=\"_csrf\" type=\"hidden\" value=\"([^\"]+)\"");
        post("/login", Map.of("username", name, "password", password, "_csrf", csrf));
        return matched(location(get(authorize)), "[?&]code=([^&]+)");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(here() + path))
                        .header("Accept", "text/html,*/*")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
        return http.send(request(path, form).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, Map<String, String> form) {
        return HttpRequest.newBuilder(URI.create(here() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(form)));
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field ->
                        field.getKey()
                                + "="
                                + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("");
    }

    private static String field(String json, String name) {
        return matched(json, "\"%s\":\"([^\"]+)\"".formatted(name));
    }

    private static String matched(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private boolean accepts(InetAddress address) {
        try (var socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
