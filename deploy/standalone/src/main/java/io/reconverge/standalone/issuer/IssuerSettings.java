package io.reconverge.standalone.issuer;

import io.reconverge.service.settings.Bounds;
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
/// @param addressAttempts registrations and logins a minute from one address, 1 to 10,000
/// @param accountAttempts registrations and logins a minute with one e-mail address, 1 to 10,000
@ConfigurationProperties("reconverge.issuer")
public record IssuerSettings(
        String identifier,
        String audience,
        URI address,
        Path directory,
        @DefaultValue("12h") Duration tokenLifetime,
        @DefaultValue("http://127.0.0.1/callback") List<String> redirects,
        @DefaultValue("60") int addressAttempts,
        @DefaultValue("10") int accountAttempts) {

    private static final Bounds BOUNDS = new Bounds("reconverge.issuer");

    public IssuerSettings {
        if (tokenLifetime.compareTo(Duration.ofSeconds(10)) < 0
                || tokenLifetime.compareTo(Duration.ofDays(30)) > 0) {
            throw new IllegalArgumentException(
                    "reconverge.issuer.token-lifetime must be 10s..30d, was " + tokenLifetime);
        }
        BOUNDS.within("address-attempts", addressAttempts, 1, 10_000);
        BOUNDS.within("account-attempts", accountAttempts, 1, 10_000);
    }
}
