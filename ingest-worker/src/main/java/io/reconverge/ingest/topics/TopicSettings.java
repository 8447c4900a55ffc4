package io.reconverge.ingest.topics;

import io.reconverge.service.settings.Bounds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How the topics are made where they are not there yet. A topic that is there is left as it is.
///
/// @param partitions of writes, changes and live: as many workers can share the work; 1..10,000
/// @param resultPartitions of results: as many gateways read apart; 1..10,000
/// @param replicas 1..32; null: as the broker says
/// @param writesKept how long a write can be replayed from its topic; 1h or more
/// @param resultsKept results, and live: longer than any gateway waits; 1m or more
/// @param changesKept how far back an analyst can begin to read; null: for ever
@ConfigurationProperties("reconverge.topics")
record TopicSettings(
        @DefaultValue("12") int partitions,
        @DefaultValue("12") int resultPartitions,
        @Nullable Integer replicas,
        @DefaultValue("7d") Duration writesKept,
        @DefaultValue("10m") Duration resultsKept,
        @Nullable Duration changesKept) {

    private static final Bounds BOUNDS = new Bounds("reconverge.topics");

    TopicSettings {
        BOUNDS.within("partitions", partitions, 1, 10_000);
        BOUNDS.within("result-partitions", resultPartitions, 1, 10_000);
        if (replicas != null) {
            BOUNDS.within("replicas", replicas.intValue(), 1, 32);
        }
        BOUNDS.atLeast("writes-kept", writesKept, Duration.ofHours(1));
        BOUNDS.atLeast("results-kept", resultsKept, Duration.ofMinutes(1));
    }
}
