package io.reconverge.gateway.feed;

import io.reconverge.gateway.UpstreamUri;
import io.reconverge.service.settings.Bounds;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param uri of the change feed: scheme, host and port
/// @param connectTimeout 10 milliseconds to 30 seconds
/// @param timeout in which an answer to the gateway's own question must come, and each further part
///   of it; 100 milliseconds to 1 minute
/// @param proxiedTimeout in which the answer to a proxied request must begin; more than the minute
///   that a client may ask to be kept waiting, at most 10 minutes
/// @param connections for the gateway's own questions, 1 to 10,000
@ConfigurationProperties("reconverge.gateway.feed")
public record FeedSettings(
        @DefaultValue("http://127.0.0.1:8082") URI uri,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("75s") Duration proxiedTimeout,
        @DefaultValue("500") int connections) {

    private static final Bounds BOUNDS = new Bounds("reconverge.gateway.feed");

    public FeedSettings {
        UpstreamUri.check("reconverge.gateway.feed.uri", uri);
        BOUNDS.within(
                "connect-timeout", connectTimeout, Duration.ofMillis(10), Duration.ofSeconds(30));
        BOUNDS.within("timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(1));
        BOUNDS.within(
                "proxied-timeout", proxiedTimeout, Duration.ofSeconds(61), Duration.ofMinutes(10));
        BOUNDS.within("connections", connections, 1, 10_000);
    }
}
