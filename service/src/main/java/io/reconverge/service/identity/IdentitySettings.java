package io.reconverge.service.identity;

import io.reconverge.service.settings.Bounds;
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

    private static final Bounds BOUNDS = new Bounds("reconverge.identity");

    @SuppressWarnings("NullAway") // binding hands over null for a setting that is not there
    public IdentitySettings {
        if (issuer == null || issuer.isBlank()) {
            throw new IllegalArgumentException("reconverge.identity.issuer must be set");
        }
        BOUNDS.within("clock-skew", clockSkew, Duration.ZERO, Duration.ofMinutes(5));
    }
}
