package io.reconverge.gateway.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;

import io.netty.channel.ChannelException;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.InRequest;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Addresses a request to a service with path and query exactly as they came: Spring Cloud Gateway
/// composes them anew, and encodes twice what is only partly encoded. When the service cannot be
/// reached, says so.
final class ToServiceFilter implements GatewayFilter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(ToServiceFilter.class);

    private final URI service;
    private final String whenDown;

    /// @param whenDown what to tell the client while the service does not answer
    ToServiceFilter(URI service, String whenDown) {
        this.service = service;
        this.whenDown = whenDown;
    }

    @Override
    public int getOrder() {
        return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER + 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        URI asked = exchange.getRequest().getURI();
        String query = asked.getRawQuery();
        exchange.getAttributes()
                .put(
                        GATEWAY_REQUEST_URL_ATTR,
                        URI.create(
                                service + asked.getRawPath() + (query == null ? "" : "?" + query)));
        return chain.filter(exchange)
                .onErrorResume(
                        ToServiceFilter::isUnreachable,
                        failure -> InRequest.error(() -> down(failure)));
    }

    private ProblemException down(Throwable failure) {
        log.warn("{} does not answer: {}", service, failure.toString());
        return ProblemException.unavailable(whenDown);
    }

    private static boolean isUnreachable(Throwable failure) {
        return failure instanceof IOException
                || failure instanceof TimeoutException
                // no more connections can be opened from here
                || failure instanceof ChannelException
                || (failure instanceof ResponseStatusException refused
                        && refused.getStatusCode() == HttpStatus.GATEWAY_TIMEOUT);
    }
}
