package io.reconverge.gateway.protocol;

import io.reconverge.wire.Members;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Times as JavaScript's `toISOString` writes them: `2025-12-29T14:30:00.000Z`.
public final class IsoTime {

    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private IsoTime() {}

    /// @param time epoch milliseconds
    public static String of(long time) {
        return MILLIS.format(Instant.ofEpochMilli(time));
    }

    /// Epoch milliseconds of ISO 8601 with an offset, or of a number of them; null for anything
    /// else, and for what lies before 1970.
    public static @Nullable Long millis(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        try {
            long time =
                    value.isString()
                            ? OffsetDateTime.parse(value.stringValue()).toInstant().toEpochMilli()
                            : value.asLong(-1);
            return time >= 0 && time <= Members.INTEGER_MAX ? time : null;
        } catch (DateTimeException | ArithmeticException notATime) {
            return null;
        }
    }
}
