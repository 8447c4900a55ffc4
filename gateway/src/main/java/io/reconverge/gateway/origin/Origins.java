package io.reconverge.gateway.origin;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsProcessor;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.server.ServerWebExchange;

/// CORS. Spring Security takes both beans up, and asks them before it asks for a token.
@Configuration(proxyBeanMethods = false)
class Origins {

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final List<String> EXPOSED =
            List.of(
                    "Accept-Ranges",
                    "Change-Id",
                    "Content-Disposition",
                    "Content-Location",
                    "Content-Range",
                    "ETag",
                    "Entity-Version",
                    "Location",
                    "Preference-Applied",
                    "RateLimit",
                    "RateLimit-Policy",
                    "Repr-Digest",
                    "Retry-After",
                    "Tus-Checksum-Algorithm",
                    "Tus-Extension",
                    "Tus-Max-Size",
                    "Tus-Resumable",
                    "Tus-Version",
                    "Upload-Defer-Length",
                    "Upload-Expires",
                    "Upload-Length",
                    "Upload-Metadata",
                    "Upload-Offset",
                    "X-Request-Id");
    private static final Duration PREFLIGHT_KEPT = Duration.ofHours(1);

    @Bean
    CorsConfigurationSource corsConfigurationSource(OriginSettings settings) {
        CorsConfiguration configuration = new CorsConfiguration();
        configuration.setAllowedOrigins(settings.allowedOrigins());
        configuration.setAllowedMethods(METHODS);
        configuration.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        configuration.setExposedHeaders(EXPOSED);
        configuration.setMaxAge(PREFLIGHT_KEPT);
        return exchange -> configuration;
    }

    @Bean
    CorsProcessor corsProcessor() {
        return new WithoutRefusals();
    }

    /// A page whose origin is not allowed is not let read the answer, which is the browser's to see
    /// to. The request is as good as any: what sends an `Origin` need not be a browser, and behind
    /// a proxy the page may well be of this very origin.
    private static final class WithoutRefusals extends DefaultCorsProcessor {
        @Override
        public boolean process(
                @Nullable CorsConfiguration configuration, ServerWebExchange exchange) {
            String origin = exchange.getRequest().getHeaders().getOrigin();
            if (configuration != null
                    && origin != null
                    && configuration.checkOrigin(origin) == null
                    && !CorsUtils.isPreFlightRequest(exchange.getRequest())) {
                exchange.getResponse().getHeaders().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
                return true;
            }
            return super.process(configuration, exchange);
        }
    }
}
