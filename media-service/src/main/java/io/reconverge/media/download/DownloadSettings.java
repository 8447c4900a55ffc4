package io.reconverge.media.download;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What downloads may take. Each holds a connection to the store, and about 250 KB of memory at
/// most.
///
/// @param atOnce downloads under way, 1 to 10,000; beyond them: 503. With as many there should be
///   connections to the store left for uploads
/// @param standstill how long a download may move no byte, be it the reader's doing or the store's,
///   before it is cut off; 1s to 2m
@ConfigurationProperties("reconverge.media.download")
record DownloadSettings(@DefaultValue("100") int atOnce, @DefaultValue("30s") Duration standstill) {

    private static final Duration STANDSTILL_MIN = Duration.ofSeconds(1);
    private static final Duration STANDSTILL_MAX = Duration.ofMinutes(2);

    DownloadSettings {
        if (atOnce < 1 || atOnce > 10_000) {
            throw new IllegalArgumentException(
                    "reconverge.media.download.at-once must be 1..10000, was " + atOnce);
        }
        if (standstill.compareTo(STANDSTILL_MIN) < 0 || standstill.compareTo(STANDSTILL_MAX) > 0) {
            throw new IllegalArgumentException(
                    "reconverge.media.download.standstill must be %s..%s, was %s"
                            .formatted(STANDSTILL_MIN, STANDSTILL_MAX, standstill));
        }
    }
}
