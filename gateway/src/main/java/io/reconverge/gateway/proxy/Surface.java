package io.reconverge.gateway.proxy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/// Every path that clients can ask for, and the methods it has. What reads goes to the change feed;
/// the rest is the gateway's own.
final class Surface {

    private static final Set<HttpMethod> READ = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final Set<HttpMethod> POST = Set.of(HttpMethod.POST);
    private static final Set<HttpMethod> READ_AND_WRITE =
            Set.of(
                    HttpMethod.GET,
                    HttpMethod.HEAD,
                    HttpMethod.PUT,
                    HttpMethod.PATCH,
                    HttpMethod.DELETE);

    private static final Map<PathPattern, Set<HttpMethod>> METHODS = new LinkedHashMap<>();

    static {
        add("/v1/spaces", READ);
        add("/v1/spaces/{space}/sync", POST);
        add("/v1/spaces/{space}/receipts", READ);
        add("/v1/spaces/{space}/changes", READ);
        add("/v1/spaces/{space}/log", READ);
        add("/v1/spaces/{space}/status", READ);
        add("/v1/spaces/{space}/entities/{type}/{id}", READ_AND_WRITE);
        add("/v1/spaces/{space}/entities/{type}/{id}/history", READ);
        add("/v1/spaces/{space}/entities/{type}/{id}/restore", POST);
    }

    private Surface() {}

    private static void add(String pattern, Set<HttpMethod> methods) {
        METHODS.put(PathPatternParser.defaultInstance.parse(pattern), methods);
    }

    /// The patterns of what is read from the feed.
    static List<String> reads() {
        return METHODS.entrySet().stream()
                .filter(path -> path.getValue().containsAll(READ))
                .map(path -> path.getKey().getPatternString())
                .toList();
    }

    /// Empty when there is no such path.
    static Optional<Set<HttpMethod>> methods(PathContainer path) {
        return METHODS.entrySet().stream()
                .filter(known -> known.getKey().matches(path))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
