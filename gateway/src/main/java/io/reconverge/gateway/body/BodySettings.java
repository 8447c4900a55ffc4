package io.reconverge.gateway.body;

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

    private static final DataSize IN_FLIGHT_MIN = DataSize.ofMegabytes(8);
    private static final DataSize IN_FLIGHT_DEFAULT_MAX = DataSize.ofMegabytes(256);

    BodySettings {
        if (inFlightBytes != null && inFlightBytes.compareTo(IN_FLIGHT_MIN) < 0) {
            throw new IllegalArgumentException(
                    "reconverge.gateway.in-flight-bytes must be 8MB or more, was " + inFlightBytes);
        }
        if (bodyTimeout.compareTo(Duration.ofSeconds(1)) < 0
                || bodyTimeout.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException(
                    "reconverge.gateway.body-timeout must be 1s..10m, was " + bodyTimeout);
        }
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
