package io.reconverge.client.replica;

import io.reconverge.client.outbox.Copy;
import io.reconverge.client.outbox.Restored;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.SameJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The files that are to be sent, as rows. What becomes of them is for [#add]'s caller to decide.
///
/// A row stays until the feed has shown the entity that it became, so that a file is never missing
/// from a list or a backup. Methods that name a row by its number do nothing where it is gone.
public final class Uploads {

    /// The type of files' entities.
    public static final String MEDIA = "media";

    private final Replica replica;

    Uploads(Replica replica) {
        this.replica = replica;
    }

    /// What is to be sent.
    ///
    /// @param data of the entity, as the server will make it
    /// @param restored whether it comes from a backup, and does not count
    public record New(
            String space,
            String mediaId,
            JsonObject data,
            String sha256,
            long size,
            long modifiedAt,
            boolean restored) {

        public New {
            new EntityKey(MEDIA, mediaId);
        }
    }

    /// Queues a file, in place of another with this id. The same file that waits or is stored
    /// already keeps its place.
    ///
    /// @param max files that may wait, restored ones aside
    /// @throws UploadsFullException where so many do
    public Upload add(New file, int max) {
        return replica.transact(
                file.space(),
                transaction -> {
                    Session session = transaction.session();
                    Optional<Upload> standing = find(file.space(), file.mediaId());
                    if (standing.isPresent()
                            && standing.get().state() != Upload.State.PARKED
                            && SameJson.same(standing.get().data(), file.data())) {
                        return standing.get();
                    }
                    session.update(
                            "delete from upload where space_id = ? and media_id = ?",
                            transaction.space().id(),
                            file.mediaId());
                    if (!file.restored()
                            && session.number(
                                            """
                                            select count(*) from upload
                                             where state <> 'stored' and restored = 0
                                            """)
                                    >= max) {
                        throw new UploadsFullException(max);
                    }
                    long number = Meta.nextUpload(session);
                    session.update(
                            """
                            insert into upload (number, space_id, media_id, change_id, data, sha256,
                                   size, modified_at, restored)
                            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                            """,
                            number,
                            transaction.space().id(),
                            file.mediaId(),
                            transaction.moment().ids().get().toString(),
                            file.data().text(),
                            file.sha256(),
                            file.size(),
                            file.modifiedAt(),
                            file.restored() ? 1 : 0);
                    changed(transaction, file.mediaId());
                    return find(session, number).orElseThrow();
                });
    }

    /// Brings in what a backup has of a file whose bytes it has too. A file that the server has is
    /// an entity like others, and goes by [Restoring]; one that it does not have is queued, as
    /// often as this is done under one change id.
    ///
    /// @param deleted whether what was deleted here comes back
    public Restored.Kind restore(New file, boolean deleted) {
        return replica.transact(
                file.space(),
                transaction -> {
                    Optional<Upload> queued = find(file.space(), file.mediaId());
                    if (queued.isPresent()) {
                        return restoreQueued(file, queued.get());
                    }
                    Copy here =
                            transaction.copies().load(new EntityKey(MEDIA, file.mediaId())).copy();
                    return restore(transaction, file, here, deleted);
                });
    }

    private Restored.Kind restoreQueued(New file, Upload queued) {
        if (queued.sha256().equals(file.sha256())) {
            return Restored.Kind.SAME;
        }
        return queued.modifiedAt() >= file.modifiedAt()
                ? Restored.Kind.OLDER
                : queued(file, file.modifiedAt());
    }

    private Restored.Kind restore(Transaction transaction, New file, Copy here, boolean deleted) {
        JsonObject view = here.view();
        if (view == null) {
            boolean known = here.base() != null || !here.entries().isEmpty();
            if (known && !deleted) {
                return Restored.Kind.DELETED;
            }
            // a new write, that a later deletion must not undo
            return queued(
                    file,
                    known
                            ? Math.max(transaction.moment().nowMillis(), here.modifiedAt() + 1)
                            : file.modifiedAt());
        }
        if (!file.sha256().equals(view.tree().path("sha256").asString(""))) {
            return here.modifiedAt() >= file.modifiedAt()
                    ? Restored.Kind.OLDER
                    : queued(file, file.modifiedAt());
        }
        if (here.base() == null) {
            // its entity goes by itself, and says more: this must not overrule it
            return queued(file, Math.min(file.modifiedAt(), here.modifiedAt() - 1));
        }
        return Set.copyOf(view.tree().propertyNames())
                        .equals(Set.copyOf(file.data().tree().propertyNames()))
                ? replica.space(file.space())
                        .restore(MEDIA, file.mediaId(), file.data(), file.modifiedAt(), deleted)
                : Restored.Kind.SAME;
    }

    private Restored.Kind queued(New file, long modifiedAt) {
        add(
                new New(
                        file.space(),
                        file.mediaId(),
                        file.data(),
                        file.sha256(),
                        file.size(),
                        modifiedAt,
                        true),
                Integer.MAX_VALUE);
        return Restored.Kind.WRITTEN;
    }

    private static final String ROWS =
            "select upload.*, space.name as space_name from upload join space using (space_id)";

    /// The first that is queued after this number; empty where none is up to `through`.
    public Optional<Upload> next(long after, long through) {
        return replica.read(session ->
                Optional.ofNullable(
                        session.first(
                                ROWS
                                        + """
                                         where state = 'queued' and number > ? and number <= ?
                                         order by number limit 1
                                        """,
                                Uploads::upload,
                                after,
                                through)));
    }

    /// Under its id.
    public Optional<Upload> find(String space, String mediaId) {
        return replica.read(session ->
                Optional.ofNullable(
                        session.first(
                                ROWS + " where space.name = ? and media_id = ?",
                                Uploads::upload,
                                space,
                                mediaId)));
    }

    private static Optional<Upload> find(Session session, long number) {
        return Optional.ofNullable(
                session.first(ROWS + " where number = ?", Uploads::upload, number));
    }

    /// How many are in this state.
    public int count(Upload.State state) {
        return replica.read(session ->
                (int) session.number("select count(*) from upload where state = ?", nameOf(state)));
    }

    /// The version at which the server showed an entity that says the same of the same content, and
    /// is no earlier. Its bytes may be there too; a file may be queued though it was sent before,
    /// when it comes from a backup. Empty where it showed none.
    public OptionalLong shown(Upload upload) {
        return replica.read(session -> {
            Long version =
                    session.first(
                            """
                            select entity.version from entity join space using (space_id)
                             where name = ? and type = 'media' and id = ? and modified_at >= ?
                               and json_extract(data, '$.sha256') = ?
                            """,
                            row -> row.getLong(1),
                            upload.space(),
                            upload.mediaId(),
                            upload.modifiedAt(),
                            upload.sha256());
            return version == null ? OptionalLong.empty() : OptionalLong.of(version);
        });
    }

    /// The number of the last that was ever queued.
    public long lastNumber() {
        return replica.read(Meta::lastUpload);
    }

    /// The content that must stay on this device.
    public Set<String> needed() {
        return replica.read(session ->
                session.list("select distinct sha256 from upload", row -> row.getString(1)).stream()
                        .collect(Collectors.toSet()));
    }

    /// The server has begun it.
    ///
    /// @return false where the row is gone, or was begun meanwhile
    public boolean began(long number, String address) {
        return update(
                "update upload set address = ?, sent = 0 where address is null and number = ?",
                address,
                number);
    }

    /// The server has so much of it.
    public void reached(long number, long sent) {
        update("update upload set sent = ? where number = ?", sent, number);
    }

    /// The server no longer knows what it had of it.
    ///
    /// @param address that it had
    public void forget(long number, String address) {
        update(
                "update upload set address = null, sent = 0 where address = ? and number = ?",
                address,
                number);
    }

    /// The server failed on it.
    public void tried(long number, String problem) {
        update(
                "update upload set tries = tries + 1, problem = ? where number = ?",
                problem,
                number);
    }

    /// It waits for the user. Tried again, it begins anew.
    public void park(long number, String problem) {
        replica.transact(session -> {
            update(
                    """
                    update upload set state = 'parked', problem = ?, address = null, sent = 0
                     where state = 'queued' and number = ?
                    """,
                    problem,
                    number);
            find(session, number)
                    .ifPresent(upload ->
                            SyncLog.add(
                                    session,
                                    new LogLine(
                                            replica.nowMillis(),
                                            upload.space(),
                                            "parked",
                                            MEDIA + "/" + upload.mediaId() + ": " + problem)));
            return null;
        });
    }

    /// The server has it, as this version of its entity.
    public void stored(long number, long version) {
        replica.transact(session -> {
            update(
                    """
                    update upload
                       set state = 'stored', version = ?, address = null, problem = null, sent = size
                     where number = ?
                    """,
                    version,
                    number);
            session.update(
                    """
                    delete from upload
                     where number = ? and version <= (select space.version from space
                                                       where space.space_id = upload.space_id)
                    """,
                    number);
            return null;
        });
    }

    /// Has a parked one sent again, after all that are queued.
    ///
    /// @return false where none is parked under this id
    public boolean retry(String space, String mediaId) {
        return replica.transact(
                space,
                transaction -> {
                    boolean queued =
                            transaction
                                            .session()
                                            .update(
                                                    """
                                                    update upload
                                                       set state = 'queued', tries = 0, problem = null,
                                                           number = ?
                                                     where state = 'parked' and space_id = ?
                                                       and media_id = ?
                                                    """,
                                                    Meta.nextUpload(transaction.session()),
                                                    transaction.space().id(),
                                                    mediaId)
                                    > 0;
                    if (queued) {
                        changed(transaction, mediaId);
                    }
                    return queued;
                });
    }

    /// Takes one out that the server does not have.
    ///
    /// @return what it was; empty where there is none under this id
    public Optional<Upload> drop(String space, String mediaId) {
        return replica.transact(
                space,
                transaction -> {
                    Optional<Upload> found =
                            find(space, mediaId)
                                    .filter(upload -> upload.state() != Upload.State.STORED);
                    found.ifPresent(upload -> {
                        transaction
                                .session()
                                .update("delete from upload where number = ?", upload.number());
                        transaction.log("dropped", MEDIA + "/" + mediaId);
                        changed(transaction, mediaId);
                    });
                    return found;
                });
    }

    /// Files of a space, by id: queued, stored, or both. Where the queue and the entity differ, the
    /// later is shown.
    ///
    /// @param after only ids greater than this; null for all
    public List<Medium> media(String space, @Nullable String after, int limit) {
        return replica.read(session -> media(session, space, after, limit));
    }

    /// One of [#media].
    public Optional<Medium> medium(String space, String mediaId) {
        return replica.read(
                session -> media(session, space, "= ?", mediaId, 1).stream().findFirst());
    }

    static List<Medium> media(Session session, String space, @Nullable String after, int limit) {
        return media(session, space, "> ?", after == null ? "" : after, limit);
    }

    /// Two halves, each in the order of its index: entities with or without a row here, and rows
    /// without an entity.
    private static List<Medium> media(
            Session session, String space, String which, String id, int limit) {
        String at = "(case when pending then local_at else entity.modified_at end)";
        String view = "(case when pending then local_data else entity.data end)";
        return session.list(
                """
                select entity.id as id,
                       case when upload.modified_at >= %1$s then upload.data else %2$s end as view,
                       case when upload.modified_at >= %1$s then upload.modified_at else %1$s end
                         as at,
                       name as space_name, upload.*
                  from space join entity using (space_id)
                  left join upload on upload.space_id = entity.space_id
                                  and upload.media_id = entity.id
                 where name = ? and type = 'media' and entity.id %3$s
                   and (upload.modified_at >= %1$s or %2$s is not null)
                union all
                select media_id, upload.data, upload.modified_at, name, upload.*
                  from space join upload using (space_id)
                 where name = ? and media_id %3$s
                   and not exists (select 1 from entity
                                    where entity.space_id = upload.space_id and type = 'media'
                                      and entity.id = media_id)
                 order by 1 limit ?
                """
                        .formatted(at, view, which),
                row -> medium(row, space),
                space,
                id,
                space,
                id,
                limit);
    }

    private static Medium medium(ResultSet row, String space) throws SQLException {
        return new Medium(
                space,
                row.getString("id"),
                JsonObject.ofText(row.getString("view")),
                row.getLong("at"),
                row.getString("change_id") == null ? null : upload(row));
    }

    /// The feed of a space has been read this far.
    static void shown(Session session, long space, long version) {
        session.update(
                "delete from upload where space_id = ? and state = 'stored' and version <= ?",
                space,
                version);
    }

    /// The server may have forgotten what it had stored.
    static void doubted(Session session, long space) {
        session.update(
                """
                update upload set state = 'queued', version = null, sent = 0
                 where space_id = ? and state = 'stored'
                """,
                space);
    }

    private boolean update(String sql, Object... arguments) {
        return replica.transact(session -> session.update(sql, arguments) > 0);
    }

    private void changed(Transaction transaction, String mediaId) {
        replica.commits().changed(transaction.space().name(), new EntityKey(MEDIA, mediaId), false);
    }

    private static Upload upload(ResultSet row) throws SQLException {
        return new Upload(
                row.getLong("number"),
                row.getString("space_name"),
                row.getString("media_id"),
                UUID.fromString(row.getString("change_id")),
                JsonObject.ofText(row.getString("data")),
                row.getString("sha256"),
                row.getLong("size"),
                row.getLong("modified_at"),
                row.getString("address"),
                row.getLong("sent"),
                row.getInt("tries"),
                Upload.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                Session.nullableLong(row, "version"),
                row.getString("problem"));
    }

    private static String nameOf(Upload.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
