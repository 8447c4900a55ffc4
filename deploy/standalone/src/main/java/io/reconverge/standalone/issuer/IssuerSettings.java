package io.reconverge.standalone.issuer;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What the issuer is told.
///
/// @param identifier what tokens carry as `iss`. A name, no address: it stays when the port
///   changes, and with it every token
/// @param audience what tokens carry as `aud`
/// @param address where this issuer answers
/// @param directory where it keeps its key and its secret
/// @param tokenLifetime how long an access token is good, 10 seconds to 30 days
/// @param redirects where the local app may be sent back to after a login; on a loopback address,
///   any port will do
@ConfigurationProperties("reconverge.issuer")
public record IssuerSettings(
        String identifier,
        String audience,
        URI address,
        Path directory,
        @DefaultValue("12h") Duration tokenLifetime,
        @DefaultValue("http://127.0.0.1/callback") List<String> redirects) {

    public IssuerSettings {
        if (tokenLifetime.compareTo(Duration.ofSeconds(10)) < 0
                || tokenLifetime.compareTo(Duration.ofDays(30)) > 0) {
            throw new IllegalArgumentException(
                    "reconverge.issuer.token-lifetime must be 10s..30d, was " + tokenLifetime);
        }
    }
}
