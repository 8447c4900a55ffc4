package io.reconverge.client.cli;

import io.reconverge.client.http.Origin;
import io.reconverge.client.http.SignedOutException;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An access token and what it says of itself, which only the server checks.
///
/// @param subject whose it is
/// @param expiresAtMillis epoch milliseconds, null for never
record Token(String text, String subject, @Nullable Long expiresAtMillis) {

    /// @throws SignedOutException where the text is no JWT with a `sub`
    static Token of(String text) throws SignedOutException {
        String subject = Origin.subjectOf(text);
        JsonNode expiry =
                WireJson.MAPPER
                        .readTree(
                                new String(
                                        Base64.getUrlDecoder().decode(text.split("\\.", -1)[1]),
                                        StandardCharsets.UTF_8))
                        .path("exp");
        return new Token(text, subject, expiry.isNumber() ? expiry.longValue() * 1_000 : null);
    }

    boolean isGoodAt(long millis) {
        return expiresAtMillis == null || millis < expiresAtMillis;
    }
}
