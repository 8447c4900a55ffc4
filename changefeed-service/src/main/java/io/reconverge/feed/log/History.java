package io.reconverge.feed.log;

import io.reconverge.feed.FeedSettings;
import io.reconverge.feed.page.Bounded;
import io.reconverge.feed.page.PageLimit;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.ProblemType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Walks one entity's rows in the log: each names the one before, so it takes primary keys alone.
@Component
final class History {

    /// Instead of a version: from the newest row on.
    static final long NEWEST = 0;

    private final Postgres postgres;
    private final long pageBytes;

    History(Postgres postgres, FeedSettings settings) {
        this.postgres = postgres;
        this.pageBytes = settings.pageSize().toBytes();
    }

    /// @param entries newest first
    /// @param before what to ask for next; null when there is no older row
    record Entries(List<LogEntry> entries, @Nullable Long before) {}

    private static final String BACK =
            """
            with recursive walk (version, previous_version, step, stored) as (
                select log.version, log.previous_version, 1,
                       coalesce(pg_column_size(data), 0) + coalesce(pg_column_size(patch), 0)
                  from log
                 where log.space_id = $1 and log.type = $2 and log.id = $3
                   and log.version = case when $4 = 0
                       then (select log_version from entity
                              where space_id = $1 and type = $2 and id = $3)
                       else (select previous_version from log
                              where space_id = $1 and version = $4 and type = $2 and id = $3)
                       end
                union all
                select log.version, log.previous_version, walk.step + 1,
                       walk.stored
                       + coalesce(pg_column_size(data), 0) + coalesce(pg_column_size(patch), 0)
                  from walk
                  join log on log.space_id = $1 and log.version = walk.previous_version
                 where walk.step < $5 and walk.stored < $6)
            select log.*, walk.stored::bigint as stored
              from walk
              join log on log.space_id = $1 and log.version = walk.version
             order by walk.step
            """;

    /// @param before a version at which the entity changed, or [#NEWEST]
    /// @throws ProblemException `not-found` when there is no such entity
    Mono<Entries> of(UUID space, EntityKey key, long before, int limit) {
        return Mono.defer(() -> {
            var entries = new Bounded<LogEntry>(new PageLimit(limit, pageBytes));
            return postgres.answer(
                    postgres.sql(BACK)
                            .bind(0, space)
                            .bind(1, key.type())
                            .bind(2, key.id())
                            .bind(3, before)
                            .bind(4, limit + 1)
                            .bind(5, pageBytes)
                            .map(Columns.as(row -> take(row, entries)))
                            .all()
                            .takeWhile(goOn -> goOn)
                            .then(Mono.fromSupplier(() -> answer(entries, before))));
        });
    }

    /// The size of what is stored keeps rows in the database that would not fit.
    private boolean take(Columns row, Bounded<LogEntry> entries) {
        LogEntry entry = LogEntry.read(row);
        boolean taken = entries.take(entry, entry.size());
        if (row.number("stored") >= pageBytes && entry.event().previousVersion() > 0) {
            entries.close();
        }
        return taken;
    }

    private static Entries answer(Bounded<LogEntry> read, long before) {
        List<LogEntry> entries = read.items();
        if (entries.isEmpty() && before == NEWEST) {
            throw new ProblemException(ProblemType.NOT_FOUND, "This space has no such entity.");
        }
        return new Entries(entries, read.isFull() ? entries.getLast().event().version() : null);
    }

    private static final String AT =
            """
            select * from log
             where space_id = $1 and version = $2 and type = $3 and id = $4
            """;

    Mono<LogEntry> at(UUID space, EntityKey key, long version) {
        return postgres.answer(
                postgres.sql(AT)
                        .bind(0, space)
                        .bind(1, version)
                        .bind(2, key.type())
                        .bind(3, key.id())
                        .map(Columns.as(LogEntry::read))
                        .one());
    }
}
