package io.reconverge.ingest.retention;

import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/// Removes what is past its time, some rows at a time. Any number of workers may sweep at once:
/// each removes what the others have left.
///
/// A cursor from before a removed tombstone would miss that deletion, so the space notes down how
/// far such cursors reach, in the same transaction and under the lock that writers take.
final class Retention {

    private static final String TOMBSTONES =
            """
            with old as (
                select space_id, type, id, version from entity
                 where data is null and committed_at < :before
                 order by committed_at limit :step
            ), locked as (
                select space_id from space
                 where space_id in (select space_id from old) order by space_id for update
            ), gone as (
                delete from entity e using old, locked
                 where e.space_id = old.space_id and e.type = old.type and e.id = old.id
                   and e.version = old.version and locked.space_id = old.space_id
                returning e.space_id, e.version
            ), noted as (
                update space s set purged = greatest(s.purged, newest.version)
                  from (select space_id, max(version) as version from gone group by space_id) newest
                 where s.space_id = newest.space_id
            )
            select count(*) as removed from gone
            """;

    private static final String RECEIPTS =
            """
            with gone as (
                delete from receipt where (space_id, change_id) in (
                    select space_id, change_id from receipt
                     where decided_at < :before order by decided_at limit :step for update skip locked)
                returning 1
            )
            select count(*) as removed from gone
            """;

    private static final String DEVICES =
            """
            with gone as (
                delete from device where (space_id, device_id) in (
                    select space_id, device_id from device
                     where last_sync_at < :before order by last_sync_at limit :step for update skip locked)
                returning 1
            )
            select count(*) as removed from gone
            """;

    private static final String SPACES_AFTER =
            "select space_id from space where space_id > :after order by space_id limit 100";

    /// From the oldest row on, up to the first that is young enough; the newest row always stays.
    private static final String LOG =
            """
            with old as (
                select space_id, log_start, least(head, log_start + :step) as upto from space
                 where space_id = :space for update
            ), keep as (
                select coalesce(min(l.version), max(old.upto)) as from_version
                  from old left join log l
                    on l.space_id = old.space_id and l.version >= old.log_start
                   and l.version < old.upto and l.committed_at >= :before
            ), gone as (
                delete from log l using old, keep
                 where l.space_id = old.space_id and l.version >= old.log_start
                   and l.version < keep.from_version
                returning 1
            ), noted as (
                update space s set log_start = keep.from_version from old, keep
                 where s.space_id = old.space_id and s.log_start < keep.from_version
            )
            select count(*) as removed from gone
            """;

    private final DatabaseClient database;
    private final RetentionSettings settings;

    Retention(DatabaseClient database, RetentionSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /// Removes everything that is past its time.
    ///
    /// @param now epoch milliseconds
    /// @return the number of rows removed
    Mono<Long> sweep(long now) {
        long old = now - settings.tombstones().toMillis();
        Mono<Long> rows =
                whileAny(step(TOMBSTONES, old))
                        .zipWith(
                                whileAny(step(RECEIPTS, now - settings.receipts().toMillis())),
                                Long::sum)
                        .zipWith(whileAny(step(DEVICES, old)), Long::sum);
        return settings.log() == null
                ? rows
                : rows.zipWith(logs(new UUID(0, 0), now - settings.log().toMillis()), Long::sum);
    }

    private Mono<Long> step(String sql, long before) {
        return removed(database.sql(sql).bind("before", before).bind("step", settings.step()));
    }

    private static Mono<Long> removed(DatabaseClient.GenericExecuteSpec statement) {
        return statement.mapValue(Long.class).one();
    }

    private static Mono<Long> whileAny(Mono<Long> step) {
        return step.repeat().takeUntil(removed -> removed == 0).reduce(0L, Long::sum);
    }

    private Mono<Long> logs(UUID after, long before) {
        return database.sql(SPACES_AFTER)
                .bind("after", after)
                .mapValue(UUID.class)
                .all()
                .collectList()
                .flatMap(spaces ->
                        spaces.isEmpty()
                                ? Mono.just(0L)
                                : logsOf(spaces, before)
                                        .zipWhen(
                                                removed -> logs(spaces.getLast(), before),
                                                Long::sum));
    }

    private Mono<Long> logsOf(List<UUID> spaces, long before) {
        return reactor.core.publisher.Flux.fromIterable(spaces)
                .concatMap(space ->
                        whileAny(
                                removed(
                                        database.sql(LOG)
                                                .bind("space", space)
                                                .bind("before", before)
                                                .bind("step", settings.step()))))
                .reduce(0L, Long::sum);
    }
}
