package io.reconverge.gateway.proxy;

import static org.springframework.cloud.gateway.support.RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR;

import io.reconverge.gateway.feed.FeedSettings;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

@Configuration(proxyBeanMethods = false)
class ProxyConfiguration {

    @Bean
    RouteLocator reads(RouteLocatorBuilder routes, FeedSettings feed, EndOfStreams endOfStreams) {
        return routes.routes()
                .route(
                        "feed",
                        route ->
                                route.method(HttpMethod.GET, HttpMethod.HEAD)
                                        .and()
                                        .path(Surface.reads().toArray(String[]::new))
                                        .filters(filters ->
                                                filters.filters(
                                                        endOfStreams, new ToFeedFilter(feed.uri())))
                                        .metadata(
                                                RESPONSE_TIMEOUT_ATTR,
                                                feed.proxiedTimeout().toMillis())
                                        .uri(feed.uri()))
                .build();
    }

    @Bean
    EndOfStreams endOfStreams(ApplicationContext context) {
        return new EndOfStreams(context);
    }

    @Bean
    HttpHeadersFilter toFeedHeaders() {
        return new ToFeedHeaders();
    }

    @Bean
    HttpHeadersFilter fromFeedHeaders() {
        return new FromFeedHeaders();
    }

    @Bean
    SurfaceFilter surfaceFilter() {
        return new SurfaceFilter();
    }
}
