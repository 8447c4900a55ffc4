package io.reconverge.service.identity;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Whose tokens are believed.
///
/// @param issuer must equal a token's `iss`
/// @param jwksUri where the issuer's keys are; by default what its discovery document says
/// @param audience must be in a token's `aud`
/// @param clockSkew by how much clocks may differ when `exp` and `nbf` are checked; at most 5
///   minutes
@ConfigurationProperties("reconverge.identity")
public record IdentitySettings(
        String issuer,
        @Nullable URI jwksUri,
        @DefaultValue("reconverge") String audience,
        @DefaultValue("30s") Duration clockSkew) {

    @SuppressWarnings("NullAway") // binding hands over null for a setting that is not there
    public IdentitySettings {
        if (issuer == null || issuer.isBlank()) {
            throw new IllegalArgumentException("reconverge.identity.issuer must be set");
        }
        if (clockSkew.isNegative() || clockSkew.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException(
                    "reconverge.identity.clock-skew must be 0s..5m, was " + clockSkew);
        }
    }
}
