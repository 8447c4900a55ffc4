package io.reconverge.bench.direct;

import org.springframework.boot.context.properties.ConfigurationProperties;

/// Whose tokens are believed.
///
/// @param issuer must equal a token's `iss`
/// @param jwksUri where the issuer's keys are
/// @param audience must be in a token's `aud`
@ConfigurationProperties("reconverge.direct")
record DirectSettings(String issuer, String jwksUri, String audience) {}
