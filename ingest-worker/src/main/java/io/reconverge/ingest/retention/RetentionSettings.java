package io.reconverge.ingest.retention;

import io.reconverge.service.settings.Bounds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long what is no longer needed is kept.
///
/// @param tombstones a device that reads at least this often sees every deletion; one that does not
///   starts afresh. Also how long a silent device is listed. 1h or more
/// @param receipts how long the outcome of a refused change can be asked for; 1h or more
/// @param log how long log rows are kept: the horizon of history, restore and of telling a change
///   that comes again. Null: for ever; else 30d or more
/// @param every pause between two sweeps; 1s..1d
/// @param step rows that one transaction removes at most, so that it holds up no writer; 1..10,000
@ConfigurationProperties("reconverge.retention")
record RetentionSettings(
        @DefaultValue("90d") Duration tombstones,
        @DefaultValue("7d") Duration receipts,
        @Nullable Duration log,
        @DefaultValue("1m") Duration every,
        @DefaultValue("500") int step) {

    private static final Bounds BOUNDS = new Bounds("reconverge.retention");

    private static final Duration LOG_LEAST = Duration.ofDays(30);

    RetentionSettings {
        BOUNDS.atLeast("tombstones", tombstones, Duration.ofHours(1));
        BOUNDS.atLeast("receipts", receipts, Duration.ofHours(1));
        if (log != null) {
            BOUNDS.atLeast("log", log, LOG_LEAST);
        }
        BOUNDS.within("every", every, Duration.ofSeconds(1), Duration.ofDays(1));
        BOUNDS.within("step", step, 1, 10_000);
    }
}
