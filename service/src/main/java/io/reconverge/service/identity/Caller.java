package io.reconverge.service.identity;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SpaceId;
import java.time.Instant;
import java.util.UUID;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Who sent the request: taken from the token, and from nothing else.
///
/// @param subject the token's `sub`
/// @param expiresAt when the token ends, and any stream opened with it
public record Caller(String subject, Instant expiresAt) {

    /// Whom security has let through to here.
    public static Mono<Caller> of(ServerWebExchange exchange) {
        return exchange.<JwtAuthenticationToken>getPrincipal()
                .map(authentication -> of(authentication.getToken()));
    }

    /// The claims are there: the decoder refuses tokens without them.
    @SuppressWarnings("NullAway")
    private static Caller of(Jwt token) {
        return new Caller(token.getSubject(), token.getExpiresAt());
    }

    /// The caller's own space.
    public UUID own() {
        return SpaceId.personal(subject);
    }

    /// The space that a URL names, be it the caller's or not: who may do what there others say.
    ///
    /// @param name `me`, or a space's id
    /// @throws ProblemException `not-a-member` when nothing can have that name: the answer is the
    ///   same as for a space that others have
    public UUID named(String name) {
        if (name.equals(SpaceId.ME)) {
            return own();
        }
        try {
            UUID space = UUID.fromString(name);
            if (space.toString().equals(name)) {
                return space;
            }
        } catch (IllegalArgumentException notAnId) {
            throw notAMember();
        }
        throw notAMember();
    }

    public static ProblemException notAMember() {
        return new ProblemException(
                ProblemType.NOT_A_MEMBER, "You are not a member of this space.");
    }
}
