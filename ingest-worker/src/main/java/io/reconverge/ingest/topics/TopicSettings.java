package io.reconverge.ingest.topics;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How the topics are made where they are not there yet. A topic that is there is left as it is.
///
/// @param partitions of writes and changes: as many workers can share the work; 1..10,000
/// @param resultPartitions of results: as many gateways read apart; 1..10,000
/// @param replicas 1..32; null: as the broker says
/// @param writesKept how long a write can be replayed from its topic; 1h or more
/// @param resultsKept longer than any gateway waits; 1m or more
/// @param changesKept how far back an analyst can begin to read; null: for ever
@ConfigurationProperties("reconverge.topics")
record TopicSettings(
        @DefaultValue("12") int partitions,
        @DefaultValue("12") int resultPartitions,
        @Nullable Integer replicas,
        @DefaultValue("7d") Duration writesKept,
        @DefaultValue("10m") Duration resultsKept,
        @Nullable Duration changesKept) {

    TopicSettings {
        if (partitions < 1
                || partitions > 10_000
                || resultPartitions < 1
                || resultPartitions > 10_000) {
            throw new IllegalArgumentException(
                    "reconverge.topics.partitions and .result-partitions must be 1..10000, were %d and %d"
                            .formatted(partitions, resultPartitions));
        }
        if (replicas != null && (replicas < 1 || replicas > 32)) {
            throw new IllegalArgumentException(
                    "reconverge.topics.replicas must be 1..32, was " + replicas);
        }
        if (writesKept.compareTo(Duration.ofHours(1)) < 0
                || resultsKept.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException(
                    "reconverge.topics.writes-kept must be 1h or more and .results-kept 1m or more, were %s and %s"
                            .formatted(writesKept, resultsKept));
        }
    }
}
