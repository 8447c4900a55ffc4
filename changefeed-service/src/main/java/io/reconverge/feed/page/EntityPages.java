package io.reconverge.feed.page;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.feed.entity.EntityRow;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Reads the entities that changed since a cursor, as they are now.
@Component
public final class EntityPages {

    private final Postgres postgres;
    private final PageReader<Entity> reader;
    private final DistributionSummary sizes;

    EntityPages(Postgres postgres, MeterRegistry meters) {
        this.postgres = postgres;
        this.reader = new PageReader<>(postgres, EntityRow::read, EntityRow::size);
        this.sizes =
                DistributionSummary.builder("reconverge.feed.page.entities")
                        .description("Entities in a page read from PostgreSQL")
                        .register(meters);
    }

    // One statement, so that head, epoch and page are of one snapshot. The condition on the head
    // keeps a poll with nothing new away from the entities. The sum of what is stored keeps large
    // entities in the database that would not fit the page. The outer row is one at most, so the
    // inner order holds.
    static final String SINCE =
            """
            select space.epoch, space.head, space.purged as oldest,
                   page.version, page.type, page.id, page.data, page.created_at, page.modified_at,
                   page.updated_by, page.device_id, page.stored
              from space
              left join lateral (
                   select *, sum(own) over (order by version rows unbounded preceding) as stored
                     from (select *, coalesce(pg_column_size(data), 0) as own from entity) as entity
                    where entity.space_id = space.space_id
                      and entity.version > $2
                      and space.head > $2
                      and ($3::text[] is null or entity.type = any ($3))
                    order by entity.version
                    limit $4) page on page.stored - page.own < $5
             where space.space_id = $1
            """;

    /// Ends at the head when it has room for all that is new, else at its last entity.
    ///
    /// @throws io.reconverge.service.problem.ProblemException `cursor-expired`
    public Mono<Page<Entity>> since(UUID space, Cursor cursor, TypeFilter types, PageLimit limit) {
        DatabaseClient.GenericExecuteSpec statement =
                postgres.sql(SINCE)
                        .bind(0, space)
                        .bind(1, cursor.version())
                        .bind(3, limit.items() + 1)
                        .bind(4, limit.bytes());
        return reader.read(
                        types.types().isEmpty()
                                ? statement.bindNull(2, String[].class)
                                : statement.bind(2, types.types().toArray(String[]::new)),
                        cursor,
                        limit)
                .doOnNext(page -> sizes.record(page.items().size()));
    }
}
