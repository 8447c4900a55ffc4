package io.reconverge.standalone.issuer;

import java.util.UUID;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/// The two clients that this issuer knows.
final class LocalClients {

    /// Whoever knows the secret: tokens for itself, and for any local user.
    static final String TOOLS = "local-tools";

    /// An app on a device: a person logs in with a browser, and the code is bound to the app by
    /// PKCE.
    static final String APP = "local-app";

    private LocalClients() {}

    static RegisteredClientRepository of(IssuerSettings settings, String secret) {
        TokenSettings tokens =
                TokenSettings.builder().accessTokenTimeToLive(settings.tokenLifetime()).build();
        RegisteredClient tools =
                RegisteredClient.withId(UUID.randomUUID().toString())
                        .clientId(TOOLS)
                        .clientSecret(secret)
                        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                        .authorizationGrantType(LocalUserGrant.TYPE)
                        .tokenSettings(tokens)
                        .build();
        RegisteredClient app =
                RegisteredClient.withId(UUID.randomUUID().toString())
                        .clientId(APP)
                        .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
                        .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                        .redirectUris(uris -> uris.addAll(settings.redirects()))
                        .scope(OidcScopes.OPENID)
                        .clientSettings(
                                ClientSettings.builder()
                                        .requireProofKey(true)
                                        .requireAuthorizationConsent(false)
                                        .build())
                        .tokenSettings(tokens)
                        .build();
        return new InMemoryRegisteredClientRepository(tools, app);
    }
}
