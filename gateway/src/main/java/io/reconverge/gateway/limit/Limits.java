package io.reconverge.gateway.limit;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.web.server.ServerWebExchange;

/// Puts the limits round authentication: that of addresses before it, that of users after.
@Configuration(proxyBeanMethods = false)
class Limits {

    static boolean apply(ServerWebExchange exchange) {
        String path = exchange.getRequest().getPath().value();
        return path.startsWith("/v1/") || path.startsWith("/api/");
    }

    @Bean
    Customizer<ServerHttpSecurity> limitsAroundAuthentication(
            LimitSettings settings, MeterRegistry meters) {
        Limit addresses =
                new Limit("address", settings.addressPerMinute(), settings.tracked(), meters);
        Limit users = new Limit("user", settings.userPerMinute(), settings.tracked(), meters);
        return http ->
                http.addFilterBefore(
                                new AddressLimitFilter(addresses),
                                SecurityWebFiltersOrder.AUTHENTICATION)
                        .addFilterAfter(
                                new UserLimitFilter(users), SecurityWebFiltersOrder.AUTHENTICATION);
    }
}
