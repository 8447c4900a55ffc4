package io.reconverge.service.write;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;

/// How long a client wants to be kept waiting for decisions: the header `Prefer` (RFC 7240). What
/// is not understood is passed over, as that RFC wants it, and of two alike the first counts.
///
/// @param patience zero for not at all
/// @param applied what to say in `Preference-Applied`, null for nothing
public record Preference(Duration patience, @Nullable String applied) {

    private static final String APPLIED_HEADER = "Preference-Applied";
    private static final String HEADER = "Prefer";
    private static final String RESPOND_ASYNC = "respond-async";
    private static final String WAIT = "wait=";

    /// @param otherwise how long to wait when the client does not say
    public static Preference of(HttpHeaders headers, Duration otherwise) {
        List<String> preferences =
                headers.getValuesAsList(HEADER).stream()
                        .map(preference -> preference.split(";", 2)[0].strip())
                        .map(preference -> preference.toLowerCase(Locale.ROOT))
                        .toList();
        if (preferences.contains(RESPOND_ASYNC)) {
            return new Preference(Duration.ZERO, RESPOND_ASYNC);
        }
        return preferences.stream()
                .filter(preference -> preference.startsWith(WAIT))
                .findFirst()
                .map(preference -> preference.substring(WAIT.length()))
                .filter(seconds -> seconds.matches("[0-9]{1,9}"))
                .map(Long::parseLong)
                .map(seconds -> Math.min(seconds, WriteSettings.WAIT_MAX.toSeconds()))
                .map(seconds -> new Preference(Duration.ofSeconds(seconds), WAIT + seconds))
                .orElseGet(() -> new Preference(otherwise, null));
    }

    /// Says in an answer's headers what was heeded.
    public void tell(ServerHttpResponse answer) {
        if (applied != null) {
            answer.getHeaders().set(APPLIED_HEADER, applied);
        }
    }
}
