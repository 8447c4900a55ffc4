package io.reconverge.client.replica;

import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the file says of itself.
final class Meta {

    private Meta() {}

    /// The device's id, made when it is first asked for.
    static String deviceId(Session session, Supplier<UUID> ids) {
        session.update(
                """
                insert into meta (name, value) values ('device-id', ?) on conflict do nothing
                """,
                ids.get().toString());
        String id =
                session.first(
                        "select value from meta where name = 'device-id'", row -> row.getString(1));
        if (id == null) {
            throw new ReplicaException("the device id is missing", null);
        }
        return id;
    }

    static @Nullable String owner(Session session) {
        return session.first(
                "select value from meta where name = 'owner'", row -> row.getString(1));
    }

    static void owner(Session session, String subject) {
        session.update("insert into meta (name, value) values ('owner', ?)", subject);
    }

    static boolean isPaused(Session session) {
        return session.exists("select 1 from meta where name = 'paused'");
    }

    static void paused(Session session, boolean paused) {
        session.update(
                paused
                        ? "insert into meta (name, value) values ('paused', 1) on conflict do nothing"
                        : "delete from meta where name = 'paused'");
    }

    /// The next number of an entry: greater than all that any had.
    static long nextNumber(Session session) {
        return next(session, "number");
    }

    static long lastNumber(Session session) {
        return last(session, "number");
    }

    /// The next number of an upload: greater than all that any had.
    static long nextUpload(Session session) {
        return next(session, "upload");
    }

    static long lastUpload(Session session) {
        return last(session, "upload");
    }

    /// Entries up to this number do not count against the bound of the outbox.
    static long uncountedThrough(Session session) {
        return last(session, "uncounted-through");
    }

    static void uncountedThrough(Session session, long number) {
        session.update(
                """
                insert into meta (name, value) values ('uncounted-through', ?)
                    on conflict (name) do update set value = excluded.value
                """,
                number);
    }

    static long lastRun(Session session) {
        return last(session, "run");
    }

    static long nextRun(Session session) {
        return next(session, "run");
    }

    private static long last(Session session, String name) {
        Long last =
                session.first("select value from meta where name = ?", row -> row.getLong(1), name);
        return last == null ? 0 : last;
    }

    private static long next(Session session, String name) {
        return session.number(
                """
                insert into meta (name, value) values (?, 1)
                    on conflict (name) do update set value = value + 1
                returning value
                """,
                name);
    }
}
