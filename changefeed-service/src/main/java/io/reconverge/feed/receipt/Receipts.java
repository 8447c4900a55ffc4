package io.reconverge.feed.receipt;

import io.reconverge.feed.entity.EntityRow;
import io.reconverge.feed.status.PipelineLag;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Outcome;
import io.reconverge.wire.WireJson;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Finds what became of changes: in the log what was accepted, in the receipts what was refused.
/// What is in neither is on its way while the pipeline has anything left to do, and else unknown.
///
/// A result is the first answer, so its `duplicate` is false. A merge comes with the entity that it
/// made, a superseded change with the one that stood then, a conflict with the one that stands now.
@Component
final class Receipts {

    private final Postgres postgres;
    private final PipelineLag lag;

    Receipts(Postgres postgres, PipelineLag lag) {
        this.postgres = postgres;
        this.lag = lag;
    }

    /// Two statements at most.
    ///
    /// @return in the order asked
    Mono<List<ChangeResult>> of(UUID space, List<UUID> ids) {
        return decided(space, ids)
                .flatMap(found -> {
                    List<UUID> missing = ids.stream().filter(id -> !found.containsKey(id)).toList();
                    return missing.isEmpty()
                            ? Mono.just(inOrder(ids, found, ChangeResult.Unknown::new))
                            : undecided(space, ids, found, missing);
                });
    }

    /// The lag is measured after the caller asked, and the database read again after that: what was
    /// accepted before the question is then seen, however fast it went by.
    private Mono<List<ChangeResult>> undecided(
            UUID space, List<UUID> ids, Map<UUID, ChangeResult> found, List<UUID> missing) {
        return lag.fresh()
                .flatMap(behind -> {
                    if (behind.isEmpty() || behind.getAsLong() > 0) {
                        return Mono.just(inOrder(ids, found, ChangeResult.Pending::new));
                    }
                    return decided(space, missing)
                            .map(since -> {
                                found.putAll(since);
                                return inOrder(ids, found, ChangeResult.Unknown::new);
                            });
                });
    }

    private static List<ChangeResult> inOrder(
            List<UUID> ids, Map<UUID, ChangeResult> found, Function<UUID, ChangeResult> otherwise) {
        return ids.stream().map(id -> found.getOrDefault(id, otherwise.apply(id))).toList();
    }

    private static final String DECIDED =
            """
            select asked.change_id, log.version as log_version, log.outcome, log.conflict_fields,
                   log.op <> 'delete' and log.created_at = log.committed_at as created,
                   receipt.result,
                   shown.version, shown.type, shown.id, shown.created_at, shown.modified_at,
                   shown.updated_by, shown.device_id,
                   coalesce(sum(pg_column_size(shown.data)) over so_far, 0) <= $3 as fits,
                   case when sum(pg_column_size(shown.data)) over so_far <= $3
                        then shown.data end as data
              from unnest($2::uuid[]) with ordinality as asked (change_id, place)
              left join log on log.space_id = $1 and log.change_id = asked.change_id
              left join receipt on receipt.space_id = $1 and receipt.change_id = asked.change_id
                               and log.change_id is null
              left join lateral (
                   select version, type, id, data, created_at, modified_at, actor as updated_by,
                          device_id
                     from log as made
                    where made.space_id = $1
                      and made.version = case log.outcome when 'merged' then log.version
                                                          when 'superseded' then log.entity_version
                                         end
                   union all
                   select version, type, id, data, created_at, modified_at, updated_by, device_id
                     from entity
                    where entity.space_id = $1
                      and receipt.result ->> 'status' = 'conflict'
                      and entity.type = receipt.result ->> 'type'
                      and entity.id = receipt.result ->> 'id') shown on true
             where log.change_id is not null or receipt.change_id is not null
            window so_far as (order by asked.place rows unbounded preceding)
            """;

    private Mono<Map<UUID, ChangeResult>> decided(UUID space, List<UUID> ids) {
        return Mono.defer(() -> {
            var shown = new Shown();
            return postgres.answer(
                    postgres.sql(DECIDED)
                            .bind(0, space)
                            .bind(1, ids.stream().distinct().toArray(UUID[]::new))
                            .bind(2, (long) ChangeResult.ENTITIES_MAX_BYTES)
                            .map(Columns.as(row -> result(row, shown)))
                            .all()
                            .collectMap(
                                    ChangeResult::changeId,
                                    result -> result,
                                    () -> new HashMap<UUID, ChangeResult>()));
        });
    }

    private static ChangeResult result(Columns row, Shown shown) {
        UUID id = row.uuid("change_id");
        String outcome = row.textOrNull("outcome");
        if (outcome == null) {
            return refused(row, shown);
        }
        long version = row.number("log_version");
        return switch (Outcome.valueOf(outcome.toUpperCase(Locale.ROOT))) {
            case APPLIED -> new ChangeResult.Applied(id, version, false, row.flag("created"));
            case MERGED ->
                    new ChangeResult.Merged(
                            id, version, false, shown.entity(row), row.texts("conflict_fields"));
            case SUPERSEDED -> new ChangeResult.Superseded(id, version, false, shown.entity(row));
        };
    }

    private static ChangeResult refused(Columns row, Shown shown) {
        ChangeResult stored = WireJson.MAPPER.readValue(row.text("result"), ChangeResult.class);
        return stored instanceof ChangeResult.Conflict conflict
                ? new ChangeResult.Conflict(
                        conflict.changeId(), shown.entity(row), conflict.conflictFields())
                : stored;
    }

    /// The entities that one request's results carry: no more than fit. The database counts what it
    /// stores, compressed, and keeps what is too much for sure; here counts what comes.
    private static final class Shown {

        private long bytes;

        @Nullable Entity entity(Columns row) {
            if (row.numberOrNull("version") == null || !row.flag("fits")) {
                return null;
            }
            Entity entity = EntityRow.read(row);
            bytes += EntityRow.size(entity);
            return bytes <= ChangeResult.ENTITIES_MAX_BYTES ? entity : null;
        }
    }
}
