package io.reconverge.gateway.proxy;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.OPTIONS;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/// Every path that clients can ask for, and the methods it has. What reads entities goes to the
/// change feed, and everything of media to the media service; the rest is the gateway's own.
final class Surface {

    private enum Place {
        /// The gateway itself answers.
        GATEWAY,
        /// The change feed answers.
        FEED,
        /// The change feed answers what reads, the gateway what writes.
        FEED_FOR_READS,
        /// The media service answers.
        MEDIA
    }

    private record Path(PathPattern pattern, Place place, Set<HttpMethod> methods) {}

    static final Set<HttpMethod> READS = Set.of(GET, HEAD);

    /// The first that matches counts.
    private static final List<Path> PATHS =
            List.of(
                    path("/v1/changes", Place.FEED, GET, HEAD),
                    path("/v1/entities", Place.FEED, GET, HEAD),
                    path("/v1/spaces", Place.FEED_FOR_READS, GET, HEAD, POST),
                    path("/v1/spaces/{space}", Place.FEED_FOR_READS, GET, HEAD, DELETE),
                    path("/v1/spaces/{space}/members", Place.FEED, GET, HEAD),
                    path("/v1/spaces/{space}/members/{userId}", Place.GATEWAY, PUT, DELETE),
                    path("/v1/spaces/{space}/sync", Place.GATEWAY, POST),
                    path("/v1/spaces/{space}/receipts", Place.FEED, GET, HEAD),
                    path("/v1/spaces/{space}/changes", Place.FEED, GET, HEAD),
                    path("/v1/spaces/{space}/log", Place.FEED, GET, HEAD),
                    path("/v1/spaces/{space}/status", Place.FEED, GET, HEAD),
                    path(
                            "/v1/spaces/{space}/entities/{type}/{id}",
                            Place.FEED_FOR_READS,
                            GET,
                            HEAD,
                            PUT,
                            PATCH,
                            DELETE),
                    path("/v1/spaces/{space}/entities/{type}/{id}/history", Place.FEED, GET, HEAD),
                    path("/v1/spaces/{space}/entities/{type}/{id}/restore", Place.GATEWAY, POST),
                    path("/v1/spaces/{space}/media", Place.MEDIA, POST),
                    path("/v1/spaces/{space}/media/uploads", Place.MEDIA, POST, OPTIONS),
                    path("/v1/spaces/{space}/media/{mediaId}", Place.MEDIA, GET, HEAD),
                    // POST for those who cannot PATCH, with X-HTTP-Method-Override
                    path(
                            "/v1/spaces/{space}/media/uploads/{uploadId}",
                            Place.MEDIA,
                            HEAD,
                            PATCH,
                            POST,
                            DELETE,
                            OPTIONS));

    private Surface() {}

    private static Path path(String pattern, Place place, HttpMethod... methods) {
        return new Path(PathPatternParser.defaultInstance.parse(pattern), place, Set.of(methods));
    }

    /// The patterns of what is read from the feed.
    static String[] feed() {
        return patterns(Place.FEED, Place.FEED_FOR_READS);
    }

    /// The patterns of what the media service answers.
    static String[] media() {
        return patterns(Place.MEDIA);
    }

    private static String[] patterns(Place... places) {
        return PATHS.stream()
                .filter(path -> List.of(places).contains(path.place()))
                .map(path -> path.pattern().getPatternString())
                .toArray(String[]::new);
    }

    /// Empty when there is no such path.
    static Optional<Set<HttpMethod>> methods(PathContainer path) {
        return PATHS.stream()
                .filter(known -> known.pattern().matches(path))
                .map(Path::methods)
                .findFirst();
    }
}
