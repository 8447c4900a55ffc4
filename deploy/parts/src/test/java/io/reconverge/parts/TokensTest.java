package io.reconverge.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/// The bad tokens must be refused for the reason in their name, by a verifier that takes the good
/// one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokensTest {
    private final Tokens tokens = Tokens.start();
    private final NimbusJwtDecoder verifier =
            NimbusJwtDecoder.withJwkSetUri(tokens.jwksUri()).build();

    @BeforeAll
    void check_issuer_and_audience_too() {
        verifier.setJwtValidator(
                new DelegatingOAuth2TokenValidator<>(
                        JwtValidators.createDefaultWithIssuer(tokens.issuer()),
                        new JwtAudienceValidator(Tokens.AUDIENCE)));
    }

    @AfterAll
    void stop() {
        tokens.close();
    }

    @Test
    void a_good_token_names_its_subject_for_an_hour() {
        Jwt jwt = verifier.decode(tokens.of("alice"));
        assertThat(jwt.getSubject()).isEqualTo("alice");
        assertThat(Duration.between(jwt.getIssuedAt(), jwt.getExpiresAt()))
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void a_lifetime_can_be_chosen() {
        Jwt jwt = verifier.decode(tokens.draft("alice").lifetime(Duration.ofSeconds(3)).sign());
        assertThat(Duration.between(jwt.getIssuedAt(), jwt.getExpiresAt()))
                .isEqualTo(Duration.ofSeconds(3));
    }

    static List<Arguments> spoilt() {
        return List.of(
                spoilt("Jwt expired", Tokens.Draft::expired),
                spoilt("Jwt used before", Tokens.Draft::notYetValid),
                spoilt("iss claim is not valid", Tokens.Draft::wrongIssuer),
                spoilt("aud claim is not valid", Tokens.Draft::wrongAudience),
                spoilt("Unsupported algorithm of none", Tokens.Draft::unsigned),
                spoilt("Invalid signature", Tokens.Draft::signedByAnotherKey),
                spoilt("Another algorithm expected", Tokens.Draft::signedWithPublicKeyAsSecret));
    }

    private static Arguments spoilt(String reason, UnaryOperator<Tokens.Draft> how) {
        return Arguments.of(reason, how);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spoilt")
    void a_spoilt_token_is_refused_for_the_right_reason(
            String reason, UnaryOperator<Tokens.Draft> how) {
        String token = how.apply(tokens.draft("alice")).sign();
        assertThatThrownBy(() -> verifier.decode(token))
                .isInstanceOf(JwtException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void the_issuer_can_be_discovered() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            tokens.issuer() + "/.well-known/openid-configuration"))
                            .build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains(tokens.jwksUri());
        }
    }
}
