package io.reconverge.media.sweep;

import io.reconverge.service.settings.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// When what is no longer wanted goes.
///
/// Bytes that lost their last reference are gone after `grace` and at most `recheck` more.
///
/// **Before the database is set back to an older backup**: blobs that were removed since are named
/// by its rows again, though their bytes are gone; a `grace` that is longer than the oldest backup
/// is old leaves nothing of the kind. And bytes that came since are named by no row: the next
/// patrol takes those for orphans that are older than `orphansAfter`, and they are removed. Whoever
/// wants to keep them, because the writes since are still to come in or the backup is only looked
/// at, sets `orphansAfter` to more than the age of the backup first. The same holds for a service
/// that is started with another, or an empty, database on a bucket with media in it: its first
/// patrol, an hour after the start, takes all that is older than `orphansAfter` for orphans.
///
/// @param grace how long a blob that nothing refers to is kept; 1s to 3650d. No shorter than links
///   to the store are good (`reconverge.media.s3.link-lifetime`), or these end early
/// @param recheck how often a blob is looked at, whether something refers to it: as often is its
///   row written; 1s to 365d
/// @param every pause between two sweeps; 1s to 1d
/// @param step rows that one statement touches at most, so that it holds up nobody; 1 to 10,000
/// @param orphansAfter how old what nobody knows has to be before it is removed; 1h to 3650d
/// @param patrolEvery pause between two walks through the whole bucket, of each instance; 1m to
///   365d
@ConfigurationProperties("reconverge.media.sweep")
record SweepSettings(
        @DefaultValue("7d") Duration grace,
        @DefaultValue("1d") Duration recheck,
        @DefaultValue("30s") Duration every,
        @DefaultValue("100") int step,
        @DefaultValue("3d") Duration orphansAfter,
        @DefaultValue("1d") Duration patrolEvery) {

    private static final Bounds BOUNDS = new Bounds("reconverge.media.sweep");

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration TEN_YEARS = Duration.ofDays(3650);

    SweepSettings {
        BOUNDS.within("grace", grace, SECOND, TEN_YEARS);
        BOUNDS.within("recheck", recheck, SECOND, YEAR);
        BOUNDS.within("every", every, SECOND, Duration.ofDays(1));
        BOUNDS.within("step", step, 1, 10_000);
        BOUNDS.within("orphans-after", orphansAfter, Duration.ofHours(1), TEN_YEARS);
        BOUNDS.within("patrol-every", patrolEvery, Duration.ofMinutes(1), YEAR);
    }
}
