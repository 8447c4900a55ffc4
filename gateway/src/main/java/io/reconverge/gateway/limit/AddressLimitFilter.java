package io.reconverge.gateway.limit;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Counts against its address each request that has no valid token. An address that has spent its
/// quota is refused before any token is looked at, which is what costs.
final class AddressLimitFilter implements WebFilter {

    private final Limit limit;

    AddressLimitFilter(Limit limit) {
        this.limit = limit;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!Limits.apply(exchange)) {
            return chain.filter(exchange);
        }
        String address = ClientAddress.of(exchange.getRequest().getRemoteAddress());
        HttpHeaders answer = exchange.getResponse().getHeaders();
        if (exchange.getRequest().getHeaders().containsHeader(HttpHeaders.AUTHORIZATION)) {
            limit.check(address, answer);
            exchange.getResponse()
                    .beforeCommit(() -> {
                        if (exchange.getResponse().getStatusCode() == HttpStatus.UNAUTHORIZED) {
                            limit.countAnswered(address, answer);
                        }
                        return Mono.empty();
                    });
        } else {
            limit.count(address, answer);
        }
        return chain.filter(exchange);
    }
}
