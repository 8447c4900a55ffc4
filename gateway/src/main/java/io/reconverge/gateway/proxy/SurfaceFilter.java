package io.reconverge.gateway.proxy;

import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Refuses a method that a path does not have. Routes and controllers share paths, so neither of
/// them knows all of a path's methods.
final class SurfaceFilter implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        Optional<Set<HttpMethod>> methods =
                Surface.methods(request.getPath().pathWithinApplication());
        if (methods.isPresent() && !methods.get().contains(request.getMethod())) {
            return Mono.error(new MethodNotAllowedException(request.getMethod(), methods.get()));
        }
        return chain.filter(exchange);
    }
}
