package io.reconverge.client.replica;

import io.reconverge.client.outbox.Outcome;
import io.reconverge.wire.EntityKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of spaces.
final class Spaces {

    private Spaces() {}

    /// A space's row; null where nothing was stored of it yet.
    static @Nullable SpaceRow find(Session session, String name) {
        return session.first("select * from space where name = ?", SpaceRow::of, name);
    }

    /// A space's row, made where there is none.
    static SpaceRow ensure(Session session, String name) {
        SpaceRow row = find(session, name);
        if (row != null) {
            return row;
        }
        session.update("insert into space (name) values (?)", name);
        return ensure(session, name);
    }

    static List<String> names(Session session) {
        return session.list("select name from space order by name", row -> row.getString(1));
    }

    static void moveCursor(Session session, SpaceRow space, @Nullable String cursor, long version) {
        session.update(
                "update space set cursor = ?, version = ? where space_id = ?",
                cursor,
                version,
                space.id());
        Uploads.shown(session, space.id(), version);
    }

    static void batchMax(Session session, SpaceRow space, long batchMax) {
        session.update("update space set batch_max = ? where space_id = ?", batchMax, space.id());
    }

    static void succeeded(Transaction transaction) {
        transaction
                .session()
                .update(
                        """
                        update space set synced_at = ?, failed_at = null, failure = null
                         where space_id = ?
                        """,
                        transaction.moment().nowMillis(),
                        transaction.space().id());
    }

    static void failed(Transaction transaction, String failure) {
        transaction
                .session()
                .update(
                        "update space set failed_at = ?, failure = ? where space_id = ?",
                        transaction.moment().nowMillis(),
                        failure,
                        transaction.space().id());
    }

    /// The space is to be read from its beginning; what it has is shown meanwhile.
    static void beginResync(Transaction transaction) {
        Session session = transaction.session();
        long space = transaction.space().id();
        int begun =
                session.update(
                        """
                        update space
                           set cursor = null, version = 0, reading = reading + 1, resyncing = 1
                         where space_id = ? and not (resyncing = 1 and cursor is null)
                        """,
                        space);
        if (begun == 0) {
            return;
        }
        List<EntityKey> doubted =
                session.list(
                        """
                        select type, id from outbox
                         where space_id = ? and state in ('sent', 'accepted')
                        """,
                        Copies::key,
                        space);
        long run = Meta.lastRun(session);
        for (EntityKey key : doubted) {
            transaction.apply(key, (copy, _) -> new Outcome(copy.doubted(run), List.of()));
        }
        Uploads.doubted(session, space);
        transaction.log("resync", "the space is read from its beginning");
    }

    /// The end is reached: what was not shown in this reading is gone.
    static void endResync(Transaction transaction, long reading) {
        Session session = transaction.session();
        long space = transaction.space().id();
        List<EntityKey> gone =
                session.list(
                        """
                        select type, id from entity
                         where space_id = ? and version > 0 and reading < ?
                        """,
                        Copies::key,
                        space,
                        reading);
        for (EntityKey key : gone) {
            Copies.Stored before = transaction.copies().load(key);
            Outcome outcome =
                    before.copy().meet(null, transaction.strategy(key), transaction.moment());
            transaction.store(key, before, 0, outcome);
        }
        session.update("update space set resyncing = 0 where space_id = ?", space);
    }

    /// The feed was read to its end: what was accepted up to there has been shown, or is nothing.
    static void confirm(Transaction transaction, long version) {
        List<EntityKey> accepted =
                transaction
                        .session()
                        .list(
                                """
                                select type, id from outbox
                                 where space_id = ? and state = 'accepted' and version <= ?
                                """,
                                Copies::key,
                                transaction.space().id(),
                                version);
        for (EntityKey key : accepted) {
            transaction.apply(
                    key, (copy, strategy) -> copy.readTo(version, strategy, transaction.moment()));
        }
    }
}
