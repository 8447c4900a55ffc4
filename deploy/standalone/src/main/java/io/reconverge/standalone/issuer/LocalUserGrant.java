package io.reconverge.standalone.issuer;

import java.util.Map;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationGrantAuthenticationToken;

/// A local tool asks for a token in the name of a user: a grant for development, which no real
/// issuer has.
final class LocalUserGrant extends OAuth2AuthorizationGrantAuthenticationToken {
    static final AuthorizationGrantType TYPE =
            new AuthorizationGrantType("urn:reconverge:grant-type:local-user");

    private final String userName;

    LocalUserGrant(String userName, Authentication client) {
        super(TYPE, client, Map.of());
        this.userName = userName;
    }

    String userName() {
        return userName;
    }
}
