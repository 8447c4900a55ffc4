package io.reconverge.gateway.proxy;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// Ends live streams when the gateway stops: they would never end by themselves, and hold up the
/// requests that do. Their clients resume elsewhere from the last id they saw.
final class EndOfStreams
        implements GatewayFilter, Ordered, ApplicationListener<ContextClosedEvent> {

    private final ApplicationContext context;
    private final Sinks.Empty<Void> closing = Sinks.empty();

    EndOfStreams(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        if (event.getApplicationContext() == context) {
            closing.tryEmitEmpty();
        }
    }

    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return chain.filter(exchange)
                .takeUntilOther(
                        closing.asMono()
                                .then(
                                        Mono.defer(() ->
                                                isStream(exchange) ? Mono.empty() : Mono.never())));
    }

    private static boolean isStream(ServerWebExchange exchange) {
        MediaType type = exchange.getResponse().getHeaders().getContentType();
        return type != null && type.isCompatibleWith(MediaType.TEXT_EVENT_STREAM);
    }
}
