package io.reconverge.service.identity;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity.HeaderSpec;
import org.springframework.security.web.server.header.ReferrerPolicyServerHttpHeadersWriter.ReferrerPolicy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// What answers tell a browser: guess no types, keep it to yourself, and, where it may be shown as
/// a document, run nothing of this. A browser runs nothing of JSON, which most answers are, small
/// and many.
///
/// Over `https` that includes Strict-Transport-Security. Behind a proxy that ends TLS, set
/// `server.forward-headers-strategy` for the service to know of it.
final class SafeHeaders implements Customizer<HeaderSpec> {

    private static final String POLICY_HEADER = "Content-Security-Policy";
    private static final String POLICY = "default-src 'none'; frame-ancestors 'none'";
    private static final String REFERRER_HEADER = "Referrer-Policy";

    @Override
    public void customize(HeaderSpec headers) {
        headers.contentSecurityPolicy(policy -> policy.policyDirectives(POLICY))
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                .cache(cache -> cache.disable())
                // older words for what the policy says
                .frameOptions(frames -> frames.disable())
                .xssProtection(protection -> protection.disable())
                .writer(SafeHeaders::sparing)
                .writer(SafeHeaders::caching);
    }

    /// Takes from JSON what is for documents, unless it has a policy of its own: a user's file.
    private static Mono<Void> sparing(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        if (isJson(headers.getFirst(HttpHeaders.CONTENT_TYPE))
                && POLICY.equals(headers.getFirst(POLICY_HEADER))) {
            headers.remove(POLICY_HEADER);
            headers.remove(REFERRER_HEADER);
        }
        return Mono.empty();
    }

    /// By the name alone: a type that was passed on may be none that can be read.
    private static boolean isJson(@Nullable String type) {
        if (type == null) {
            return false;
        }
        int parameters = type.indexOf(';');
        String name = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        return name.endsWith("/json") || name.endsWith("+json");
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
