package io.reconverge.client.replica;

import io.reconverge.client.outbox.Copy;
import io.reconverge.client.outbox.Edit;
import io.reconverge.client.outbox.Entry;
import io.reconverge.client.outbox.EntryState;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.WireJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Copies of entities, as rows: the entity's and its entries'.
final class Copies {

    private final Session session;
    private final long space;

    Copies(Session session, long space) {
        this.session = session;
        this.space = space;
    }

    /// A copy as it is stored.
    ///
    /// @param reading in which the server showed the base last, 0 where it showed none
    record Stored(Copy copy, long reading) {}

    private static final String ENTITY =
            """
            select type, id, version, data, created_at, modified_at, updated_by, device_id, reading,
                   pending
              from entity where space_id = ? and type = ? and id = ?
            """;

    private static final String ENTRIES =
            """
            select * from outbox where space_id = ? and type = ? and id = ? order by number
            """;

    private record Row(@Nullable Entity base, long reading, boolean pending) {}

    /// The copy of this entity; an empty one where there is none.
    Stored load(EntityKey key) {
        Row row = session.first(ENTITY, Copies::row, space, key.type(), key.id());
        if (row == null) {
            return new Stored(new Copy(null, List.of()), 0);
        }
        List<Entry> entries =
                row.pending()
                        ? session.list(ENTRIES, Copies::entry, space, key.type(), key.id())
                        : List.of();
        return new Stored(new Copy(row.base(), entries), row.reading());
    }

    /// Stores what has changed.
    void save(EntityKey key, Stored before, Stored after) {
        List<Entry> entriesBefore = before.copy().entries();
        List<Entry> entries = after.copy().entries();
        for (Entry entry : entriesBefore) {
            if (entries.stream().noneMatch(kept -> kept.number() == entry.number())) {
                session.update("delete from outbox where number = ?", entry.number());
            }
        }
        if (after.copy().base() == null && entries.isEmpty()) {
            session.update(
                    "delete from entity where space_id = ? and type = ? and id = ?",
                    space,
                    key.type(),
                    key.id());
            return;
        }
        if (!isSameEntity(before, after)) {
            saveEntity(key, after);
        }
        for (Entry entry : entries) {
            if (!entriesBefore.contains(entry)) {
                saveEntry(key, entry);
            }
        }
    }

    /// Whether the entity's own row stays as it is, as it does when only the states of entries
    /// change.
    private static boolean isSameEntity(Stored before, Stored after) {
        List<Entry> entriesBefore = before.copy().entries();
        List<Entry> entries = after.copy().entries();
        return !entries.isEmpty()
                && entries.size() == entriesBefore.size()
                && before.reading() == after.reading()
                && Objects.equals(before.copy().base(), after.copy().base())
                && IntStream.range(0, entries.size())
                        .allMatch(i -> isSameEdit(entriesBefore.get(i), entries.get(i)));
    }

    private static boolean isSameEdit(Entry before, Entry after) {
        return before.changeId().equals(after.changeId())
                && before.modifiedAt() == after.modifiedAt()
                && before.edit().equals(after.edit());
    }

    private static final String SAVE_ENTITY =
            """
            insert into entity (space_id, type, id, version, data, created_at, modified_at,
                   updated_by, device_id, reading, pending, local_data, local_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (space_id, type, id) do update
               set version = excluded.version, data = excluded.data,
                   created_at = excluded.created_at, modified_at = excluded.modified_at,
                   updated_by = excluded.updated_by, device_id = excluded.device_id,
                   reading = excluded.reading, pending = excluded.pending,
                   local_data = excluded.local_data, local_at = excluded.local_at
            """;

    private void saveEntity(EntityKey key, Stored stored) {
        Entity base = stored.copy().base();
        List<Entry> entries = stored.copy().entries();
        boolean pending = !entries.isEmpty();
        session.update(
                SAVE_ENTITY,
                space,
                key.type(),
                key.id(),
                base == null ? 0 : base.version(),
                base == null ? null : text(base.data()),
                base == null ? 0 : base.createdAt(),
                base == null ? 0 : base.modifiedAt(),
                base == null ? "" : base.updatedBy(),
                base == null ? null : base.deviceId(),
                stored.reading(),
                pending ? 1 : 0,
                pending ? text(stored.copy().view()) : null,
                pending ? entries.getLast().modifiedAt() : null);
    }

    /// A draft: a view that is nobody else's.
    ///
    /// @param view null to remove it
    void saveDraft(EntityKey key, @Nullable JsonObject view, long atMillis) {
        if (view == null) {
            session.update(
                    "delete from entity where space_id = ? and type = ? and id = ?",
                    space,
                    key.type(),
                    key.id());
        } else {
            session.update(
                    SAVE_ENTITY,
                    space,
                    key.type(),
                    key.id(),
                    0,
                    null,
                    0,
                    0,
                    "",
                    null,
                    0,
                    1,
                    view.text(),
                    atMillis);
        }
    }

    private static final String SAVE_ENTRY =
            """
            insert into outbox (number, space_id, type, id, change_id, op, data,
                   base_version, modified_at, tries, seen, seen_data, state, request_id, sent_run, asked_run,
                   version, conflict_id, problem, parked_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (number) do update
               set change_id = excluded.change_id, op = excluded.op, data = excluded.data,
                   base_version = excluded.base_version, modified_at = excluded.modified_at,
                   tries = excluded.tries, seen = excluded.seen, seen_data = excluded.seen_data,
                   state = excluded.state, request_id = excluded.request_id,
                   sent_run = excluded.sent_run, asked_run = excluded.asked_run,
                   version = excluded.version, conflict_id = excluded.conflict_id,
                   problem = excluded.problem, parked_at = excluded.parked_at
            """;

    private void saveEntry(EntityKey key, Entry entry) {
        EntryState state = entry.state();
        Entry.Seen seen = entry.seen();
        session.update(
                SAVE_ENTRY,
                entry.number(),
                space,
                key.type(),
                key.id(),
                entry.changeId().toString(),
                entry.edit().op().name().toLowerCase(Locale.ROOT),
                text(entry.edit().data()),
                entry.baseVersion(),
                entry.modifiedAt(),
                entry.tries(),
                seen == null ? 0 : 1,
                seen == null ? null : text(seen.data()),
                nameOf(state),
                state instanceof EntryState.Sent sent ? sent.request().toString() : null,
                sentInRun(state),
                state instanceof EntryState.Sent sent ? sent.askedInRun() : null,
                state instanceof EntryState.Accepted accepted ? accepted.version() : null,
                state instanceof EntryState.Held held ? held.conflict().toString() : null,
                state instanceof EntryState.Parked parked
                        ? WireJson.MAPPER.writeValueAsString(parked.problem())
                        : null,
                state instanceof EntryState.Parked parked ? parked.atMillis() : null);
    }

    private static @Nullable Long sentInRun(EntryState state) {
        return switch (state) {
            case EntryState.Sent sent -> sent.sentInRun();
            case EntryState.Again again -> again.sentInRun();
            case EntryState.Queued _,
                    EntryState.Accepted _,
                    EntryState.Held _,
                    EntryState.Parked _ ->
                    null;
        };
    }

    private static String nameOf(EntryState state) {
        return switch (state) {
            case EntryState.Queued _ -> "queued";
            case EntryState.Sent _ -> "sent";
            case EntryState.Again _ -> "again";
            case EntryState.Accepted _ -> "accepted";
            case EntryState.Held _ -> "held";
            case EntryState.Parked _ -> "parked";
        };
    }

    static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("number"),
                UUID.fromString(row.getString("change_id")),
                new Edit(
                        Op.valueOf(row.getString("op").toUpperCase(Locale.ROOT)),
                        object(row.getString("data"))),
                row.getLong("base_version"),
                row.getLong("modified_at"),
                state(row),
                row.getInt("tries"),
                row.getBoolean("seen") ? new Entry.Seen(object(row.getString("seen_data"))) : null);
    }

    private static EntryState state(ResultSet row) throws SQLException {
        String state = row.getString("state");
        return switch (state) {
            case "queued" -> new EntryState.Queued();
            case "sent" ->
                    new EntryState.Sent(
                            UUID.fromString(row.getString("request_id")),
                            row.getLong("sent_run"),
                            row.getLong("asked_run"));
            case "again" -> new EntryState.Again(row.getLong("sent_run"));
            case "accepted" -> new EntryState.Accepted(row.getLong("version"));
            case "held" -> new EntryState.Held(UUID.fromString(row.getString("conflict_id")));
            case "parked" ->
                    new EntryState.Parked(
                            WireJson.MAPPER.readValue(row.getString("problem"), Problem.class),
                            row.getLong("parked_at"));
            default -> throw new ReplicaException("an entry's state is " + state, null);
        };
    }

    static EntityKey key(ResultSet row) throws SQLException {
        return new EntityKey(row.getString("type"), row.getString("id"));
    }

    private static Row row(ResultSet row) throws SQLException {
        long version = row.getLong("version");
        JsonObject data = object(row.getString("data"));
        Entity base =
                version == 0
                        ? null
                        : new Entity(
                                row.getString("type"),
                                row.getString("id"),
                                version,
                                data,
                                data == null,
                                row.getLong("created_at"),
                                row.getLong("modified_at"),
                                row.getString("updated_by"),
                                row.getString("device_id"));
        return new Row(base, row.getLong("reading"), row.getBoolean("pending"));
    }

    static @Nullable JsonObject object(@Nullable String text) {
        return text == null ? null : JsonObject.ofText(text);
    }

    static @Nullable String text(@Nullable JsonObject object) {
        return object == null ? null : object.text();
    }
}
