package io.reconverge.gateway.body;

import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Gives each request its share of the budget, and takes it back when the request is answered or
/// its client has left.
final class InFlightFilter implements WebFilter {

    private static final String ATTRIBUTE = InFlightBytes.Share.class.getName();

    private final InFlightBytes budget;

    InFlightFilter(InFlightBytes budget) {
        this.budget = budget;
    }

    static InFlightBytes.Share shareOf(ServerWebExchange exchange) {
        return exchange.getRequiredAttribute(ATTRIBUTE);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        InFlightBytes.Share share = budget.share();
        exchange.getAttributes().put(ATTRIBUTE, share);
        return chain.filter(exchange).doFinally(end -> share.release());
    }
}
