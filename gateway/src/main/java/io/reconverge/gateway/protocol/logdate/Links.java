package io.reconverge.gateway.protocol.logdate;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriUtils;

/// Addresses of media: absolute, as LogDate's clients take them.
///
/// @param origin scheme and authority
record Links(String origin) {

    private static final String MEDIA = Logdate.SYNC + "/media/";
    private static final String REFERENCE = "reconverge:media/";

    static Links of(ServerWebExchange exchange, LogdateSettings settings) {
        URI origin =
                settings.publicOrigin() == null
                        ? exchange.getRequest().getURI()
                        : settings.publicOrigin();
        return new Links(origin.getScheme() + "://" + origin.getRawAuthority());
    }

    String download(String mediaId) {
        return origin + MEDIA + UriUtils.encode(mediaId, StandardCharsets.UTF_8);
    }

    /// The medium that a note's `mediaUri` names, be it by a download URL of any origin or by
    /// `reconverge:media/<id>`.
    static Optional<String> mediaIdIn(String mediaUri) {
        if (mediaUri.startsWith(REFERENCE)) {
            return decoded(mediaUri.substring(REFERENCE.length()));
        }
        int at = mediaUri.indexOf(MEDIA);
        return at < 0 ? Optional.empty() : decoded(mediaUri.substring(at + MEDIA.length()));
    }

    private static Optional<String> decoded(String id) {
        try {
            String decoded = UriUtils.decode(id, StandardCharsets.UTF_8);
            return decoded.isEmpty() ? Optional.empty() : Optional.of(decoded);
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }
}
