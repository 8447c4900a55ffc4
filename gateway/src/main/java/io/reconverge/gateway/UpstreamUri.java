package io.reconverge.gateway;

import java.net.URI;
import java.util.Set;

/// Where a service stands to which the gateway passes requests on.
public final class UpstreamUri {

    private static final Set<String> SCHEMES = Set.of("http", "https");

    private UpstreamUri() {}

    /// @param setting the name of the setting that says so, for whoever has to correct it
    /// @throws IllegalArgumentException for anything but scheme, host and port
    public static void check(String setting, URI uri) {
        if (uri.getHost() == null
                || !SCHEMES.contains(uri.getScheme())
                || !uri.getRawPath().isEmpty()
                || uri.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    setting + " must be like http://service:8080, was " + uri);
        }
    }
}
