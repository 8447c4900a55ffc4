package io.reconverge.bench.direct;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// One put in one statement, which is one transaction and one round trip: is the change known, the
/// next version of the space, the version check on the entity, the entity and the log row.
///
/// The rows are those that Reconverge's worker writes, in tables of the same shape. The head's row
/// is locked first, so writers of one space come one after the other, and the version check is made
/// on the row as it then is, not as the statement's snapshot has it.
@Component
class DirectWrites {
    private static final int ATTEMPTS = 3;

    /// A put with a base that is not covered leaves `entity_version` null, which the table refuses:
    /// nothing of the statement stays then.
    private static final String PUT =
            """
            with known as (
                select version from log where space_id = $1 and change_id = $2
            ), head as (
                insert into space as s (space_id, epoch, head, clock)
                select $1, $3, 1, $4 where not exists (select from known)
                on conflict (space_id) do update
                   set head = s.head + 1, clock = greatest($4, s.clock + 1)
                returning s.head, s.clock
            ), written as (
                insert into entity as e (space_id, type, id, version, log_version, data, stamps, created_at,
                                         modified_at, committed_at, updated_by, device_id)
                select $1, $5, $6, head, head, $7::json, null, $4, $8, clock, $9, $10 from head
                on conflict (space_id, type, id) do update
                   set version = excluded.version, log_version = excluded.log_version, data = excluded.data,
                       modified_at = excluded.modified_at, committed_at = excluded.committed_at,
                       updated_by = excluded.updated_by, device_id = excluded.device_id
                 where case when $11::int8 is null
                            then (e.modified_at, e.device_id) <= (excluded.modified_at, excluded.device_id)
                            else e.version <= $11::int8 end
                returning e.version, e.created_at, coalesce(old.log_version, 0) as previous
            ), logged as (
                insert into log (space_id, version, change_id, type, id, op, outcome, previous_version,
                                 entity_version, data, patch, conflict_fields, fingerprint, actor, device_id,
                                 created_at, modified_at, committed_at, source_id, source_offset)
                select $1, head, $2, $5, $6, 'put', case when w.version is null then 'superseded' else 'applied' end,
                       coalesce(w.previous, (select log_version from entity where space_id = $1 and type = $5 and id = $6)),
                       case when w.version is not null then w.version
                            when $11::int8 is null
                            then (select version from entity where space_id = $1 and type = $5 and id = $6) end,
                       $7::json, $7::json, null, $12, $9, $10, coalesce(w.created_at, $4), $8, clock, 0, 0
                  from head left join written w on true
                returning version
            )
            select coalesce((select version from logged), (select version from known)) as version,
                   (select previous from written) as previous,
                   exists (select from known) as duplicate
            """;

    private final ConnectionFactory connections;

    DirectWrites(ConnectionFactory connections) {
        this.connections = connections;
    }

    /// @param head the space's version after it
    record Written(ChangeResult result, long head) {}

    /// A second copy of a change that arrives at the same time meets the unique index, and is told
    /// the first one's version when it asks again.
    Mono<Written> write(UUID space, String actor, String device, Change change, long now) {
        return Mono.usingWhen(
                        connections.create(),
                        connection ->
                                Flux.from(
                                                bind(
                                                                connection.createStatement(PUT),
                                                                space,
                                                                actor,
                                                                device,
                                                                change,
                                                                now)
                                                        .execute())
                                        .concatMap(result ->
                                                result.map((row, metadata) -> written(row, change)))
                                        .single(),
                        connection -> connection.close())
                .retryWhen(Retry.max(ATTEMPTS).filter(DirectWrites::isOfAnOldSnapshot));
    }

    /// The statement saw the tables as they were before its turn: another copy of the change has
    /// come in meanwhile, or the entity that it loses against. Its next try sees them.
    private static boolean isOfAnOldSnapshot(Throwable failure) {
        return failure instanceof R2dbcDataIntegrityViolationException broken
                && broken.getMessage() != null
                && (broken.getMessage().contains("duplicate key")
                        || broken.getMessage().contains("\"previous_version\""));
    }

    private static Statement bind(
            Statement put, UUID space, String actor, String device, Change change, long now) {
        String data = Objects.requireNonNull(change.data(), "data").text();
        put.bind("$1", space)
                .bind("$2", change.changeId())
                .bind("$3", ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE))
                .bind("$4", now)
                .bind("$5", change.type())
                .bind("$6", change.id())
                .bind("$7", data)
                .bind("$8", Math.min(change.modifiedAt(), now))
                .bind("$9", actor)
                .bind("$10", device)
                .bind("$12", fingerprint(change, change.data()));
        Long base = change.baseVersion();
        return base == null ? put.bindNull("$11", Long.class) : put.bind("$11", base);
    }

    /// Of what was sent, so that an id used again for something else can be told.
    private static UUID fingerprint(Change change, JsonObject data) {
        return UUID.nameUUIDFromBytes(
                String.join("\n", List.of(change.type(), change.id(), "put", data.text()))
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static Written written(Row row, Change change) {
        long version = Objects.requireNonNull(row.get("version", Long.class));
        Long previous = row.get("previous", Long.class);
        boolean duplicate = Boolean.TRUE.equals(row.get("duplicate", Boolean.class));
        return new Written(
                duplicate || previous != null
                        ? new ChangeResult.Applied(
                                change.changeId(),
                                version,
                                duplicate,
                                previous != null && previous == 0)
                        : new ChangeResult.Superseded(change.changeId(), version, false, null),
                version);
    }
}
