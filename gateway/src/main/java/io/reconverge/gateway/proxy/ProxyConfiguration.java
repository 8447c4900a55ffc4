package io.reconverge.gateway.proxy;

import static org.springframework.cloud.gateway.support.RouteMetadataUtils.CONNECT_TIMEOUT_ATTR;
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

    private static final int NO_LIMIT = -1;

    @Bean
    RouteLocator routes(
            RouteLocatorBuilder routes,
            FeedSettings feed,
            MediaSettings media,
            EndOfStreams endOfStreams) {
        ToServiceFilter toFeed =
                new ToServiceFilter(feed.uri(), "The space cannot be read at the moment.");
        ToServiceFilter toMedia =
                new ToServiceFilter(
                        media.uri(), "Media can neither be read nor written at the moment.");
        return routes.routes()
                .route(
                        "feed",
                        route ->
                                route.method(Surface.READS.toArray(HttpMethod[]::new))
                                        .and()
                                        .path(Surface.feed())
                                        .filters(filters -> filters.filters(endOfStreams, toFeed))
                                        .metadata(
                                                RESPONSE_TIMEOUT_ATTR,
                                                feed.proxiedTimeout().toMillis())
                                        .uri(feed.uri()))
                .route(
                        "uploads",
                        route ->
                                route.method(HttpMethod.POST, HttpMethod.PATCH)
                                        .and()
                                        .path(Surface.media())
                                        .filters(filters -> filters.filter(toMedia))
                                        .metadata(CONNECT_TIMEOUT_ATTR, connectMillis(media))
                                        .metadata(RESPONSE_TIMEOUT_ATTR, NO_LIMIT)
                                        .uri(media.uri()))
                .route(
                        "media",
                        route ->
                                route.path(Surface.media())
                                        .filters(filters -> filters.filter(toMedia))
                                        .metadata(CONNECT_TIMEOUT_ATTR, connectMillis(media))
                                        .metadata(RESPONSE_TIMEOUT_ATTR, media.timeout().toMillis())
                                        .uri(media.uri()))
                .build();
    }

    private static int connectMillis(MediaSettings media) {
        return Math.toIntExact(media.connectTimeout().toMillis());
    }

    @Bean
    EndOfStreams endOfStreams(ApplicationContext context) {
        return new EndOfStreams(context);
    }

    @Bean
    HttpHeadersFilter toServiceHeaders() {
        return new ToServiceHeaders();
    }

    @Bean
    HttpHeadersFilter fromServiceHeaders() {
        return new FromServiceHeaders();
    }

    @Bean
    SurfaceFilter surfaceFilter() {
        return new SurfaceFilter();
    }
}
