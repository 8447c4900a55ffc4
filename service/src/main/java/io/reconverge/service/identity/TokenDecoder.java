package io.reconverge.service.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/// Verifies tokens against the issuer's keys. These are fetched when first needed, so that a
/// service starts with its issuer down; as long as they cannot be fetched, a token is neither good
/// nor bad, and its sender is told to come back.
///
/// A client sends the same token for hours, and to verify its signature is a fifth of what a small
/// write costs the gateway, so signatures that were found good are remembered for a while. What the
/// token says, and whether its time has come or gone, is looked at each time.
final class TokenDecoder implements ReactiveJwtDecoder {

    static final int SUBJECT_MAX = 255;

    /// A connection to the issuer, and again its answer.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /// Of a token that is kept: it, and what it says.
    private static final int BYTES_A_CHARACTER = 4;

    private final NimbusReactiveJwtDecoder decoder;
    private final Cache<String, Jwt> signed;
    private final OAuth2TokenValidator<Jwt> validator;

    TokenDecoder(IdentitySettings settings) {
        NimbusReactiveJwtDecoder.JwkSetUriReactiveJwtDecoderBuilder builder =
                settings.jwksUri() == null
                        ? NimbusReactiveJwtDecoder.withIssuerLocation(settings.issuer())
                        : NimbusReactiveJwtDecoder.withJwkSetUri(settings.jwksUri().toString());
        decoder = builder.webClient(boundedClient()).build();
        // told apart from the signature, since it is asked more often
        decoder.setJwtValidator(_ -> OAuth2TokenValidatorResult.success());
        signed =
                Caffeine.newBuilder()
                        .maximumWeight(settings.tokensKept().toBytes())
                        .weigher((String token, Jwt _) -> BYTES_A_CHARACTER * token.length())
                        .expireAfterWrite(settings.signatureGood())
                        .build();
        validator =
                new DelegatingOAuth2TokenValidator<>(
                        new JwtTimestampValidator(settings.clockSkew()),
                        new JwtIssuerValidator(settings.issuer()),
                        new JwtClaimValidator<@Nullable List<String>>(
                                JwtClaimNames.AUD,
                                audience ->
                                        audience != null && audience.contains(settings.audience())),
                        subjectAndExpiry());
    }

    /// @return fails with a [org.springframework.security.oauth2.jwt.BadJwtException] for a bad
    ///   token, and with another [JwtException] when that cannot be told
    @Override
    public Mono<Jwt> decode(String token) {
        Jwt known = signed.getIfPresent(token);
        return known == null
                ? verified(token).map(this::valid)
                : Mono.fromSupplier(() -> valid(known));
    }

    private Mono<Jwt> verified(String token) {
        return decoder.decode(token)
                .doOnNext(good -> signed.put(token, good))
                .onErrorMap(
                        IllegalStateException.class,
                        failure -> new JwtException("The issuer's keys cannot be read.", failure));
    }

    private Jwt valid(Jwt token) {
        OAuth2TokenValidatorResult result = validator.validate(token);
        if (result.hasErrors()) {
            throw new JwtValidationException("The token is not valid here.", result.getErrors());
        }
        return token;
    }

    private static WebClient boundedClient() {
        HttpClient client =
                HttpClient.create()
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) PATIENCE.toMillis())
                        .responseTimeout(PATIENCE);
        return WebClient.builder().clientConnector(new ReactorClientHttpConnector(client)).build();
    }

    private static OAuth2TokenValidator<Jwt> subjectAndExpiry() {
        OAuth2TokenValidatorResult refused =
                OAuth2TokenValidatorResult.failure(
                        new OAuth2Error(
                                "invalid_token",
                                "The token must have exp, and a sub of 1.."
                                        + SUBJECT_MAX
                                        + " characters",
                                null));
        return token -> {
            String subject = token.getSubject();
            Instant expiry = token.getExpiresAt();
            boolean good =
                    expiry != null
                            && subject != null
                            && !subject.isBlank()
                            && subject.length() <= SUBJECT_MAX
                            && subject.indexOf('\0') < 0;
            return good ? OAuth2TokenValidatorResult.success() : refused;
        };
    }
}
