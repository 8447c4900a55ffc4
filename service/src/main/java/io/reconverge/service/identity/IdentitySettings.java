package io.reconverge.service.identity;

import io.reconverge.service.settings.Bounds;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Whose tokens are believed.
///
/// @param issuer must equal a token's `iss`
/// @param jwksUri where the issuer's keys are; by default what its discovery document says
/// @param audience must be in a token's `aud`
/// @param clockSkew by how much clocks may differ when `exp` and `nbf` are checked; at most 5
///   minutes
/// @param tokensKept memory for tokens whose signature was found good and is not verified again for
///   [#signatureGood], counted as four bytes a character; 0B..1GB
/// @param signatureGood how long a signature that was verified counts as good, so also for how long
///   a key that the issuer takes back goes on; 1s..1h
@ConfigurationProperties("reconverge.identity")
public record IdentitySettings(
        String issuer,
        @Nullable URI jwksUri,
        @DefaultValue("reconverge") String audience,
        @DefaultValue("30s") Duration clockSkew,
        @DefaultValue("32MB") DataSize tokensKept,
        @DefaultValue("5m") Duration signatureGood) {

    private static final Bounds BOUNDS = new Bounds("reconverge.identity");

    @SuppressWarnings("NullAway") // binding hands over null for a setting that is not there
    public IdentitySettings {
        if (issuer == null || issuer.isBlank()) {
            throw new IllegalArgumentException("reconverge.identity.issuer must be set");
        }
        BOUNDS.within("clock-skew", clockSkew, Duration.ZERO, Duration.ofMinutes(5));
        BOUNDS.within("tokens-kept", tokensKept, DataSize.ofBytes(0), DataSize.ofGigabytes(1));
        BOUNDS.within("signature-good", signatureGood, Duration.ofSeconds(1), Duration.ofHours(1));
    }
}
