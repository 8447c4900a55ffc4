package io.reconverge.feed.log;

import io.reconverge.feed.FeedSettings;
import io.reconverge.feed.http.RequestParameters;
import io.reconverge.feed.http.ResponseWriter;
import io.reconverge.feed.page.Page;
import io.reconverge.feed.page.PageLimit;
import io.reconverge.feed.page.PageReader;
import io.reconverge.feed.status.Devices;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.service.request.DeviceId;
import io.reconverge.wire.Cursor;
import java.util.List;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The whole change log of a space, oldest first: every accepted change, superseded ones too.
@RestController
final class LogController {

    private final SpaceAccess access;
    private final Postgres postgres;
    private final Devices devices;
    private final PageReader<LogEntry> reader;
    private final ResponseWriter writer;
    private final long pageBytes;

    LogController(
            SpaceAccess access,
            Postgres postgres,
            Devices devices,
            ResponseWriter writer,
            FeedSettings settings) {
        this.access = access;
        this.postgres = postgres;
        this.devices = devices;
        this.reader = new PageReader<>(postgres, LogEntry::read, LogEntry::size);
        this.writer = writer;
        this.pageBytes = settings.pageSize().toBytes();
    }

    /// A page as a client reads it.
    record LogPage(List<LogEntry> entries, String cursor, long version, boolean hasMore) {

        static LogPage of(Page<LogEntry> page) {
            return new LogPage(
                    page.items(), page.cursor().encode(), page.cursor().version(), page.hasMore());
        }
    }

    @GetMapping("/v1/spaces/{space}/log")
    Mono<Void> log(Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        var parameters = new RequestParameters(exchange.getRequest());
        var limit = new PageLimit(parameters.limit(), pageBytes);
        String deviceId = DeviceId.of(exchange.getRequest().getHeaders());
        return access.reader(caller, space)
                .flatMap(admission ->
                        since(admission.space(), parameters.cursor(), limit)
                                .doOnNext(page ->
                                        devices.seen(
                                                admission.space(),
                                                deviceId,
                                                caller,
                                                page.cursor().version())))
                .flatMap(page -> writer.json(exchange, LogPage.of(page)));
    }

    private static final String SINCE =
            """
            select space.epoch, space.head, space.log_start - 1 as oldest, page.*
              from space
              left join lateral (
                   select *, sum(own) over (order by version rows unbounded preceding) as stored
                     from (select *, coalesce(pg_column_size(data), 0)
                                     + coalesce(pg_column_size(patch), 0) as own from log) as log
                    where log.space_id = space.space_id
                      and log.version > $2
                      and space.head > $2
                    order by log.version
                    limit $3) page on page.stored - page.own < $4
             where space.space_id = $1
            """;

    private Mono<Page<LogEntry>> since(UUID space, Cursor cursor, PageLimit limit) {
        return reader.read(
                postgres.sql(SINCE)
                        .bind(0, space)
                        .bind(1, cursor.version())
                        .bind(2, limit.items() + 1)
                        .bind(3, limit.bytes()),
                cursor,
                limit);
    }
}
