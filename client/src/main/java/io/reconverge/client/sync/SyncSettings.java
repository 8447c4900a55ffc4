package io.reconverge.client.sync;

import java.time.Duration;

/// How the machine paces itself.
///
/// @param writeDebounce quiet after a local write before it is sent; 0..1 min
/// @param connectivityDebounce quiet after the network came back, for it may go again; 0..1 min
/// @param interval between syncs that nothing but time asks for; 1 s..1 day
/// @param spacing least time between the beginnings of two automatic syncs; 0..1 h
/// @param backoffFirst the most that is waited after the first failure, doubled with each; 1 ms..1
///   h
/// @param backoffMax the most that is waited after any; `backoffFirst`..1 day
/// @param retryAfterMax the most that a server's `Retry-After` is believed; 1 s..1 day
public record SyncSettings(
        Duration writeDebounce,
        Duration connectivityDebounce,
        Duration interval,
        Duration spacing,
        Duration backoffFirst,
        Duration backoffMax,
        Duration retryAfterMax) {

    public SyncSettings {
        within("writeDebounce", writeDebounce, Duration.ZERO, Duration.ofMinutes(1));
        within("connectivityDebounce", connectivityDebounce, Duration.ZERO, Duration.ofMinutes(1));
        within("interval", interval, Duration.ofSeconds(1), Duration.ofDays(1));
        within("spacing", spacing, Duration.ZERO, Duration.ofHours(1));
        within("backoffFirst", backoffFirst, Duration.ofMillis(1), Duration.ofHours(1));
        within("backoffMax", backoffMax, backoffFirst, Duration.ofDays(1));
        within("retryAfterMax", retryAfterMax, Duration.ofSeconds(1), Duration.ofDays(1));
    }

    public static SyncSettings defaults() {
        return new SyncSettings(
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ofHours(1));
    }

    /// The most that is waited after `failures` in a row, of which the wait takes a random part:
    /// full jitter.
    ///
    /// @param failures at least 1
    long backoffCeilingMillis(int failures) {
        long ceiling = backoffFirst.toMillis();
        for (int i = 1; i < failures && ceiling < backoffMax.toMillis(); i++) {
            ceiling *= 2;
        }
        return Math.min(ceiling, backoffMax.toMillis());
    }

    private static void within(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "%s must be %s..%s, was %s".formatted(name, min, max, value));
        }
    }
}
