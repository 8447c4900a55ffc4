package io.reconverge.client.replica;

import java.util.List;

/// What sync did, for whoever wonders.
final class SyncLog {

    private SyncLog() {}

    static void add(Session session, LogLine line) {
        session.update(
                "insert into sync_log (at, space, event, detail) values (?, ?, ?, ?)",
                line.atMillis(),
                line.space(),
                line.event(),
                line.detail());
    }

    /// The newest lines, newest first.
    static List<LogLine> latest(Session session, int limit) {
        return session.list(
                "select at, space, event, detail from sync_log order by line desc limit ?",
                row ->
                        new LogLine(
                                row.getLong("at"),
                                row.getString("space"),
                                row.getString("event"),
                                row.getString("detail")),
                limit);
    }

    static void keep(Session session, int lines) {
        session.update(
                """
                delete from sync_log
                 where line <= (select line from sync_log order by line desc limit 1 offset ?)
                """,
                lines);
    }
}
