package io.reconverge.service.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reconverge.parts.Ports;
import io.reconverge.parts.Tokens;
import io.reconverge.service.Echo;
import io.reconverge.wire.SpaceId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

final class IdentityTest {

    private static final Tokens tokens = Tokens.start();
    private static final Echo echo = Echo.start(tokens);

    @AfterAll
    static void stop() {
        echo.close();
        tokens.close();
    }

    @Test
    void a_good_token_opens_its_owners_space_by_either_name() {
        UUID own = SpaceId.personal("alice");
        for (String name : new String[] {"me", own.toString()}) {
            get(echo, "/v1/spaces/" + name, tokens.of("alice"))
                    .expectStatus()
                    .isOk()
                    .expectBody(UUID.class)
                    .isEqualTo(own);
        }
    }

    static Stream<Arguments> badTokens() {
        Tokens.Draft draft = tokens.draft("alice");
        return Stream.of(
                Arguments.of("expired", draft.expired().sign()),
                Arguments.of("not yet valid", draft.notYetValid().sign()),
                Arguments.of("of another issuer", draft.wrongIssuer().sign()),
                Arguments.of("for another audience", draft.wrongAudience().sign()),
                Arguments.of("alg none", draft.unsigned().sign()),
                Arguments.of("signed by another key", draft.signedByAnotherKey().sign()),
                Arguments.of(
                        "the public key as secret", draft.signedWithPublicKeyAsSecret().sign()),
                Arguments.of("an empty subject", tokens.of("")),
                Arguments.of("a subject too long", tokens.of("s".repeat(256))),
                Arguments.of("a subject with U+0000", tokens.of("a\0b")),
                Arguments.of("no JWT", "no-jwt"),
                Arguments.of("not of a token's characters", "ä token"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void a_bad_token_is_401_and_says_so(String what, String token) {
        get(echo, "/v1/spaces/me", token)
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:unauthenticated");
    }

    @Test
    void a_token_that_was_good_is_refused_once_it_has_expired() {
        try (Echo strict =
                Echo.start(
                        tokens.issuer(),
                        "--reconverge.identity.jwks-uri=" + tokens.jwksUri(),
                        "--reconverge.identity.clock-skew=0s")) {
            String token = tokens.draft("alice").lifetime(Duration.ofSeconds(3)).sign();
            get(strict, "/v1/spaces/me", token).expectStatus().isOk();
            await().untilAsserted(() ->
                    get(strict, "/v1/spaces/me", token).expectStatus().isUnauthorized());
        }
    }

    @Test
    void no_token_is_401_without_an_error_code() {
        echo.client()
                .get()
                .uri("/v1/spaces/me")
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }

    @Test
    void what_no_space_can_be_called_is_answered_as_a_strangers_is() {
        for (String name :
                List.of("no-id", "ME", UUID.randomUUID().toString().toUpperCase(Locale.ROOT))) {
            assertThat(forbidden(name)).contains("urn:reconverge:problem:not-a-member");
        }
    }

    private static String forbidden(String space) {
        return Objects.requireNonNull(
                get(echo, "/v1/spaces/" + space, tokens.of("alice"))
                        .expectStatus()
                        .isForbidden()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody());
    }

    @Test
    void what_lies_outside_the_api_is_404() {
        get(echo, "/elsewhere", tokens.of("alice")).expectStatus().isNotFound();
    }

    @Test
    void with_the_issuer_gone_a_token_is_neither_good_nor_bad() {
        String nowhere = "http://127.0.0.1:" + Ports.free();
        try (Echo byJwks =
                        Echo.start(nowhere, "--reconverge.identity.jwks-uri=" + nowhere + "/jwks");
                Echo byIssuer = Echo.start(nowhere)) {
            for (Echo each : new Echo[] {byJwks, byIssuer}) {
                get(each, "/v1/spaces/me", tokens.draft("alice").issuer(nowhere).sign())
                        .expectStatus()
                        .isEqualTo(503)
                        .expectHeader()
                        .exists(HttpHeaders.RETRY_AFTER)
                        .expectBody()
                        .jsonPath("$.type")
                        .isEqualTo("urn:reconverge:problem:unavailable");
            }
        }
    }

    @Test
    void answers_tell_browsers_to_run_and_keep_nothing() {
        get(echo, "/v1/things/1", tokens.of("alice"))
                .expectHeader()
                .valueEquals("X-Content-Type-Options", "nosniff")
                .expectHeader()
                .valueEquals(
                        "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .expectHeader()
                .valueEquals("Referrer-Policy", "no-referrer")
                .expectHeader()
                .valueEquals(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    @Test
    void json_of_which_a_browser_runs_nothing_has_only_what_it_needs() {
        get(echo, "/v1/spaces/me", tokens.of("alice"))
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectHeader()
                .valueEquals("X-Content-Type-Options", "nosniff")
                .expectHeader()
                .valueEquals(HttpHeaders.CACHE_CONTROL, "no-store")
                .expectHeader()
                .doesNotExist("Content-Security-Policy")
                .expectHeader()
                .doesNotExist("Referrer-Policy");
    }

    @Test
    void what_has_an_etag_may_be_kept_and_asked_about() {
        get(echo, "/v1/tagged", tokens.of("alice"))
                .expectHeader()
                .valueEquals(HttpHeaders.CACHE_CONTROL, "private, no-cache");
    }

    private static WebTestClient.ResponseSpec get(Echo echo, String path, String token) {
        return echo.client()
                .get()
                .uri(path)
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                .exchange();
    }
}
