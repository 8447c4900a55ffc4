package io.reconverge.ingest;

import io.reconverge.service.settings.Bounds;
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
/// @param atOnce transactions in Postgres at the same time, each with what all partitions that wait
///   have: the fewer, the larger batches are under load; 1..64
/// @param batchChanges changes that one transaction holds at most, unless a single request has
///   more; 1..100,000
/// @param batchBytes bytes of records that one transaction holds at most, unless a single request
///   has more; 64 KB..256 MB
/// @param queueBytes bytes of records that wait for one partition's transaction before fetching
///   pauses; 1 MB..1 GB
/// @param unpublished committed batches of a partition that wait to be published before the next
///   one waits; 1..10,000
/// @param liveChanges of a partition's part of a transaction, the most that live readers are told
///   of at once; of more, and with 0 of any, they hear as it is published; 0..10,000
/// @param publishLinger how long to gather committed batches for one Kafka transaction: what one
///   costs the broker does not depend on what is in it; 0s..10s
/// @param patience longest wait for one round trip to Postgres; 1s..5m
/// @param standstill longest that a transaction of a worker that stands still may hold its locks,
///   before Postgres ends it; 1s..1m
/// @param drain longest wait for work in hand when a partition is given up; 0s..1m
@ConfigurationProperties("reconverge.ingest")
public record IngestSettings(
        @Nullable String instanceId,
        @DefaultValue("2") int atOnce,
        @DefaultValue("5000") int batchChanges,
        @DefaultValue("8MB") DataSize batchBytes,
        @DefaultValue("32MB") DataSize queueBytes,
        @DefaultValue("100") int unpublished,
        @DefaultValue("100") int liveChanges,
        @DefaultValue("100ms") Duration publishLinger,
        @DefaultValue("30s") Duration patience,
        @DefaultValue("5s") Duration standstill,
        @DefaultValue("10s") Duration drain) {

    private static final Bounds BOUNDS = new Bounds("reconverge.ingest");

    public IngestSettings {
        BOUNDS.within("at-once", atOnce, 1, 64);
        BOUNDS.within("batch-changes", batchChanges, 1, 100_000);
        BOUNDS.within(
                "batch-bytes", batchBytes, DataSize.ofKilobytes(64), DataSize.ofMegabytes(256));
        BOUNDS.within("queue-bytes", queueBytes, DataSize.ofMegabytes(1), DataSize.ofGigabytes(1));
        BOUNDS.within("unpublished", unpublished, 1, 10_000);
        BOUNDS.within("live-changes", liveChanges, 0, 10_000);
        BOUNDS.within("publish-linger", publishLinger, Duration.ZERO, Duration.ofSeconds(10));
        BOUNDS.within("patience", patience, Duration.ofSeconds(1), Duration.ofMinutes(5));
        BOUNDS.within("standstill", standstill, Duration.ofSeconds(1), Duration.ofMinutes(1));
        BOUNDS.within("drain", drain, Duration.ZERO, Duration.ofMinutes(1));
    }
}
