package io.reconverge.standalone.issuer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/// Logins under way and codes not yet redeemed, in memory; the least recently used goes when there
/// are too many. The tokens themselves need no memory of them: they are checked by their signature.
final class BoundedAuthorizations implements OAuth2AuthorizationService {
    private static final int LIMIT = 1_000;

    private final Map<String, OAuth2Authorization> byId =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, OAuth2Authorization> eldest) {
                    return size() > LIMIT;
                }
            };

    @Override
    public synchronized void save(OAuth2Authorization authorization) {
        byId.put(authorization.getId(), authorization);
    }

    @Override
    public synchronized void remove(OAuth2Authorization authorization) {
        byId.remove(authorization.getId());
    }

    @Override
    public synchronized @Nullable OAuth2Authorization findById(String id) {
        return byId.get(id);
    }

    @Override
    public synchronized @Nullable OAuth2Authorization findByToken(
            String token, @Nullable OAuth2TokenType type) {
        return byId.values().stream()
                .filter(kept ->
                        kept.getToken(token) != null
                                || token.equals(kept.getAttribute(OAuth2ParameterNames.STATE)))
                .findFirst()
                .orElse(null);
    }
}
