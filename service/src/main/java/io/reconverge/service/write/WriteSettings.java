package io.reconverge.service.write;

import io.reconverge.service.settings.Bounds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param patience for a decision, where the client does not say how long; 0s to 30s
/// @param waitingMax requests that wait for a decision at once, 1 to 1,000,000; what comes beyond
///   them is answered as soon as Kafka has it
/// @param resultsPartition of the results topic that this instance reads; one at random when
///   absent. Several instances may read the same
/// @param restMax longest that a write waits, under load, for others to go to Kafka with it, and as
///   long again for those before it to be acknowledged; 0s, to send each as it comes, to 1s
@ConfigurationProperties("reconverge.write")
public record WriteSettings(
        @DefaultValue("5s") Duration patience,
        @DefaultValue("20000") int waitingMax,
        @Nullable Integer resultsPartition,
        @DefaultValue("40ms") Duration restMax) {

    private static final Bounds BOUNDS = new Bounds("reconverge.write");

    /// The longest that a client may ask to be kept waiting.
    public static final Duration WAIT_MAX = Duration.ofSeconds(30);

    public WriteSettings {
        BOUNDS.within("patience", patience, Duration.ZERO, WAIT_MAX);
        BOUNDS.within("waiting-max", waitingMax, 1, 1_000_000);
        BOUNDS.within("rest-max", restMax, Duration.ZERO, Duration.ofSeconds(1));
        if (resultsPartition != null) {
            BOUNDS.atLeast("results-partition", resultsPartition.intValue(), 0);
        }
    }
}
