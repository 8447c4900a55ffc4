package io.reconverge.media.upload;

import io.reconverge.media.storage.Bucket;
import io.reconverge.service.settings.Bounds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// What uploads may take.
///
/// Their memory is `buffers` times `partSize` and a little: 120 MiB by default, whatever the size
/// and the number of uploads. The heap should have twice that.
///
/// @param plainMax bytes of an upload in one request; 1B to 5GB
/// @param resumableMax bytes of a resumable upload; 1B to 40GB, and no more than 9,000 parts
/// @param partSize bytes that are gathered before they go to the store; 5MB to 64MB
/// @param buffers uploads that are received at once, 1 to 10,000; more wait, for `bufferPatience`
///   at most
/// @param bufferPatience 0s to 1m; after it: 503
/// @param perUser uploads of one user that are received at once by this instance, 1 to 10,000;
///   beyond them: 429
/// @param idle how long an upload may send nothing before its request is ended, 1s to 10m
/// @param lease how long the writer of a resumable upload may be unheard of before another request
///   may take over, 1s to 1m
/// @param lifetime of a resumable upload since its last bytes, 1s to 30d
/// @param quota bytes that the media of one space may have, uploads under way included; null: any
@ConfigurationProperties("reconverge.media.upload")
public record UploadSettings(
        @DefaultValue("100MB") DataSize plainMax,
        @DefaultValue("5GB") DataSize resumableMax,
        @DefaultValue("5MB") DataSize partSize,
        @DefaultValue("24") int buffers,
        @DefaultValue("5s") Duration bufferPatience,
        @DefaultValue("8") int perUser,
        @DefaultValue("30s") Duration idle,
        @DefaultValue("5s") Duration lease,
        @DefaultValue("1d") Duration lifetime,
        @Nullable DataSize quota) {

    private static final Bounds BOUNDS = new Bounds("reconverge.media.upload");

    /// Some numbers of parts go to attempts that failed.
    private static final long PARTS_MAX = Bucket.PART_NUMBER_MAX * 9L / 10;

    public UploadSettings {
        BOUNDS.within("plain-max", plainMax, DataSize.ofBytes(1), DataSize.ofGigabytes(5));
        BOUNDS.within("resumable-max", resumableMax, DataSize.ofBytes(1), DataSize.ofGigabytes(40));
        BOUNDS.within(
                "part-size",
                partSize,
                DataSize.ofBytes(Bucket.PART_MIN_BYTES),
                DataSize.ofMegabytes(64));
        if (resumableMax.toBytes() / partSize.toBytes() > PARTS_MAX) {
            throw new IllegalArgumentException(
                    "reconverge.media.upload.resumable-max must be at most %d times part-size, was %s"
                            .formatted(PARTS_MAX, resumableMax));
        }
        BOUNDS.within("buffers", buffers, 1, 10_000);
        BOUNDS.within("buffer-patience", bufferPatience, Duration.ZERO, Duration.ofMinutes(1));
        BOUNDS.within("per-user", perUser, 1, 10_000);
        BOUNDS.within("idle", idle, Duration.ofSeconds(1), Duration.ofMinutes(10));
        BOUNDS.within("lease", lease, Duration.ofSeconds(1), Duration.ofMinutes(1));
        BOUNDS.within("lifetime", lifetime, Duration.ofSeconds(1), Duration.ofDays(30));
        if (quota != null) {
            BOUNDS.within("quota", quota, DataSize.ofBytes(0), DataSize.ofTerabytes(1_000_000));
        }
    }
}
