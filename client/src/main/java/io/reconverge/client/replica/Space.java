package io.reconverge.client.replica;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.conflict.Clash;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.conflict.Resolution;
import io.reconverge.client.outbox.Copy;
import io.reconverge.client.outbox.Edit;
import io.reconverge.client.outbox.Entry;
import io.reconverge.client.outbox.EntryState;
import io.reconverge.client.outbox.Moment;
import io.reconverge.client.outbox.Outcome;
import io.reconverge.client.outbox.Restored;
import io.reconverge.client.outbox.Restoring;
import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.SameJson;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.Text;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/// One history of entities: a person's own, or a shared one. A handle; it costs nothing to make.
///
/// Writes return when they are on disk, and need no network. They throw
///
/// - `IllegalArgumentException` where type or id are not what [EntityKey] allows, or the id is no
///   text that UTF-8 can hold;
/// - [io.reconverge.wire.InvalidDocument] where the data is not what the server could take:
///   [StrictJson], at most [Change#DATA_MAX_BYTES] bytes, the whole entity after a patch as well;
/// - [OutboxFullException] where too much waits to be sent.
///
/// In each case the write is not made.
public final class Space {

    private final Replica replica;
    private final String name;

    Space(Replica replica, String name) {
        this.replica = replica;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /// Writes the whole of an entity, whether or not there is one.
    public LocalEntity put(String type, String id, JsonObject data) {
        return requireNonNull(write(new EntityKey(type, id), Edit.put(checked(data))));
    }

    /// Merges `patch` into an entity, as RFC 7396 says; into nothing, where there is none.
    public LocalEntity patch(String type, String id, JsonObject patch) {
        return requireNonNull(write(new EntityKey(type, id), Edit.patch(checked(patch))));
    }

    /// Deletes an entity.
    ///
    /// @return false where there is none, and nothing is done
    public boolean delete(String type, String id) {
        EntityKey key = new EntityKey(type, id);
        return replica.transact(
                name,
                transaction -> {
                    if (get(key).isEmpty()) {
                        return false;
                    }
                    write(transaction, key, Edit.delete());
                    return true;
                });
    }

    private @Nullable LocalEntity write(EntityKey key, Edit edit) {
        return replica.transact(
                name,
                transaction -> {
                    write(transaction, key, edit);
                    return get(key).orElse(null);
                });
    }

    private void write(Transaction transaction, EntityKey key, Edit edit) {
        String flaw = Text.flawOf(key.id());
        if (flaw != null) {
            throw new IllegalArgumentException("id " + flaw);
        }
        if (name.equals(Replica.DRAFTS)) {
            JsonObject draft = edit.applyTo(get(key).map(LocalEntity::data).orElse(null));
            transaction.copies().saveDraft(key, bounded(draft), transaction.moment().nowMillis());
            replica.commits().changed(name, key, false);
            return;
        }
        Copies.Stored before = transaction.copies().load(key);
        Outcome outcome = before.copy().edit(edit, transaction.moment());
        bounded(outcome.copy().view());
        transaction.store(key, before, before.reading(), outcome);
        if (outcome.copy().entries().size() > before.copy().entries().size()) {
            ensureRoom(transaction.session());
        }
    }

    private void ensureRoom(Session session) {
        int max = replica.settings().outboxMax();
        if (counted(session) > max) {
            throw new OutboxFullException(max);
        }
    }

    /// The entries of the outbox that its bound is about.
    static long counted(Session session) {
        return session.number(
                "select count(*) from outbox where number > ?", Meta.uncountedThrough(session));
    }

    /// Brings in what a backup has of an entity, by the rules of [Restoring]; a draft's later
    /// version stands. What is written here has no bound in number: it, and what waited before it,
    /// does not count as waiting in the outbox.
    ///
    /// @param modifiedAt as the backup has it
    /// @param deleted whether what was deleted here comes back
    public Restored.Kind restore(
            String type, String id, JsonObject data, long modifiedAt, boolean deleted) {
        EntityKey key = new EntityKey(type, id);
        JsonObject backup = checked(data);
        return replica.transact(
                name,
                transaction -> {
                    if (name.equals(Replica.DRAFTS)) {
                        return restoreDraft(transaction, key, backup, modifiedAt);
                    }
                    Copies.Stored before = transaction.copies().load(key);
                    Restored restored =
                            Restoring.restore(
                                    before.copy(),
                                    backup,
                                    modifiedAt,
                                    deleted,
                                    transaction.strategy(key),
                                    transaction.moment());
                    bounded(restored.outcome().copy().view());
                    transaction.store(key, before, before.reading(), restored.outcome());
                    Session session = transaction.session();
                    Meta.uncountedThrough(session, Meta.lastNumber(session));
                    return restored.kind();
                });
    }

    private Restored.Kind restoreDraft(
            Transaction transaction, EntityKey key, JsonObject backup, long modifiedAt) {
        LocalEntity here = get(key).orElse(null);
        if (here != null && SameJson.same(here.data(), backup)) {
            return Restored.Kind.SAME;
        }
        if (here != null && here.modifiedAt() >= modifiedAt) {
            return Restored.Kind.OLDER;
        }
        if (here != null) {
            transaction.keep(
                    key, Clash.of(null, here.data(), backup, 0), Conflict.Outcome.KEPT_REMOTE);
        }
        transaction.copies().saveDraft(key, backup, modifiedAt);
        replica.commits().changed(name, key, false);
        return Restored.Kind.WRITTEN;
    }

    /// Reads it as the server would, so that nothing waits to be sent that can only be refused.
    private static JsonObject checked(JsonObject data) {
        return StrictJson.parseObject(data.text().getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable JsonObject bounded(@Nullable JsonObject view) {
        if (view != null && view.text().length() > Change.DATA_MAX_BYTES / 4) {
            checked(view);
        }
        return view;
    }

    /// The entity as it is here; empty where there is none, or it was deleted.
    public Optional<LocalEntity> get(String type, String id) {
        return get(new EntityKey(type, id));
    }

    private static final String VIEW =
            """
            select type, id, version, pending,
                   case when pending then local_data else data end as view,
                   case when pending then local_at else modified_at end as at,
                   (select group_concat(state) from outbox
                     where outbox.space_id = entity.space_id and outbox.type = entity.type
                       and outbox.id = entity.id) as states
              from entity
             where space_id = (select space_id from space where name = ?)
               and case when pending then local_data else data end is not null
            """;

    private Optional<LocalEntity> get(EntityKey key) {
        return Optional.ofNullable(
                replica.read(session ->
                        session.first(
                                VIEW + " and type = ? and id = ?",
                                Space::localEntity,
                                name,
                                key.type(),
                                key.id())));
    }

    /// The entities that `query` asks for, in order of their ids by code points.
    public List<LocalEntity> list(Query query) {
        return replica.read(session -> list(session, name, query));
    }

    static List<LocalEntity> list(Session session, String name, Query query) {
        StringBuilder sql = new StringBuilder(VIEW).append(" and type = ?");
        List<Object> arguments = new ArrayList<>(List.of(name, query.type()));
        String after = query.after();
        if (after != null) {
            sql.append(" and id > ?");
            arguments.add(after);
        }
        query.where()
                .forEach((member, value) -> {
                    sql.append(
                            """
                             and exists (select 1
                                           from json_each(case when pending then local_data else data end) m
                                          where m.key = ? and m.atom = ? and m.type in %s)
                            """
                                    .formatted(Query.typesOf(value)));
                    arguments.add(member);
                    arguments.add(Query.bound(value));
                });
        sql.append(" order by id limit ?");
        arguments.add(query.limit());
        return session.list(sql.toString(), Space::localEntity, arguments.toArray());
    }

    /// The types that there are entities of, by name.
    public List<String> types() {
        return replica.read(session -> types(session, name));
    }

    static List<String> types(Session session, String name) {
        return session.list(
                """
                select distinct type from entity
                 where space_id = (select space_id from space where name = ?)
                   and case when pending then local_data else data end is not null
                 order by type
                """,
                row -> row.getString(1),
                name);
    }

    private static LocalEntity localEntity(ResultSet row) throws SQLException {
        return new LocalEntity(
                row.getString("type"),
                row.getString("id"),
                JsonObject.ofText(row.getString("view")),
                row.getLong("version"),
                row.getLong("at"),
                standing(row.getBoolean("pending"), row.getString("states")));
    }

    private static LocalEntity.Standing standing(boolean pending, @Nullable String states) {
        if (!pending) {
            return LocalEntity.Standing.SYNCED;
        }
        if (states == null) {
            return LocalEntity.Standing.DRAFT;
        }
        return switch (states) {
            case "held" -> LocalEntity.Standing.CONFLICT;
            case "parked" -> LocalEntity.Standing.PARKED;
            case "accepted" -> LocalEntity.Standing.SYNCED;
            default -> LocalEntity.Standing.PENDING;
        };
    }

    /// What has not come to rest.
    public Counts counts() {
        return replica.read(session ->
                requireNonNull(
                        session.first(
                                """
                                select count(*) filter (where state in ('queued', 'sent', 'again')),
                                       count(*) filter (where state = 'parked'),
                                       count(*) filter (where state = 'held')
                                  from outbox
                                 where space_id = (select space_id from space where name = ?)
                                """,
                                row -> new Counts(row.getLong(1), row.getLong(2), row.getLong(3)),
                                name)));
    }

    /// Open conflicts, the oldest first, with both sides as they are now.
    public List<Conflict> conflicts() {
        return replica.read(session -> {
            SpaceRow space = Spaces.find(session, name);
            return space == null ? List.<Conflict>of() : openConflicts(session, space);
        });
    }

    private List<Conflict> openConflicts(Session session, SpaceRow space) {
        Copies copies = new Copies(session, space.id());
        return session
                .list(
                        """
                        select * from conflict
                         where space_id = ? and settled_at is null order by at, conflict_id
                        """,
                        this::conflict,
                        space.id())
                .stream()
                .map(conflict -> current(conflict, copies.load(conflict.key()).copy()))
                .toList();
    }

    /// An open conflict's sides change as the user edits and others write.
    static Conflict current(Conflict conflict, Copy copy) {
        Clash stored = conflict.clash();
        Clash now = Clash.of(stored.base(), copy.view(), copy.baseData(), copy.baseVersion());
        return new Conflict(
                conflict.id(),
                conflict.space(),
                conflict.key(),
                now,
                conflict.atMillis(),
                null,
                null);
    }

    /// Settled conflicts, the newest first: what lost can be read, and put again.
    public List<Conflict> settledConflicts(int limit) {
        return replica.read(session ->
                session.list(
                        """
                        select * from conflict
                         where space_id = (select space_id from space where name = ?)
                           and settled_at is not null
                         order by settled_at desc, conflict_id limit ?
                        """,
                        this::conflict,
                        name,
                        limit));
    }

    Conflict conflict(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        return new Conflict(
                UUID.fromString(row.getString("conflict_id")),
                name,
                Copies.key(row),
                new Clash(
                        Copies.object(row.getString("base")),
                        Copies.object(row.getString("local")),
                        Copies.object(row.getString("remote")),
                        row.getLong("remote_version"),
                        WireJson.MAPPER.readValue(row.getString("fields"), NAMES)),
                row.getLong("at"),
                Session.nullableLong(row, "settled_at"),
                outcome == null
                        ? null
                        : Conflict.Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)));
    }

    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};

    /// Decides an open conflict, as both sides are now.
    ///
    /// @return false where there is no such open conflict, or `resolution` leaves it open
    public boolean resolve(UUID conflict, Resolution resolution) {
        Resolution checked =
                resolution instanceof Resolution.Use(JsonObject data)
                        ? new Resolution.Use(checked(data))
                        : resolution;
        return replica.transact(name, transaction -> resolve(transaction, conflict, checked));
    }

    private static boolean resolve(Transaction transaction, UUID conflict, Resolution resolution) {
        EntityKey key = keyOf(transaction, "conflict_id = ? and state = 'held'", conflict);
        if (key == null) {
            return false;
        }
        return applied(
                transaction, key, (copy, _) -> copy.resolve(resolution, transaction.moment()));
    }

    /// Parked changes, the oldest first.
    public List<ParkedChange> parked() {
        return replica.read(session ->
                session.list(
                        """
                        select * from outbox
                         where space_id = (select space_id from space where name = ?)
                           and state = 'parked'
                         order by parked_at, number
                        """,
                        this::parked,
                        name));
    }

    private ParkedChange parked(ResultSet row) throws SQLException {
        EntityKey key = Copies.key(row);
        Entry entry = Copies.entry(row);
        EntryState.Parked parked = (EntryState.Parked) entry.state();
        return new ParkedChange(
                changeOf(key, entry, replica.settings()),
                parked.problem(),
                entry.tries(),
                parked.atMillis(),
                replica.nowMillis() - parked.atMillis()
                        > replica.settings().parkedStaleAfter().toMillis());
    }

    /// The changes that wait to be sent, or for an answer, in the order in which they are sent.
    public List<WaitingChange> waiting(int limit) {
        return replica.read(session ->
                session.list(
                        """
                        select * from outbox
                         where space_id = (select space_id from space where name = ?)
                           and state in ('queued', 'sent', 'again')
                         order by number limit ?
                        """,
                        row -> {
                            Entry entry = Copies.entry(row);
                            return new WaitingChange(
                                    changeOf(Copies.key(row), entry, replica.settings()),
                                    entry.isFrozen(),
                                    entry.tries());
                        },
                        name,
                        limit));
    }

    static Change changeOf(EntityKey key, Entry entry, ReplicaSettings settings) {
        return new Change(
                entry.changeId(),
                key.type(),
                key.id(),
                entry.edit().op(),
                entry.edit().data(),
                entry.baseVersion(),
                entry.modifiedAt(),
                settings.strategyOf(key.type()).policy());
    }

    /// Has a parked change sent again.
    ///
    /// @return false where none is parked under this id
    public boolean retry(UUID changeId) {
        return parked(
                changeId,
                (transaction, copy) -> copy.retry(transaction.strategy, transaction.moment));
    }

    /// Gives a parked change up. What it would have made stays readable among the settled
    /// conflicts.
    ///
    /// @return false where none is parked under this id
    public boolean drop(UUID changeId) {
        return parked(changeId, (transaction, copy) -> copy.drop(transaction.moment));
    }

    private record Deciding(ConflictStrategy strategy, Moment moment) {}

    private boolean parked(UUID changeId, BiFunction<Deciding, Copy, Outcome> rule) {
        return replica.transact(
                name,
                transaction -> {
                    EntityKey key =
                            keyOf(transaction, "change_id = ? and state = 'parked'", changeId);
                    return key != null
                            && applied(
                                    transaction,
                                    key,
                                    (copy, strategy) ->
                                            rule.apply(
                                                    new Deciding(strategy, transaction.moment()),
                                                    copy));
                });
    }

    private static @Nullable EntityKey keyOf(Transaction transaction, String condition, UUID id) {
        return transaction
                .session()
                .first(
                        "select type, id from outbox where space_id = ? and " + condition,
                        Copies::key,
                        transaction.space().id(),
                        id.toString());
    }

    private static boolean applied(
            Transaction transaction,
            EntityKey key,
            BiFunction<Copy, ConflictStrategy, Outcome> rule) {
        Copy before = transaction.copies().load(key).copy();
        return !transaction.apply(key, rule).equals(before);
    }

    /// How many entities of each type there are.
    public Map<String, Long> sizes() {
        Map<String, Long> sizes = new TreeMap<>();
        replica.read(session ->
                        session.list(
                                """
                                select type, count(*) from entity
                                 where space_id = (select space_id from space where name = ?)
                                   and case when pending then local_data else data end is not null
                                 group by type
                                """,
                                row -> Map.entry(row.getString(1), row.getLong(2)),
                                name))
                .forEach(size -> sizes.put(size.getKey(), size.getValue()));
        return sizes;
    }

    /// The sync engine's side of this space.
    public Exchange exchange() {
        if (name.equals(Replica.DRAFTS)) {
            throw new IllegalStateException("drafts are not synced");
        }
        return new Exchange(replica, this);
    }
}
