package io.reconverge.standalone.issuer;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContextHolder;
import org.springframework.security.oauth2.server.authorization.token.DefaultOAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;

/// Answers a [LocalUserGrant] of a client that proved who it is and may ask for it.
record LocalUserGrantProvider(OAuth2TokenGenerator<?> tokens) implements AuthenticationProvider {

    @Override
    public Authentication authenticate(Authentication request) {
        var grant = (LocalUserGrant) request;
        RegisteredClient client = client(grant);
        var user =
                UsernamePasswordAuthenticationToken.authenticated(
                        grant.userName(), null, List.of());
        OAuth2Token token =
                tokens.generate(
                        DefaultOAuth2TokenContext.builder()
                                .registeredClient(client)
                                .principal(user)
                                .authorizationServerContext(
                                        AuthorizationServerContextHolder.getContext())
                                .tokenType(OAuth2TokenType.ACCESS_TOKEN)
                                .authorizedScopes(Set.of())
                                .authorizationGrantType(LocalUserGrant.TYPE)
                                .authorizationGrant(grant)
                                .build());
        if (token == null) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.SERVER_ERROR);
        }
        return new OAuth2AccessTokenAuthenticationToken(
                client,
                (Authentication) grant.getPrincipal(),
                new OAuth2AccessToken(
                        OAuth2AccessToken.TokenType.BEARER,
                        token.getTokenValue(),
                        token.getIssuedAt(),
                        token.getExpiresAt(),
                        Set.of()));
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return LocalUserGrant.class.isAssignableFrom(authentication);
    }

    private static RegisteredClient client(LocalUserGrant grant) {
        @Nullable RegisteredClient client =
                grant.getPrincipal() instanceof OAuth2ClientAuthenticationToken proven
                                && proven.isAuthenticated()
                        ? proven.getRegisteredClient()
                        : null;
        if (client == null) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
        }
        if (!client.getAuthorizationGrantTypes().contains(LocalUserGrant.TYPE)) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.UNAUTHORIZED_CLIENT);
        }
        return client;
    }
}
