package io.reconverge.bench.direct;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.reconverge.entities.EntitySchemas;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Tokens are checked as the gateway checks them: signature, issuer, audience and times; and as in
/// the gateway, a signature that was good is not verified again for a while, no expression is
/// matched to a token, and nobody asks for scopes.
@Configuration(proxyBeanMethods = false)
class DirectSecurity {
    private static final String SCHEME = "Bearer ";
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
    private static final Duration SIGNATURE_GOOD = Duration.ofMinutes(5);
    private static final int TOKENS_KEPT = 10_000;

    @Bean
    ReactiveJwtDecoder decoder(DirectSettings settings) {
        NimbusReactiveJwtDecoder verifying =
                NimbusReactiveJwtDecoder.withJwkSetUri(settings.jwksUri()).build();
        verifying.setJwtValidator(_ -> OAuth2TokenValidatorResult.success());
        Cache<String, Jwt> signed =
                Caffeine.newBuilder()
                        .maximumSize(TOKENS_KEPT)
                        .expireAfterWrite(SIGNATURE_GOOD)
                        .build();
        OAuth2TokenValidator<Jwt> validator =
                new DelegatingOAuth2TokenValidator<>(
                        new JwtTimestampValidator(CLOCK_SKEW),
                        new JwtIssuerValidator(settings.issuer()),
                        new JwtClaimValidator<List<String>>(
                                JwtClaimNames.AUD,
                                audience ->
                                        audience != null
                                                && audience.contains(settings.audience())));
        return token -> {
            Jwt known = signed.getIfPresent(token);
            Mono<Jwt> good =
                    known != null
                            ? Mono.just(known)
                            : verifying
                                    .decode(token)
                                    .doOnNext(verified -> signed.put(token, verified));
            return good.filter(jwt -> !validator.validate(jwt).hasErrors())
                    .switchIfEmpty(
                            Mono.error(() -> new BadJwtException("The token is not valid.")));
        };
    }

    @Bean
    SecurityWebFilterChain chain(ServerHttpSecurity http, ReactiveJwtDecoder decoder) {
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .authorizeExchange(exchanges -> exchanges.anyExchange().authenticated())
                .oauth2ResourceServer(server ->
                        server.bearerTokenConverter(DirectSecurity::bearerToken)
                                .jwt(jwt ->
                                        jwt.jwtDecoder(decoder)
                                                .jwtAuthenticationConverter(token ->
                                                        Mono.just(
                                                                new JwtAuthenticationToken(
                                                                        token, List.of())))))
                .build();
    }

    private static Mono<Authentication> bearerToken(ServerWebExchange exchange) {
        String header = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        return header == null || !header.startsWith(SCHEME)
                ? Mono.empty()
                : Mono.just(new BearerTokenAuthenticationToken(header.substring(SCHEME.length())));
    }

    @Bean
    EntitySchemas schemas() {
        return EntitySchemas.load(null, true);
    }
}
