package io.reconverge.gateway.body;

import io.reconverge.service.settings.Bounds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// @param inFlightBytes of bodies and results held at once, over all requests; at least 8 MB, by
///   default a quarter of the heap, 256 MB at most
/// @param bodyTimeout in which a body must have arrived; 1 second to 10 minutes
@ConfigurationProperties("reconverge.gateway")
record BodySettings(@Nullable DataSize inFlightBytes, @DefaultValue("30s") Duration bodyTimeout) {

    private static final Bounds BOUNDS = new Bounds("reconverge.gateway");

    private static final DataSize IN_FLIGHT_MIN = DataSize.ofMegabytes(8);
    private static final DataSize IN_FLIGHT_DEFAULT_MAX = DataSize.ofMegabytes(256);

    BodySettings {
        if (inFlightBytes != null) {
            BOUNDS.atLeast("in-flight-bytes", inFlightBytes, IN_FLIGHT_MIN);
        }
        BOUNDS.within("body-timeout", bodyTimeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
    }

    long inFlightMax() {
        return inFlightBytes != null
                ? inFlightBytes.toBytes()
                : Math.clamp(
                        Runtime.getRuntime().maxMemory() / 4,
                        IN_FLIGHT_MIN.toBytes(),
                        IN_FLIGHT_DEFAULT_MAX.toBytes());
    }
}
