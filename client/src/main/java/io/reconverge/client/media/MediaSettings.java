package io.reconverge.client.media;

import java.time.Duration;

/// The bounds of a media library.
///
/// @param queueMax files that may wait to be sent, those of backups aside; 1..1,000,000
/// @param fileMaxBytes of one file; 1 B..40 GiB
/// @param cacheMaxBytes of files that can be fetched again; 0..1 TiB. Files that are still to be
///   sent are not counted, and never removed
/// @param triesMax of a file that the server fails on, before it is parked; 1..100
/// @param backoffFirst the most that is waited after the first failure, doubled with each; 1 ms..1
///   h
/// @param backoffMax the most that is waited after any; `backoffFirst`..1 day
/// @param retryAfterMax the most that a server's `Retry-After` is believed; 1 s..1 day
/// @param stall a transfer in which no byte moves for so long is broken off; 10 ms..10 min
/// @param downloads files that are fetched at once; 1..100
public record MediaSettings(
        int queueMax,
        long fileMaxBytes,
        long cacheMaxBytes,
        int triesMax,
        Duration backoffFirst,
        Duration backoffMax,
        Duration retryAfterMax,
        Duration stall,
        int downloads) {

    private static final long GIB = 1L << 30;

    public MediaSettings {
        within("queueMax", queueMax, 1, 1_000_000);
        within("fileMaxBytes", fileMaxBytes, 1L, 40 * GIB);
        within("cacheMaxBytes", cacheMaxBytes, 0L, 1024 * GIB);
        within("triesMax", triesMax, 1, 100);
        within("backoffFirst", backoffFirst, Duration.ofMillis(1), Duration.ofHours(1));
        within("backoffMax", backoffMax, backoffFirst, Duration.ofDays(1));
        within("retryAfterMax", retryAfterMax, Duration.ofSeconds(1), Duration.ofDays(1));
        within("stall", stall, Duration.ofMillis(10), Duration.ofMinutes(10));
        within("downloads", downloads, 1, 100);
    }

    public static MediaSettings defaults() {
        return new MediaSettings(
                1_000,
                5 * GIB,
                GIB,
                5,
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ofHours(1),
                Duration.ofSeconds(60),
                4);
    }

    /// These, with a cache of at most so many bytes.
    public MediaSettings withCacheMaxBytes(long cacheMaxBytes) {
        return new MediaSettings(
                queueMax,
                fileMaxBytes,
                cacheMaxBytes,
                triesMax,
                backoffFirst,
                backoffMax,
                retryAfterMax,
                stall,
                downloads);
    }

    /// These, with room for so many waiting files of so many bytes each.
    public MediaSettings withQueue(int queueMax, long fileMaxBytes) {
        return new MediaSettings(
                queueMax,
                fileMaxBytes,
                cacheMaxBytes,
                triesMax,
                backoffFirst,
                backoffMax,
                retryAfterMax,
                stall,
                downloads);
    }

    /// These, breaking off transfers that stand still for so long.
    public MediaSettings withStall(Duration stall) {
        return new MediaSettings(
                queueMax,
                fileMaxBytes,
                cacheMaxBytes,
                triesMax,
                backoffFirst,
                backoffMax,
                retryAfterMax,
                stall,
                downloads);
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

    private static <T extends Comparable<T>> void within(String name, T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "%s must be %s..%s, was %s".formatted(name, min, max, value));
        }
    }
}
