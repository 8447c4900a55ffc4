package io.reconverge.service.identity;

import io.reconverge.service.problem.ProblemWriter;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;

/// Everything asks for a token, but health and metrics.
@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
@EnableConfigurationProperties(IdentitySettings.class)
public class IdentityConfiguration {

    static final int SUBJECT_MAX = 255;

    /// Keys are fetched when first needed, so that a service starts with its issuer down.
    @Bean
    ReactiveJwtDecoder jwtDecoder(IdentitySettings settings) {
        NimbusReactiveJwtDecoder decoder =
                settings.jwksUri() == null
                        ? NimbusReactiveJwtDecoder.withIssuerLocation(settings.issuer()).build()
                        : NimbusReactiveJwtDecoder.withJwkSetUri(settings.jwksUri().toString())
                                .build();
        decoder.setJwtValidator(
                new DelegatingOAuth2TokenValidator<>(
                        new JwtTimestampValidator(settings.clockSkew()),
                        new JwtIssuerValidator(settings.issuer()),
                        new JwtClaimValidator<@Nullable List<String>>(
                                JwtClaimNames.AUD,
                                audience ->
                                        audience != null && audience.contains(settings.audience())),
                        subjectAndExpiry()));
        return decoder;
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

    @Bean
    @Order(0)
    SecurityWebFilterChain securityWebFilterChain(
            ServerHttpSecurity http, ReactiveJwtDecoder decoder, ProblemWriter problems) {
        ServerAuthenticationEntryPoint unauthenticated =
                (exchange, failure) -> {
                    exchange.getResponse().getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
                    return problems.write(
                            exchange,
                            Problem.of(
                                    ProblemType.UNAUTHENTICATED,
                                    "The request has no access token, or one that is not valid."));
                };
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .authorizeExchange(exchanges ->
                        exchanges
                                .matchers(EndpointRequest.to("health", "prometheus"))
                                .permitAll()
                                .pathMatchers("/v1/**")
                                .authenticated()
                                .anyExchange()
                                .denyAll())
                .oauth2ResourceServer(server ->
                        server.authenticationEntryPoint(unauthenticated)
                                .jwt(jwt -> jwt.jwtDecoder(decoder)))
                .exceptionHandling(handling ->
                        handling.authenticationEntryPoint(unauthenticated)
                                .accessDeniedHandler((exchange, denied) ->
                                        problems.write(
                                                exchange,
                                                Problem.of(
                                                        ProblemType.NOT_FOUND,
                                                        "There is nothing here."))))
                .build();
    }

    @Bean
    WebFluxConfigurer callerArgument() {
        return new WebFluxConfigurer() {
            @Override
            public void configureArgumentResolvers(ArgumentResolverConfigurer configurer) {
                configurer.addCustomResolver(new CallerArgumentResolver());
            }
        };
    }
}
