package io.reconverge.service.request;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Gives each request its id, before anything else looks at it, and lets be known where it came in.
final class RequestIdFilter implements WebFilter {

    private final boolean trust;

    /// @param trust take the caller's id if it is a UUID: behind the gateway, never in it
    RequestIdFilter(boolean trust) {
        this.trust = trust;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        UUID id = trust ? given(exchange) : UUID.randomUUID();
        RequestId.set(exchange, id);
        return chain.filter(exchange)
                .contextWrite(
                        context -> RequestLoop.put(RequestId.put(context, exchange), exchange));
    }

    private static UUID given(ServerWebExchange exchange) {
        @Nullable String header = exchange.getRequest().getHeaders().getFirst(RequestId.HEADER);
        if (header != null && header.length() == 36) {
            try {
                return UUID.fromString(header);
            } catch (IllegalArgumentException notOurs) {
                return UUID.randomUUID();
            }
        }
        return UUID.randomUUID();
    }
}
