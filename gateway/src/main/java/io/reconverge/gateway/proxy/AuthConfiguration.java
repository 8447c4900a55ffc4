package io.reconverge.gateway.proxy;

import static org.springframework.cloud.gateway.support.RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR;

import io.reconverge.gateway.limit.ClientAddress;
import io.reconverge.service.identity.OpenPaths;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

/// Registration and login: passed on to the issuer where one is set, and else not there.
@Configuration(proxyBeanMethods = false)
class AuthConfiguration {

    private static final String[] PATHS = {"/api/auth/register", "/api/auth/login"};

    /// Whom the issuer counts attempts of.
    private static final String CLIENT_ADDRESS = "X-Client-Address";

    private static final long TIMEOUT_MILLIS = 10_000;

    @Bean
    OpenPaths authPaths() {
        return new OpenPaths(List.of(PATHS));
    }

    @Bean
    @ConditionalOnProperty("reconverge.gateway.auth.uri")
    RouteLocator authRoute(RouteLocatorBuilder routes, AuthSettings settings) {
        URI issuer = Objects.requireNonNull(settings.uri());
        GatewayFilter toIssuer =
                new ToServiceFilter(issuer, "Nobody can register or log in at the moment.");
        return routes.routes()
                .route(
                        "auth",
                        route ->
                                route.method(HttpMethod.POST)
                                        .and()
                                        .path(PATHS)
                                        .filters(filters ->
                                                filters.filters(sayingWhoAsks(), toIssuer))
                                        .metadata(RESPONSE_TIMEOUT_ATTR, TIMEOUT_MILLIS)
                                        .uri(issuer))
                .build();
    }

    private static GatewayFilter sayingWhoAsks() {
        return (exchange, chain) -> {
            String address = ClientAddress.of(exchange.getRequest().getRemoteAddress());
            return chain.filter(
                    exchange.mutate()
                            .request(request ->
                                    request.headers(
                                            headers -> headers.set(CLIENT_ADDRESS, address)))
                            .build());
        };
    }
}
