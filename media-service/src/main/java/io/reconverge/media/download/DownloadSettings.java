package io.reconverge.media.download;

import io.reconverge.service.settings.Bounds;
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

    private static final Bounds BOUNDS = new Bounds("reconverge.media.download");

    private static final Duration STANDSTILL_MIN = Duration.ofSeconds(1);
    private static final Duration STANDSTILL_MAX = Duration.ofMinutes(2);

    DownloadSettings {
        BOUNDS.within("at-once", atOnce, 1, 10_000);
        BOUNDS.within("standstill", standstill, STANDSTILL_MIN, STANDSTILL_MAX);
    }
}
