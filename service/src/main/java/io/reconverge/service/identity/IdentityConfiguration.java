package io.reconverge.service.identity;

import io.reconverge.service.problem.ProblemWriter;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;
import reactor.core.publisher.Mono;

/// Everything asks for a token, but health and metrics, and where a token is got.
@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
@EnableConfigurationProperties(IdentitySettings.class)
public class IdentityConfiguration {

    @Bean
    ReactiveJwtDecoder jwtDecoder(IdentitySettings settings) {
        return new TokenDecoder(settings);
    }

    @Bean
    @Order(0)
    SecurityWebFilterChain securityWebFilterChain(
            ServerHttpSecurity http,
            ReactiveJwtDecoder decoder,
            ProblemWriter problems,
            ObjectProvider<OpenPaths> open) {
        ServerAuthenticationEntryPoint unauthenticated = unauthenticated(problems);
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .headers(new SafeHeaders())
                .authorizeExchange(exchanges -> {
                    open.stream()
                            .forEach(paths ->
                                    exchanges
                                            .pathMatchers(paths.patterns().toArray(String[]::new))
                                            .permitAll());
                    exchanges
                            .pathMatchers("/v1/**", "/api/**")
                            .authenticated()
                            .matchers(EndpointRequest.to("health", "prometheus"))
                            .permitAll()
                            .anyExchange()
                            .denyAll();
                })
                .oauth2ResourceServer(server ->
                        server.authenticationEntryPoint(unauthenticated)
                                .bearerTokenConverter(new BearerTokens())
                                .jwt(jwt ->
                                        jwt.jwtDecoder(decoder)
                                                .jwtAuthenticationConverter(
                                                        IdentityConfiguration::authenticated)))
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

    /// What somebody may do is a matter of spaces, not of scopes.
    private static Mono<AbstractAuthenticationToken> authenticated(Jwt token) {
        return Mono.just(new JwtAuthenticationToken(token, List.of()));
    }

    /// As RFC 6750 has it: an error code only for a token that was there and is not good.
    private static ServerAuthenticationEntryPoint unauthenticated(ProblemWriter problems) {
        return (exchange, failure) -> {
            boolean bad = failure instanceof OAuth2AuthenticationException;
            exchange.getResponse()
                    .getHeaders()
                    .set(
                            HttpHeaders.WWW_AUTHENTICATE,
                            bad ? "Bearer error=\"invalid_token\"" : "Bearer");
            return problems.write(
                    exchange,
                    Problem.of(
                            ProblemType.UNAUTHENTICATED,
                            bad
                                    ? "The access token is not valid here, or not any more."
                                    : "The request has no access token."));
        };
    }

    /// The request is observed as a whole: to observe each of a dozen filters in it costs more than
    /// they do.
    @Bean
    SecurityObservationSettings securityObservations() {
        return SecurityObservationSettings.noObservations();
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
