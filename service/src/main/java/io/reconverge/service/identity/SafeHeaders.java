package io.reconverge.service.identity;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity.HeaderSpec;
import org.springframework.security.web.server.header.ReferrerPolicyServerHttpHeadersWriter.ReferrerPolicy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// What every answer tells a browser: run nothing of this, guess no types, keep it to yourself.
///
/// Over `https` that includes Strict-Transport-Security. Behind a proxy that ends TLS, set
/// `server.forward-headers-strategy` for the service to know of it.
final class SafeHeaders implements Customizer<HeaderSpec> {

    @Override
    public void customize(HeaderSpec headers) {
        headers.contentSecurityPolicy(policy ->
                        policy.policyDirectives("default-src 'none'; frame-ancestors 'none'"))
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                .cache(cache -> cache.disable())
                // older words for what the policy says
                .frameOptions(frames -> frames.disable())
                .xssProtection(protection -> protection.disable())
                .writer(SafeHeaders::caching);
    }

    /// What has an ETag may be kept by its reader, who asks each time whether it still holds; the
    /// rest is not kept at all.
    private static Mono<Void> caching(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        if (!headers.containsHeader(HttpHeaders.CACHE_CONTROL)) {
            boolean revalidated =
                    headers.getETag() != null
                            || exchange.getResponse().getStatusCode() == HttpStatus.NOT_MODIFIED;
            headers.setCacheControl(revalidated ? "private, no-cache" : "no-store");
        }
        return Mono.empty();
    }
}
