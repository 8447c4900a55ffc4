package io.reconverge.gateway.origin;

import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.web.cors.CorsConfiguration;

/// @param allowedOrigins of web pages that may ask, such as `https://app.example`, or `*` for all;
///   none by default
@ConfigurationProperties("reconverge.gateway.cors")
record OriginSettings(@DefaultValue List<String> allowedOrigins) {

    OriginSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        for (String origin : allowedOrigins) {
            if (!origin.equals(CorsConfiguration.ALL) && !isOrigin(origin)) {
                throw new IllegalArgumentException(
                        "reconverge.gateway.cors.allowed-origins must be like https://app.example, was "
                                + origin);
            }
        }
    }

    private static boolean isOrigin(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getScheme() != null
                    && uri.getHost() != null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null;
        } catch (IllegalArgumentException noUri) {
            return false;
        }
    }
}
