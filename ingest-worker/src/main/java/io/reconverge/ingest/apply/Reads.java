package io.reconverge.ingest.apply;

import static io.reconverge.ingest.apply.Statements.bind;
import static io.reconverge.ingest.apply.Statements.list;
import static io.reconverge.ingest.apply.Statements.required;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import io.reconverge.ingest.apply.Statements.Column;
import io.reconverge.ingest.decide.Accepted;
import io.reconverge.ingest.decide.BaseOf;
import io.reconverge.ingest.decide.Fingerprint;
import io.reconverge.ingest.decide.Head;
import io.reconverge.ingest.decide.Source;
import io.reconverge.ingest.decide.SpaceChange;
import io.reconverge.ingest.decide.SpaceEntity;
import io.reconverge.ingest.decide.Standing;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// What a batch has to know, each kind in one statement, by primary or unique keys alone.
final class Reads {

    /// Log rows that a walk to a base version passes at most. Beyond it the base counts as unknown,
    /// and what both sides may have changed counts as changed by both.
    static final int BASE_WALK_MAX = 1_000;

    private static final String HEADS_FOR_UPDATE =
            """
            select space_id, epoch, head, greatest(clock, floor) as clock, conflicts from space
             where space_id = any($1) order by space_id for update
            """;

    /// Where a reader was quicker, its row stays, and with it what it was promised.
    private static final String MADE =
            """
            insert into space (space_id, epoch, head, clock)
            select space_id, epoch, 0, 0 from unnest($1::uuid[], $2::int8[]) as made (space_id, epoch)
            on conflict (space_id) do nothing
            """;

    private static final String ACCEPTED =
            """
            select l.space_id, l.change_id, l.version, l.type, l.id, l.op, l.outcome, l.previous_version,
                   l.entity_version, l.data::text as data, l.patch::text as patch,
                   l.conflict_fields::text as conflict_fields, l.fingerprint, l.actor, l.device_id,
                   l.created_at, l.modified_at, l.committed_at, l.source_id, l.source_offset,
                   s.version as s_version, s.data::text as s_data, s.created_at as s_created_at,
                   s.modified_at as s_modified_at, s.actor as s_actor, s.device_id as s_device_id
              from unnest($1::uuid[], $2::uuid[]) as asked (space_id, change_id)
              join log l on l.space_id = asked.space_id and l.change_id = asked.change_id
              left join log s on l.outcome = 'superseded'
                             and s.space_id = l.space_id and s.version = l.entity_version
            """;

    private static final String ENTITIES =
            """
            select e.space_id, e.type, e.id, e.version, e.log_version, e.data::text as data,
                   e.stamps::text as stamps, e.created_at, e.modified_at, e.updated_by, e.device_id
              from unnest($1::uuid[], $2::text[], $3::text[]) as asked (space_id, type, id)
              join entity e on e.space_id = asked.space_id and e.type = asked.type and e.id = asked.id
            """;

    private static final String MEMBERS =
            """
            select space_id, type, id, version, log_version, data::text as data,
                   stamps::text as stamps, created_at, modified_at, updated_by, device_id
              from entity
             where space_id = any($1) and type = 'member' and data is not null
            """;

    private static final String BASES =
            """
            with recursive walk (space_id, type, id, base, version, previous, stands, steps) as (
                select a.space_id, a.type, a.id, a.base,
                       l.version, l.previous_version, l.entity_version = l.version, 1
                  from unnest($1::uuid[], $2::text[], $3::text[], $4::int8[]) as a (space_id, type, id, base)
                  join entity e on e.space_id = a.space_id and e.type = a.type and e.id = a.id
                  join log l on l.space_id = e.space_id and l.version = e.log_version
                 where e.version > a.base
                union all
                select w.space_id, w.type, w.id, w.base,
                       l.version, l.previous_version, l.entity_version = l.version, w.steps + 1
                  from walk w
                  join log l on l.space_id = w.space_id and l.version = w.previous
                 where not (w.stands and w.version <= w.base) and w.steps < $5
            )
            select w.space_id, w.type, w.id, w.base, l.data::text as data
              from walk w join log l on l.space_id = w.space_id and l.version = w.version
             where w.stands and w.version <= w.base
            union all
            select w.space_id, w.type, w.id, w.base, null
              from walk w
             where w.previous = 0 and not (w.stands and w.version <= w.base)
            """;

    private static final String RECEIPTS =
            """
            select r.space_id, r.change_id, r.result::text as result
              from unnest($1::uuid[], $2::uuid[]) as asked (space_id, change_id)
              join receipt r on r.space_id = asked.space_id and r.change_id = asked.change_id
            """;

    private static final List<Column<SpaceChange>> CHANGE_KEYS =
            List.of(
                    Column.of(UUID.class, SpaceChange::space),
                    Column.of(UUID.class, SpaceChange::changeId));

    private static final List<Column<SpaceEntity>> ENTITY_KEYS =
            List.of(
                    Column.of(UUID.class, SpaceEntity::space),
                    Column.of(String.class, entity -> entity.key().type()),
                    Column.of(String.class, entity -> entity.key().id()));

    private static final List<Column<BaseOf>> BASE_KEYS =
            List.of(
                    Column.of(UUID.class, BaseOf::space),
                    Column.of(String.class, base -> base.key().type()),
                    Column.of(String.class, base -> base.key().id()),
                    Column.of(Long.class, BaseOf::baseVersion));

    private Reads() {}

    /// Locks the heads of those spaces that there are, in the order of their ids, so that no two
    /// transactions wait for each other.
    static Mono<List<Head>> headsForUpdate(Connection connection, List<UUID> spaces) {
        return list(
                connection.createStatement(HEADS_FOR_UPDATE).bind(0, spaces.toArray(UUID[]::new)),
                row ->
                        new Head(
                                required(row, "space_id", UUID.class),
                                required(row, "epoch", Long.class),
                                required(row, "head", Long.class),
                                required(row, "clock", Long.class),
                                required(row, "conflicts", Long.class)));
    }

    /// The heads of spaces that had no row, with one, and locked. A reader of all that somebody has
    /// makes such rows too, and is promised that nothing is committed before what it read.
    static Mono<List<Head>> made(Connection connection, List<UUID> spaces, LongSupplier epochs) {
        Statement making =
                connection
                        .createStatement(MADE)
                        .bind(0, spaces.toArray(UUID[]::new))
                        .bind(
                                1,
                                spaces.stream()
                                        .map(space -> epochs.getAsLong())
                                        .toArray(Long[]::new));
        return Mono.zip(
                Statements.count(making),
                headsForUpdate(connection, spaces),
                (made, heads) -> heads);
    }

    /// A change that is in the log, and the record that it came with.
    record Logged(SpaceChange change, Accepted accepted, Source source) {}

    static Mono<List<Logged>> accepted(Connection connection, List<SpaceChange> changes) {
        return list(bind(connection, ACCEPTED, changes, CHANGE_KEYS), Reads::logged);
    }

    record Kept(SpaceEntity key, Standing standing) {}

    static Mono<List<Kept>> entities(Connection connection, List<SpaceEntity> entities) {
        return list(bind(connection, ENTITIES, entities, ENTITY_KEYS), Reads::kept);
    }

    /// All who share these spaces.
    static Mono<List<Kept>> members(Connection connection, List<UUID> spaces) {
        return list(
                connection.createStatement(MEMBERS).bind(0, spaces.toArray(UUID[]::new)),
                Reads::kept);
    }

    private static Kept kept(Row row) {
        EntityKey key = key(row);
        return new Kept(
                new SpaceEntity(required(row, "space_id", UUID.class), key),
                Standing.ofRow(
                        entity(row, key, "", "updated_by"),
                        row.get("stamps", String.class),
                        required(row, "log_version", Long.class)));
    }

    record Base(BaseOf of, JsonObject data) {}

    static Mono<List<Base>> bases(Connection connection, List<BaseOf> bases) {
        return list(
                bind(connection, BASES, bases, BASE_KEYS).bind(BASE_KEYS.size(), BASE_WALK_MAX),
                row ->
                        new Base(
                                new BaseOf(
                                        required(row, "space_id", UUID.class),
                                        key(row),
                                        required(row, "base", Long.class)),
                                objectOrEmpty(row)));
    }

    record Receipt(SpaceChange change, ChangeResult result) {}

    static Mono<List<Receipt>> receipts(Connection connection, List<SpaceChange> changes) {
        return list(
                bind(connection, RECEIPTS, changes, CHANGE_KEYS),
                row ->
                        new Receipt(
                                new SpaceChange(
                                        required(row, "space_id", UUID.class),
                                        required(row, "change_id", UUID.class)),
                                WireJson.MAPPER.readValue(
                                        required(row, "result", String.class),
                                        ChangeResult.class)));
    }

    private static Logged logged(Row row) {
        UUID space = required(row, "space_id", UUID.class);
        EntityKey key = key(row);
        ChangeEvent event =
                new ChangeEvent(
                        space,
                        required(row, "version", Long.class),
                        required(row, "previous_version", Long.class),
                        required(row, "entity_version", Long.class),
                        key.type(),
                        key.id(),
                        Op.valueOf(upper(row, "op")),
                        Outcome.valueOf(upper(row, "outcome")),
                        object(row, "data"),
                        object(row, "patch"),
                        required(row, "actor", String.class),
                        row.get("device_id", String.class),
                        required(row, "created_at", Long.class),
                        required(row, "modified_at", Long.class),
                        required(row, "committed_at", Long.class));
        UUID fingerprint = required(row, "fingerprint", UUID.class);
        String conflictFields = row.get("conflict_fields", String.class);
        return new Logged(
                new SpaceChange(space, required(row, "change_id", UUID.class)),
                new Accepted(
                        event,
                        new Fingerprint(
                                fingerprint.getMostSignificantBits(),
                                fingerprint.getLeastSignificantBits()),
                        conflictFields == null
                                ? List.of()
                                : List.of(
                                        WireJson.MAPPER.readValue(conflictFields, String[].class)),
                        row.get("s_version", Long.class) == null
                                ? null
                                : entity(row, key, "s_", "s_actor")),
                new Source(
                        required(row, "source_id", Integer.class),
                        required(row, "source_offset", Long.class)));
    }

    private static Entity entity(Row row, EntityKey key, String prefix, String writer) {
        JsonObject data = object(row, prefix + "data");
        return new Entity(
                key.type(),
                key.id(),
                required(row, prefix + "version", Long.class),
                data,
                data == null,
                required(row, prefix + "created_at", Long.class),
                required(row, prefix + "modified_at", Long.class),
                required(row, writer, String.class),
                row.get(prefix + "device_id", String.class));
    }

    private static EntityKey key(Row row) {
        return new EntityKey(
                required(row, "type", String.class), required(row, "id", String.class));
    }

    private static @Nullable JsonObject object(Row row, String name) {
        String text = row.get(name, String.class);
        return text == null ? null : JsonObject.ofText(text);
    }

    private static JsonObject objectOrEmpty(Row row) {
        JsonObject data = object(row, "data");
        return data == null ? JsonObject.ofText("{}") : data;
    }

    private static String upper(Row row, String name) {
        return required(row, name, String.class).toUpperCase(Locale.ROOT);
    }
}
