package io.reconverge.standalone.issuer;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.web.authentication.AuthenticationConverter;

/// Reads a [LocalUserGrant] from a request to the token endpoint.
final class LocalUserGrantReader implements AuthenticationConverter {

    /// As long as the services let a subject be.
    private static final int USER_NAME_MAX = 255;

    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        if (!LocalUserGrant.TYPE
                .getValue()
                .equals(request.getParameter(OAuth2ParameterNames.GRANT_TYPE))) {
            return null;
        }
        String[] names = request.getParameterValues("username");
        if (names == null || names.length != 1 || !isUserName(names[0])) {
            throw new OAuth2AuthenticationException(
                    new OAuth2Error(
                            OAuth2ErrorCodes.INVALID_REQUEST,
                            "username must be given once, with 1 to %d printable characters"
                                    .formatted(USER_NAME_MAX),
                            null));
        }
        Authentication client = SecurityContextHolder.getContext().getAuthentication();
        return client == null ? null : new LocalUserGrant(names[0], client);
    }

    static boolean isUserName(String name) {
        return !name.isBlank()
                && name.length() <= USER_NAME_MAX
                && name.codePoints()
                        .noneMatch(character ->
                                Character.isISOControl(character)
                                        || Character.getType(character) == Character.SURROGATE);
    }
}
