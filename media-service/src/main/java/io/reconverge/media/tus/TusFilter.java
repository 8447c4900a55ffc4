package io.reconverge.media.tus;

import java.util.Locale;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/// What tus asks of every exchange: its version on each answer, whoever gives it, and the method
/// that a client could only name.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class TusFilter implements WebFilter {

    private static final PathPattern UPLOADS =
            PathPatternParser.defaultInstance.parse("/v1/spaces/{space}/media/uploads");
    private static final PathPattern UPLOAD =
            PathPatternParser.defaultInstance.parse("/v1/spaces/{space}/media/uploads/{upload}");

    private static final Set<HttpMethod> OVERRIDES =
            Set.of(HttpMethod.HEAD, HttpMethod.PATCH, HttpMethod.DELETE);

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        PathContainer path = request.getPath().pathWithinApplication();
        boolean upload = UPLOAD.matches(path);
        if (!upload && !UPLOADS.matches(path)) {
            return chain.filter(exchange);
        }
        exchange.getResponse().getHeaders().set(TusHeaders.RESUMABLE, TusHeaders.VERSION);
        String named = request.getHeaders().getFirst(TusHeaders.METHOD_OVERRIDE);
        if (!upload || named == null || request.getMethod() != HttpMethod.POST) {
            return chain.filter(exchange);
        }
        HttpMethod method = HttpMethod.valueOf(named.strip().toUpperCase(Locale.ROOT));
        return chain.filter(
                OVERRIDES.contains(method)
                        ? exchange.mutate().request(request.mutate().method(method).build()).build()
                        : exchange);
    }
}
