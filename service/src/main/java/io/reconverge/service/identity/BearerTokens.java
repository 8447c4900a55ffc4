package io.reconverge.service.identity;

import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The token in a request's `Authorization` header (RFC 6750, section 2.1), and nowhere else.
///
/// Spring's own converter matches a regular expression to each token, which is hundreds of
/// characters long and known already. Here it is told from other schemes; whether it is one is for
/// the decoder to say.
final class BearerTokens implements ServerAuthenticationConverter {

    private static final String SCHEME = "Bearer";

    @Override
    public Mono<Authentication> convert(ServerWebExchange exchange) {
        String header = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Mono.empty();
        }
        String token = header.substring(SCHEME.length());
        if (token.isBlank() || token.charAt(0) != ' ') {
            return Mono.error(
                    new OAuth2AuthenticationException(
                            BearerTokenErrors.invalidToken(
                                    "There is no token behind the scheme.")));
        }
        return Mono.just(new BearerTokenAuthenticationToken(token.strip()));
    }
}
