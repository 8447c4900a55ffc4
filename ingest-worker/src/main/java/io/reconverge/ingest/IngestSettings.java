package io.reconverge.ingest;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// How the worker works.
///
/// @param instanceId a name that stays over restarts, different for each worker: one that comes
///   back within the session takes its partitions up again at once. None: it leaves the group when
///   it stops, and others take over at once
/// @param batchChanges changes that one transaction holds at most, unless a single request has
///   more; 1..100,000
/// @param batchBytes bytes of records that one transaction holds at most, unless a single request
///   has more; 64 KB..256 MB
/// @param queueBytes bytes of records that wait for one partition's transaction before fetching
///   pauses; 1 MB..1 GB
/// @param unpublished committed batches that wait to be published before the next one waits;
///   1..10,000
/// @param publishLinger how long to gather committed batches for one Kafka transaction; 0s..10s
/// @param patience longest wait for one round trip to Postgres; 1s..5m
/// @param standstill longest that a transaction of a worker that stands still may hold its locks,
///   before Postgres ends it; 1s..1m
/// @param drain longest wait for work in hand when a partition is given up; 0s..1m
@ConfigurationProperties("reconverge.ingest")
public record IngestSettings(
        @Nullable String instanceId,
        @DefaultValue("5000") int batchChanges,
        @DefaultValue("8MB") DataSize batchBytes,
        @DefaultValue("32MB") DataSize queueBytes,
        @DefaultValue("100") int unpublished,
        @DefaultValue("0s") Duration publishLinger,
        @DefaultValue("30s") Duration patience,
        @DefaultValue("5s") Duration standstill,
        @DefaultValue("10s") Duration drain) {

    public IngestSettings {
        within("batch-changes", batchChanges, 1, 100_000);
        within("batch-bytes", batchBytes.toBytes(), 64 << 10, 256 << 20);
        within("queue-bytes", queueBytes.toBytes(), 1 << 20, 1 << 30);
        within("unpublished", unpublished, 1, 10_000);
        within("publish-linger", publishLinger.toMillis(), 0, 10_000);
        within("patience", patience.toMillis(), 1_000, 300_000);
        within("standstill", standstill.toMillis(), 1_000, 60_000);
        within("drain", drain.toMillis(), 0, 60_000);
    }

    private static void within(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "reconverge.ingest.%s must be %d..%d (bytes or milliseconds where it has a unit), was %d"
                            .formatted(name, least, most, value));
        }
    }
}
