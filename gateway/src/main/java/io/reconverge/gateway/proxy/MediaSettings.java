package io.reconverge.gateway.proxy;

import io.reconverge.gateway.UpstreamUri;
import io.reconverge.service.settings.Bounds;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param uri of the media service: scheme, host and port
/// @param connectTimeout 10 milliseconds to 30 seconds
/// @param timeout in which the answer to what brings no bytes must begin, 1 second to 10 minutes;
///   an upload may take as long as it takes, and the media service ends those that stand still
@ConfigurationProperties("reconverge.gateway.media")
public record MediaSettings(
        @DefaultValue("http://127.0.0.1:8084") URI uri,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("60s") Duration timeout) {

    private static final Bounds BOUNDS = new Bounds("reconverge.gateway.media");

    public MediaSettings {
        UpstreamUri.check("reconverge.gateway.media.uri", uri);
        BOUNDS.within(
                "connect-timeout", connectTimeout, Duration.ofMillis(10), Duration.ofSeconds(30));
        BOUNDS.within("timeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
    }
}
