package io.reconverge.ingest.apply;

import static io.reconverge.ingest.apply.Statements.bind;
import static io.reconverge.ingest.apply.Statements.count;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import io.reconverge.ingest.apply.Statements.Column;
import io.reconverge.ingest.decide.EntityRow;
import io.reconverge.ingest.decide.Fingerprint;
import io.reconverge.ingest.decide.Head;
import io.reconverge.ingest.decide.LogRow;
import io.reconverge.ingest.decide.Refusal;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.WireJson;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// What a batch leaves behind, each kind in one statement.
final class Writes {

    private static final String LOG =
            """
            insert into log (space_id, version, change_id, type, id, op, outcome, previous_version,
                             entity_version, data, patch, conflict_fields, fingerprint, actor, device_id,
                             created_at, modified_at, committed_at, source_id, source_offset)
            select space_id, version, change_id, type, id, op, outcome, previous_version,
                   entity_version, data::json, patch::json, conflict_fields::json, fingerprint, actor, device_id,
                   created_at, modified_at, committed_at, source_id, source_offset
              from unnest($1::uuid[], $2::int8[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
                          $8::int8[], $9::int8[], $10::text[], $11::text[], $12::text[], $13::uuid[],
                          $14::text[], $15::text[], $16::int8[], $17::int8[], $18::int8[], $19::int4[],
                          $20::int8[])
                as row (space_id, version, change_id, type, id, op, outcome, previous_version,
                        entity_version, data, patch, conflict_fields, fingerprint, actor, device_id,
                        created_at, modified_at, committed_at, source_id, source_offset)
            """;

    /// `committed_at` is 0 where the entity itself did not change.
    private static final String ENTITIES =
            """
            insert into entity as e (space_id, type, id, version, log_version, data, stamps, created_at,
                                     modified_at, committed_at, updated_by, device_id)
            select space_id, type, id, version, log_version, data::json, stamps::json, created_at,
                   modified_at, committed_at, updated_by, device_id
              from unnest($1::uuid[], $2::text[], $3::text[], $4::int8[], $5::int8[], $6::text[], $7::text[],
                          $8::int8[], $9::int8[], $10::int8[], $11::text[], $12::text[])
                as row (space_id, type, id, version, log_version, data, stamps, created_at,
                        modified_at, committed_at, updated_by, device_id)
            on conflict (space_id, type, id) do update
               set version = excluded.version, log_version = excluded.log_version,
                   data = excluded.data, stamps = excluded.stamps, created_at = excluded.created_at,
                   modified_at = excluded.modified_at,
                   committed_at = greatest(e.committed_at, excluded.committed_at),
                   updated_by = excluded.updated_by, device_id = excluded.device_id
            """;

    private static final String HEADS_AND_RECEIPTS =
            """
            with receipts as (
                insert into receipt (space_id, change_id, result, decided_at)
                select space_id, change_id, result::json, decided_at
                  from unnest($6::uuid[], $7::uuid[], $8::text[], $9::int8[])
                    as row (space_id, change_id, result, decided_at)
                on conflict (space_id, change_id) do update
                   set result = excluded.result, decided_at = excluded.decided_at
            )
            insert into space (space_id, epoch, head, clock, conflicts)
            select * from unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::int8[])
            on conflict (space_id) do update
               set head = excluded.head, clock = excluded.clock, conflicts = excluded.conflicts
            """;

    private static final List<Column<LogRow>> LOG_COLUMNS =
            List.of(
                    event(UUID.class, ChangeEvent::space),
                    event(Long.class, ChangeEvent::version),
                    Column.of(UUID.class, LogRow::changeId),
                    event(String.class, ChangeEvent::type),
                    event(String.class, ChangeEvent::id),
                    event(String.class, event -> lower(event.op())),
                    event(String.class, event -> lower(event.outcome())),
                    event(Long.class, ChangeEvent::previousVersion),
                    event(Long.class, ChangeEvent::entityVersion),
                    event(String.class, event -> text(event.data())),
                    event(String.class, event -> text(event.patch())),
                    Column.of(String.class, row -> names(row.conflictFields())),
                    Column.of(UUID.class, row -> uuid(row.fingerprint())),
                    event(String.class, ChangeEvent::actor),
                    event(String.class, ChangeEvent::deviceId),
                    event(Long.class, ChangeEvent::createdAt),
                    event(Long.class, ChangeEvent::modifiedAt),
                    event(Long.class, ChangeEvent::committedAt),
                    Column.of(Integer.class, row -> row.source().sourceId()),
                    Column.of(Long.class, row -> row.source().offset()));

    private static final List<Column<Head>> HEAD_COLUMNS =
            List.of(
                    Column.of(UUID.class, Head::space),
                    Column.of(Long.class, Head::epoch),
                    Column.of(Long.class, Head::version),
                    Column.of(Long.class, Head::clock),
                    Column.of(Long.class, Head::conflicts));

    private static final List<Column<Refusal>> RECEIPT_COLUMNS =
            List.of(
                    Column.of(UUID.class, Refusal::space),
                    Column.of(UUID.class, Refusal::changeId),
                    Column.of(String.class, Receipts::stored),
                    Column.of(Long.class, Refusal::decidedAt));

    private Writes() {}

    static Mono<Long> log(Connection connection, List<LogRow> rows) {
        return count(bind(connection, LOG, rows, LOG_COLUMNS));
    }

    /// @param log where the entities' times of commit are
    static Mono<Long> entities(Connection connection, List<EntityRow> rows, List<LogRow> log) {
        Map<SpaceVersion, Long> committedAt = HashMap.newHashMap(log.size());
        for (LogRow row : log) {
            ChangeEvent event = row.event();
            committedAt.put(new SpaceVersion(event.space(), event.version()), event.committedAt());
        }
        List<Column<EntityRow>> columns =
                List.of(
                        Column.of(UUID.class, EntityRow::space),
                        entity(String.class, Entity::type),
                        entity(String.class, Entity::id),
                        entity(Long.class, Entity::version),
                        Column.of(Long.class, row -> row.standing().logVersion()),
                        entity(String.class, entity -> text(entity.data())),
                        Column.of(String.class, EntityRow::stamps),
                        entity(Long.class, Entity::createdAt),
                        entity(Long.class, Entity::modifiedAt),
                        Column.of(
                                Long.class,
                                row ->
                                        committedAt.getOrDefault(
                                                new SpaceVersion(
                                                        row.space(),
                                                        row.standing().entity().version()),
                                                0L)),
                        entity(String.class, Entity::updatedBy),
                        entity(String.class, Entity::deviceId));
        return count(bind(connection, ENTITIES, rows, columns));
    }

    private record SpaceVersion(UUID space, long version) {}

    static Mono<Long> headsAndReceipts(
            Connection connection, List<Head> heads, List<Refusal> refusals) {
        Statement statement = bind(connection, HEADS_AND_RECEIPTS, heads, HEAD_COLUMNS);
        for (int i = 0; i < RECEIPT_COLUMNS.size(); i++) {
            statement.bind(HEAD_COLUMNS.size() + i, RECEIPT_COLUMNS.get(i).array(refusals));
        }
        return count(statement);
    }

    private static Column<LogRow> event(
            Class<?> type, Function<ChangeEvent, @Nullable Object> value) {
        return Column.of(type, row -> value.apply(row.event()));
    }

    private static Column<EntityRow> entity(
            Class<?> type, Function<Entity, @Nullable Object> value) {
        return Column.of(type, row -> value.apply(row.standing().entity()));
    }

    private static @Nullable String text(@Nullable JsonObject object) {
        return object == null ? null : object.text();
    }

    private static @Nullable String names(List<String> names) {
        return names.isEmpty() ? null : WireJson.MAPPER.writeValueAsString(names);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static UUID uuid(Fingerprint fingerprint) {
        return new UUID(fingerprint.high(), fingerprint.low());
    }
}
