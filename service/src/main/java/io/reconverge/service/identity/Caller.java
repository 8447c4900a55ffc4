package io.reconverge.service.identity;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import java.time.Instant;
import java.util.UUID;
import org.springframework.security.oauth2.jwt.Jwt;

/// Who sent the request: taken from the token, and from nothing else.
///
/// @param subject the token's `sub`
/// @param expiresAt when the token ends, and any stream opened with it
public record Caller(String subject, Instant expiresAt) {

    /// The claims are there: the decoder refuses tokens without them.
    @SuppressWarnings("NullAway")
    static Caller of(Jwt token) {
        return new Caller(token.getSubject(), token.getExpiresAt());
    }

    /// The space that a URL names, if the caller may see it.
    ///
    /// @param name `me`, or a space's id
    /// @throws ProblemException `not-a-member`, the same whether or not there is such a space
    public UUID space(String name) {
        UUID own = SpaceId.personal(subject);
        if (name.equals(SpaceId.ME) || name.equals(own.toString())) {
            return own;
        }
        throw new ProblemException(ProblemType.NOT_A_MEMBER, "You are not a member of this space.");
    }
}
