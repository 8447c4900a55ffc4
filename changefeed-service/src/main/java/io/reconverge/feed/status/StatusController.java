package io.reconverge.feed.status;

import io.reconverge.feed.http.ResponseWriter;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// How a space is doing. Its parts are read one after the other: while writers commit they may be
/// of slightly different times.
@RestController
final class StatusController {

    private static final int TYPES_MAX = 1_000;
    private static final int DEVICES_MAX = 100;

    private final SpaceAccess access;
    private final Postgres postgres;
    private final PipelineLag lag;
    private final ResponseWriter writer;

    StatusController(
            SpaceAccess access, Postgres postgres, PipelineLag lag, ResponseWriter writer) {
        this.access = access;
        this.postgres = postgres;
        this.lag = lag;
        this.writer = writer;
    }

    @GetMapping("/v1/spaces/{space}/status")
    Mono<Void> status(Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        return access.reader(caller, space)
                .flatMap(admission -> status(admission.space()))
                .flatMap(status -> writer.json(exchange, status));
    }

    private Mono<SpaceStatus> status(UUID id) {
        return Mono.zip(counters(id), entities(id), devices(id), lag.recent())
                .map(all -> status(id, all.getT1(), all.getT2(), all.getT3(), all.getT4()));
    }

    private static SpaceStatus status(
            UUID space,
            Counters counters,
            Map<String, SpaceStatus.Entities> entities,
            List<SpaceStatus.Device> devices,
            OptionalLong lag) {
        return new SpaceStatus(
                space,
                counters.head(),
                counters.clock(),
                entities,
                counters.conflicts(),
                counters.logSize(),
                devices,
                lag.isPresent() ? lag.getAsLong() : null);
    }

    private record Counters(long head, @Nullable Long clock, long conflicts, long logSize) {

        static final Counters NONE = new Counters(0, null, 0, 0);
    }

    private static final String COUNTERS =
            """
            select head, nullif(clock, 0) as clock, conflicts, head - log_start + 1 as log_size
              from space where space_id = $1
            """;

    private Mono<Counters> counters(UUID space) {
        return postgres.answer(
                postgres.sql(COUNTERS)
                        .bind(0, space)
                        .map(
                                Columns.as(row ->
                                        new Counters(
                                                row.number("head"),
                                                row.numberOrNull("clock"),
                                                row.number("conflicts"),
                                                row.number("log_size"))))
                        .one()
                        .defaultIfEmpty(Counters.NONE));
    }

    private static final String ENTITIES =
            """
            select type, count(data) as live, count(*) - count(data) as deleted
              from entity where space_id = $1
             group by type order by type limit $2
            """;

    private Mono<Map<String, SpaceStatus.Entities>> entities(UUID space) {
        return postgres.answer(
                postgres.sql(ENTITIES)
                        .bind(0, space)
                        .bind(1, TYPES_MAX)
                        .map(
                                Columns.as(row ->
                                        Map.entry(
                                                row.text("type"),
                                                new SpaceStatus.Entities(
                                                        row.number("live"),
                                                        row.number("deleted")))))
                        .all()
                        .collectMap(Map.Entry::getKey, Map.Entry::getValue, LinkedHashMap::new));
    }

    private static final String DEVICES =
            """
            select device_id, last_sync_at, cursor_version
              from device where space_id = $1
             order by last_sync_at desc, device_id limit $2
            """;

    private Mono<List<SpaceStatus.Device>> devices(UUID space) {
        return postgres.answer(
                postgres.sql(DEVICES)
                        .bind(0, space)
                        .bind(1, DEVICES_MAX)
                        .map(
                                Columns.as(row ->
                                        new SpaceStatus.Device(
                                                row.text("device_id"),
                                                row.number("last_sync_at"),
                                                row.number("cursor_version"))))
                        .all()
                        .collectList());
    }
}
