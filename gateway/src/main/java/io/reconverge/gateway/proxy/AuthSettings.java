package io.reconverge.gateway.proxy;

import io.reconverge.gateway.UpstreamUri;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// @param uri of an issuer with which people register and log in under `/api/auth`: scheme, host
///   and port; null, the default, for none
@ConfigurationProperties("reconverge.gateway.auth")
record AuthSettings(@Nullable URI uri) {

    AuthSettings {
        if (uri != null) {
            UpstreamUri.check("reconverge.gateway.auth.uri", uri);
        }
    }
}
