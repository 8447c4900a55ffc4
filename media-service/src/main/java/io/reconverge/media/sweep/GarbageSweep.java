package io.reconverge.media.sweep;

import io.reconverge.media.storage.Bucket;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Cleans the folders of uploads that are over: ends their multipart uploads and deletes every
/// object that is not a blob's.
///
/// An upload that is gone, or whole, makes no more blobs, and does not become anything else: what
/// no blob names of its folder will never be named. So what is deleted was not wanted and will not
/// be, whatever happens meanwhile, and doing it again does no harm. A folder is struck off only
/// after it is clean, and only if nothing was added to it since it was read.
///
/// When the bucket does not answer, the pass ends, and the next ones wait, longer each time, up to
/// [#PAUSE_MAX]. They begin after the folder that failed, so that one that always fails holds up no
/// other. Passes of one object are not to overlap.
final class GarbageSweep {

    private static final Duration PAUSE_MAX = Duration.ofMinutes(15);
    private static final int AT_ONCE = 8;

    /// @param limit written out, since of a parameter the planner expects the worst
    private static String waiting(int limit) {
        return """
        select g.space_id, g.upload_id, g.since from garbage g
         where (g.since, g.space_id, g.upload_id) > ($1, $2, $3) and g.since <= $4
           and not exists (select 1 from upload u
                            where u.space_id = g.space_id and u.upload_id = g.upload_id
                              and u.sha256 is null)
         order by g.since, g.space_id, g.upload_id limit %d
        """
                .formatted(limit);
    }

    private static final String BLOBS =
            "select object_key from blob where space_id = $1 and object_key = any($2)";

    private static final String STRIKE_OFF =
            "delete from garbage where space_id = $1 and upload_id = $2 and since = $3";

    private final Postgres postgres;
    private final Bucket bucket;
    private final Turn turn;
    private final SweepSettings settings;
    private final SweepMeters meters;

    private volatile Garbage after = Garbage.NONE;
    private volatile int failures;
    private volatile long notBefore = Long.MIN_VALUE;

    GarbageSweep(
            Postgres postgres,
            Bucket bucket,
            Turn turn,
            SweepSettings settings,
            SweepMeters meters) {
        this.postgres = postgres;
        this.bucket = bucket;
        this.turn = turn;
        this.settings = settings;
        this.meters = meters;
    }

    /// Cleans what waits, oldest first; does nothing while another instance does, and after a
    /// failure for a while.
    ///
    /// @param now epoch milliseconds
    /// @return the number of folders cleaned
    Mono<Long> sweep(long now) {
        return Mono.defer(() -> now < notBefore ? Mono.empty() : turn.take(walk(now)))
                .defaultIfEmpty(0L);
    }

    /// Tells the meters how far behind the cleaning is.
    ///
    /// @param now epoch milliseconds
    Mono<Void> measure(long now) {
        return waiting(Garbage.NONE, now, 1)
                .doOnNext(oldest -> {
                    if (oldest.isEmpty()) {
                        meters.noGarbageWaits();
                    } else {
                        meters.garbageWaits(oldest.getFirst().since());
                    }
                })
                .then();
    }

    private record Garbage(Folder folder, long since) {
        static final Garbage NONE =
                new Garbage(new Folder(new UUID(0, 0), new UUID(0, 0)), Long.MIN_VALUE);
    }

    private Mono<Long> walk(long now) {
        return Mono.defer(() -> waiting(after, now, settings.step()))
                .flatMap(some -> some.isEmpty() ? Mono.just(0L) : cleanAll(some, now))
                .repeat()
                .takeUntil(cleaned -> cleaned == 0)
                .reduce(0L, Long::sum)
                .doOnNext(cleaned -> after = Garbage.NONE);
    }

    private Mono<Long> cleanAll(List<Garbage> some, long now) {
        return Flux.fromIterable(some)
                .flatMap(
                        garbage -> clean(garbage).doOnError(failure -> fail(garbage, now)), AT_ONCE)
                .count()
                .doOnNext(cleaned -> {
                    failures = 0;
                    after = some.getLast();
                });
    }

    private void fail(Garbage garbage, long now) {
        Duration pause = settings.every().multipliedBy(1L << Math.min(failures, 10));
        notBefore = now + (pause.compareTo(PAUSE_MAX) < 0 ? pause : PAUSE_MAX).toMillis();
        failures++;
        after = garbage;
    }

    private Mono<List<Garbage>> waiting(Garbage after, long now, int limit) {
        return postgres.answer(
                postgres.sql(waiting(limit))
                        .bind(0, after.since())
                        .bind(1, after.folder().space())
                        .bind(2, after.folder().upload())
                        .bind(3, now)
                        .map(
                                Columns.as(row ->
                                        new Garbage(
                                                new Folder(
                                                        row.uuid("space_id"),
                                                        row.uuid("upload_id")),
                                                row.number("since"))))
                        .all()
                        .collectList());
    }

    private Mono<Garbage> clean(Garbage garbage) {
        Folder folder = garbage.folder();
        Mono<Void> multiparts =
                bucket.multiparts(folder.begin())
                        .concatMap(multipart ->
                                bucket.abort(multipart)
                                        .doOnSuccess(done -> meters.removedMultipart()))
                        .then();
        Mono<Void> objects =
                bucket.list(folder.begin(), "")
                        .map(Bucket.Listed::key)
                        .buffer(settings.step())
                        .concatMap(keys -> deleteUnnamed(folder, keys))
                        .then();
        return multiparts.then(objects).then(strikeOff(garbage)).thenReturn(garbage);
    }

    private Mono<Void> deleteUnnamed(Folder folder, List<String> keys) {
        return postgres.answer(
                        postgres.sql(BLOBS)
                                .bind(0, folder.space())
                                .bind(1, keys.toArray(String[]::new))
                                .mapValue(String.class)
                                .all()
                                .collectList())
                .flatMap(blobs -> {
                    Set<String> unnamed = new HashSet<>(keys);
                    blobs.forEach(unnamed::remove);
                    return bucket.delete(List.copyOf(unnamed))
                            .doOnSuccess(done -> meters.removedObjects(unnamed.size()));
                });
    }

    private Mono<Void> strikeOff(Garbage garbage) {
        return postgres.answer(
                postgres.sql(STRIKE_OFF)
                        .bind(0, garbage.folder().space())
                        .bind(1, garbage.folder().upload())
                        .bind(2, garbage.since())
                        .then());
    }
}
