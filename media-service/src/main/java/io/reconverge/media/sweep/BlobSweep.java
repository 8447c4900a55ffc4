package io.reconverge.media.sweep;

import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Removes blobs that nothing has referred to for long enough. A blob is referred to by an entity
/// of type `media` that is not deleted, and by an upload of these bytes whose entity is still to
/// come. Any number of instances may sweep at once.
///
/// A blob is never removed while a reference to it is being committed, nor while an upload of the
/// same bytes is being finished:
///
/// - Entities come by a worker, which locks its space's row before it writes them and keeps it
///   until they are committed. Whoever removes a blob locks the same row first. So a reference is
///   either committed by then, and seen, since what refers is looked for in a statement that starts
///   after the lock is held, and a statement sees all that was committed before it started; or it
///   is committed after the blob has gone, by a writer who could have known.
/// - A space to which nothing was ever written has no row to lock. Its row's place is taken then:
///   the worker's own insert of it comes before its commit and waits, for the place to be free
///   again.
/// - An upload is finished by a transaction that makes the blob's row or, when it is there, writes
///   to it, and that makes the upload refer to it. Whoever removes a blob holds the lock of its
///   row, so the upload's transaction is either committed, and seen as above, or it waits and then
///   makes a row of its own.
/// - An upload refers until its entity is known to be committed. So of the two at least one is
///   seen, if both are looked for in one statement.
///
/// Rows are locked in the order space, upload, blob, media_usage, garbage; that is the order for
/// all who lock several. Nobody is waited for while the space is locked, but at the last two.
final class BlobSweep {

    /// When a blob is looked at again that was to be removed and, for whatever reason, was not.
    private static final Duration RETRY = Duration.ofMinutes(1);

    /// Of the blob `b`. Its column has another collation than the indexes, which are of use only if
    /// the comparison is made by theirs; and `exists` would leave it to the planner to read all
    /// entities instead.
    private static final String REFERRED =
            """
            coalesce(
                (select true from entity e
                  where e.space_id = b.space_id and e.type = 'media' and e.data is not null
                    and left(e.data ->> 'sha256', 64) = b.sha256 collate "default" limit 1),
                (select true from upload u
                  where u.space_id = b.space_id and u.sha256 = b.sha256 collate "default"
                    and u.decided_at is null limit 1),
                false)
            """;

    /// Moves the next look beyond now for all that it finds, so that asking again comes to an end.
    ///
    /// @param step rows at most; written out, since of a parameter the planner expects the worst
    static String look(int step) {
        return """
        with due as (
            select space_id, sha256 from blob
             where look_at <= $1 order by look_at limit %d for update skip locked
        ), seen as materialized (
            select b.space_id, b.sha256, %s as referred from due b
        )
        update blob b
           set unreferenced_since =
                   case when seen.referred then null else coalesce(b.unreferenced_since, $1) end,
               look_at =
                   case when seen.referred then $1 + $2
                        when b.unreferenced_since <= $1 - $3 then $1 + $4
                        else coalesce(b.unreferenced_since, $1) + $3 end
          from seen where b.space_id = seen.space_id and b.sha256 = seen.sha256
        returning b.space_id, b.sha256,
                  not seen.referred and b.unreferenced_since <= $1 - $3 as over
        """
                .formatted(step, REFERRED);
    }

    private static final String TAKE_PLACE =
            """
            insert into space (space_id, epoch, head, clock) values ($1, 1, 0, 0)
            on conflict (space_id) do nothing
            """;

    private static final String LOCK_SPACE =
            "select space_id from space where space_id = $1 for update";

    /// None when it is referred to by now, is gone, or has someone else at it.
    private static final String LOCK_BLOB =
            """
            select sha256 from blob
             where space_id = $1 and sha256 = $2 and unreferenced_since <= $3 for update skip locked
            """;

    /// Garbage that is there may just have been cleaned, and be about to be struck off as it was
    /// read: what is added to it makes it another row.
    static final String REMOVE =
            """
            with gone as (
                delete from blob b where b.space_id = $1 and b.sha256 = $2 and not %s
                returning b.size, b.object_key
            ), lowered as (
                update media_usage m set stored = m.stored - gone.size from gone
                 where m.space_id = $1
            ), left_over as (
                insert into garbage (space_id, upload_id, since)
                select $1, split_part(gone.object_key, '/', 2)::uuid, $3 from gone
                on conflict (space_id, upload_id) do update
                   set since = greatest(garbage.since + 1, excluded.since)
            )
            select count(*) as removed from gone
            """
                    .formatted(REFERRED);

    private static final String LEAVE_PLACE = "delete from space where space_id = $1";

    private final Postgres postgres;
    private final TransactionalOperator transactions;
    private final SweepSettings settings;
    private final SweepMeters meters;

    BlobSweep(
            Postgres postgres,
            TransactionalOperator transactions,
            SweepSettings settings,
            SweepMeters meters) {
        this.postgres = postgres;
        this.transactions = transactions;
        this.settings = settings;
        this.meters = meters;
    }

    /// Looks at every blob that is due. One that cannot be removed is left for another time.
    ///
    /// @param now epoch milliseconds
    /// @return the number of blobs removed
    Mono<Long> sweep(long now) {
        return step(now)
                .repeat()
                .takeUntil(step -> step.seen() == 0)
                .map(Step::removed)
                .reduce(0L, Long::sum);
    }

    private record Step(int seen, long removed) {}

    private Mono<Step> step(long now) {
        return look(now)
                .flatMap(seen ->
                        Flux.fromIterable(seen)
                                .filter(Seen::over)
                                .concatMap(blob -> remove(blob, now))
                                .reduce(0L, Long::sum)
                                .map(removed -> new Step(seen.size(), removed)));
    }

    /// @param over whether its time is over
    private record Seen(UUID space, String sha256, boolean over) {}

    private Mono<List<Seen>> look(long now) {
        return postgres.answer(
                postgres.sql(look(settings.step()))
                        .bind(0, now)
                        .bind(1, settings.recheck().toMillis())
                        .bind(2, settings.grace().toMillis())
                        .bind(3, RETRY.toMillis())
                        .map(
                                Columns.as(row ->
                                        new Seen(
                                                row.uuid("space_id"),
                                                row.text("sha256"),
                                                row.flag("over"))))
                        .all()
                        .collectList());
    }

    private Mono<Long> remove(Seen blob, long now) {
        Mono<Long> removed =
                space(TAKE_PLACE, blob)
                        .fetch()
                        .rowsUpdated()
                        .flatMap(placesTaken ->
                                space(LOCK_SPACE, blob)
                                        .then()
                                        .then(Mono.defer(() -> removeUnderLock(blob, now)))
                                        .flatMap(count ->
                                                placesTaken == 0
                                                        ? Mono.just(count)
                                                        : space(LEAVE_PLACE, blob)
                                                                .then()
                                                                .thenReturn(count)));
        return postgres.answer(transactions.transactional(removed))
                .doOnNext(meters::removedBlobs)
                .doOnError(failure -> meters.failed("blobs", failure))
                .onErrorReturn(0L);
    }

    private Mono<Long> removeUnderLock(Seen blob, long now) {
        return space(LOCK_BLOB, blob)
                .bind(1, blob.sha256())
                .bind(2, now - settings.grace().toMillis())
                .mapValue(String.class)
                .one()
                .flatMap(locked ->
                        space(REMOVE, blob).bind(1, locked).bind(2, now).mapValue(Long.class).one())
                .defaultIfEmpty(0L);
    }

    private GenericExecuteSpec space(String statement, Seen blob) {
        return postgres.sql(statement).bind(0, blob.space());
    }
}
