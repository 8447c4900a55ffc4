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

/// Removes uploads that have expired, each in a transaction of its own, and notes down as garbage
/// what they leave in the bucket. Any number of instances may sweep at once.
///
/// Left alone are those that a request writes to, those whose bytes are a blob but whose entity is
/// not decided, and for [#COMPLETION] those that are all there and only to be completed.
final class UploadSweep {

    /// What an upload that has all its bytes is given beyond its time: its creator was told that
    /// they are kept.
    private static final Duration COMPLETION = Duration.ofDays(1);

    /// @see #at where its parameters are bound
    private static final String REMOVABLE =
            """
            expires_at <= $1
            and (sha256 is not null and decided_at is not null
                 or sha256 is null and held_until <= $1
                    and (received is distinct from length or expires_at <= $2))
            """;

    private static final String EXPIRED =
            """
            select space_id, upload_id, expires_at from upload
             where %s and (expires_at, space_id, upload_id) > ($3, $4, $5)
             order by expires_at, space_id, upload_id limit $6
            """
                    .formatted(REMOVABLE);

    private static final String LOCK =
            """
            select upload_id from upload
             where %s and space_id = $3 and upload_id = $4 for update skip locked
            """
                    .formatted(REMOVABLE);

    private static final String PARTS =
            """
            delete from upload_part where (space_id, upload_id, number) in (
                select space_id, upload_id, number from upload_part
                 where space_id = $1 and upload_id = $2 limit $3)
            """;

    private static final String TAILS =
            """
            delete from upload_tail where (space_id, upload_id, position) in (
                select space_id, upload_id, position from upload_tail
                 where space_id = $1 and upload_id = $2 limit $3)
            """;

    /// One that became whole has given back then what was set aside for it, and has noted what it
    /// left in the bucket.
    private static final String REMOVE =
            """
            with gone as (
                delete from upload where space_id = $1 and upload_id = $2 returning reserved, sha256
            ), lowered as (
                update media_usage m set reserved = m.reserved - gone.reserved from gone
                 where m.space_id = $1 and gone.sha256 is null
            ), left_over as (
                insert into garbage (space_id, upload_id, since)
                select $1, $2, $3 from gone where gone.sha256 is null
                on conflict (space_id, upload_id) do nothing
            )
            select count(*) as removed from gone
            """;

    private final Postgres postgres;
    private final TransactionalOperator transactions;
    private final SweepSettings settings;
    private final SweepMeters meters;

    UploadSweep(
            Postgres postgres,
            TransactionalOperator transactions,
            SweepSettings settings,
            SweepMeters meters) {
        this.postgres = postgres;
        this.transactions = transactions;
        this.settings = settings;
        this.meters = meters;
    }

    /// Removes all that have expired. One that cannot be removed is left for another time.
    ///
    /// @param now epoch milliseconds
    /// @return the number of uploads removed
    Mono<Long> sweep(long now) {
        return step(Expired.NONE, now)
                .expand(step -> step.isLast() ? Mono.empty() : step(step.seen().getLast(), now))
                .map(Step::removed)
                .reduce(0L, Long::sum);
    }

    private record Step(List<Expired> seen, long removed) {
        boolean isLast() {
            return seen.isEmpty();
        }
    }

    private Mono<Step> step(Expired after, long now) {
        return expired(after, now)
                .flatMap(seen ->
                        Flux.fromIterable(seen)
                                .concatMap(upload -> remove(upload, now))
                                .reduce(0L, Long::sum)
                                .map(removed -> new Step(seen, removed)));
    }

    private record Expired(Folder folder, long at) {
        static final Expired NONE =
                new Expired(new Folder(new UUID(0, 0), new UUID(0, 0)), Long.MIN_VALUE);
    }

    private Mono<List<Expired>> expired(Expired after, long now) {
        return postgres.answer(
                at(now, EXPIRED)
                        .bind(2, after.at())
                        .bind(3, after.folder().space())
                        .bind(4, after.folder().upload())
                        .bind(5, settings.step())
                        .map(
                                Columns.as(row ->
                                        new Expired(
                                                new Folder(
                                                        row.uuid("space_id"),
                                                        row.uuid("upload_id")),
                                                row.number("expires_at"))))
                        .all()
                        .collectList());
    }

    private Mono<Long> remove(Expired expired, long now) {
        Folder folder = expired.folder();
        Mono<Long> removed =
                at(now, LOCK)
                        .bind(2, folder.space())
                        .bind(3, folder.upload())
                        .mapValue(UUID.class)
                        .one()
                        .flatMap(locked ->
                                all(PARTS, folder)
                                        .then(all(TAILS, folder))
                                        .then(
                                                of(folder, REMOVE)
                                                        .bind(2, now)
                                                        .mapValue(Long.class)
                                                        .one()))
                        .defaultIfEmpty(0L);
        return postgres.answer(transactions.transactional(removed))
                .doOnNext(meters::removedUploads)
                .doOnError(failure -> meters.failed("uploads", failure))
                .onErrorReturn(0L);
    }

    private Mono<Void> all(String statement, Folder folder) {
        return of(folder, statement)
                .bind(2, settings.step())
                .fetch()
                .rowsUpdated()
                .repeat()
                .takeUntil(deleted -> deleted < settings.step())
                .then();
    }

    private GenericExecuteSpec of(Folder folder, String statement) {
        return postgres.sql(statement).bind(0, folder.space()).bind(1, folder.upload());
    }

    private GenericExecuteSpec at(long now, String statement) {
        return postgres.sql(statement).bind(0, now).bind(1, now - COMPLETION.toMillis());
    }
}
