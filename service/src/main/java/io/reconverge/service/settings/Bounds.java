package io.reconverge.service.settings;

import java.time.Duration;
import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/// The bounds of a group of settings: what lies outside stops the start, with words that name it as
/// whoever set it did.
///
/// @param prefix such as `reconverge.feed`
public record Bounds(String prefix) {

    /// @param name such as `page-size`
    /// @throws IllegalArgumentException unless the value is `min`, `max` or between them
    public <T extends Comparable<T>> void within(String name, T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw outside(name, shown(min) + ".." + shown(max), value);
        }
    }

    /// @throws IllegalArgumentException unless the value is `min` or more
    public <T extends Comparable<T>> void atLeast(String name, T value, T min) {
        if (value.compareTo(min) < 0) {
            throw outside(name, shown(min) + " or more", value);
        }
    }

    private IllegalArgumentException outside(String name, String bounds, Object value) {
        return new IllegalArgumentException(
                "%s.%s must be %s, was %s".formatted(prefix, name, bounds, shown(value)));
    }

    private static String shown(Object value) {
        return value instanceof Duration duration
                ? DurationFormatterUtils.print(duration, Style.COMPOSITE)
                : value.toString();
    }
}
