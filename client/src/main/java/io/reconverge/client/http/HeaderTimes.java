package io.reconverge.client.http;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/// Times that headers tell.
final class HeaderTimes {

    /// More than that nobody means.
    private static final long MAX_MILLIS = Duration.ofDays(1).toMillis();

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private HeaderTimes() {}

    /// What `Retry-After` asks for: seconds, or a date, which counts from the answer's own `Date`,
    /// for this device's clock may be wrong.
    ///
    /// @return milliseconds, at most a day; 0 where there is no such header, or nothing in it that
    ///   can be understood
    static long retryAfterMillis(HttpHeaders headers) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        if (SECONDS.matcher(value).matches()) {
            return Math.min(MAX_MILLIS, Long.parseLong(value) * 1000);
        }
        return instant(value)
                .map(at -> at.toEpochMilli() - date(headers).orElseGet(Instant::now).toEpochMilli())
                .map(millis -> Math.clamp(millis, 0, MAX_MILLIS))
                .orElse(0L);
    }

    /// The server's clock when it began the answer, in whole seconds.
    static Optional<Instant> date(HttpHeaders headers) {
        return headers.firstValue("Date").flatMap(HeaderTimes::instant);
    }

    private static Optional<Instant> instant(String httpDate) {
        try {
            return Optional.of(
                    ZonedDateTime.parse(httpDate, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }
}
