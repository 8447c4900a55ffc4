package io.reconverge.standalone.issuer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.password.PasswordEncoder;

/// Compares, in constant time. What makes bcrypt slow protects passwords that people choose; the
/// issuer's one secret is random in full length, and lies in its file as it is.
final class RandomSecretEncoder implements PasswordEncoder {

    @Override
    public @Nullable String encode(@Nullable CharSequence secret) {
        return secret == null ? null : secret.toString();
    }

    @Override
    public boolean matches(@Nullable CharSequence secret, @Nullable String kept) {
        return secret != null
                && kept != null
                && MessageDigest.isEqual(
                        secret.toString().getBytes(StandardCharsets.UTF_8),
                        kept.getBytes(StandardCharsets.UTF_8));
    }
}
