package io.reconverge.feed.delta;

import io.reconverge.feed.FeedSettings;
import io.reconverge.feed.http.ResponseWriter;
import io.reconverge.feed.live.LiveStreams;
import io.reconverge.feed.live.LongPoll;
import io.reconverge.feed.page.EntityPages;
import io.reconverge.feed.page.Page;
import io.reconverge.feed.page.PageLimit;
import io.reconverge.feed.status.Devices;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.Entity;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// `/v1/spaces/{space}/changes`, in its three forms.
@RestController
final class DeltaController {

    private static final String PATH = "/v1/spaces/{space}/changes";

    private final SpaceAccess access;
    private final EntityPages pages;
    private final LongPoll longPoll;
    private final LiveStreams streams;
    private final Export export;
    private final Devices devices;
    private final ResponseWriter writer;
    private final long pageBytes;

    DeltaController(
            SpaceAccess access,
            EntityPages pages,
            LongPoll longPoll,
            LiveStreams streams,
            Export export,
            Devices devices,
            ResponseWriter writer,
            FeedSettings settings) {
        this.access = access;
        this.pages = pages;
        this.longPoll = longPoll;
        this.streams = streams;
        this.export = export;
        this.devices = devices;
        this.writer = writer;
        this.pageBytes = settings.pageSize().toBytes();
    }

    @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<Void> page(Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        return access.reader(caller, space)
                .map(admission -> DeltaRequest.of(caller, admission, exchange.getRequest()))
                .flatMap(request ->
                        read(request).doOnNext(page -> seen(request, page.cursor().version())))
                .flatMap(page -> writer.json(exchange, DeltaPage.of(page)));
    }

    private Mono<Page<Entity>> read(DeltaRequest request) {
        var limit = new PageLimit(request.limit(), pageBytes);
        return request.patience().isZero()
                ? pages.since(request.space(), request.cursor(), request.types(), limit)
                : longPoll.read(
                        request.admission(),
                        request.cursor(),
                        request.types(),
                        limit,
                        request.patience());
    }

    @GetMapping(path = PATH, produces = MediaType.APPLICATION_NDJSON_VALUE)
    Mono<Void> lines(Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        return access.reader(caller, space)
                .map(admission -> DeltaRequest.of(caller, admission, exchange.getRequest()))
                .flatMap(request -> export.open(request, version -> seen(request, version)))
                .flatMap(lines -> writer.stream(exchange, MediaType.APPLICATION_NDJSON, lines));
    }

    @GetMapping(path = PATH, produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Mono<Void> live(Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        return access.reader(caller, space)
                .map(admission -> DeltaRequest.ofStream(caller, admission, exchange.getRequest()))
                .flatMap(request ->
                        streams.open(
                                request.admission(),
                                request.cursor(),
                                request.types(),
                                caller.expiresAt(),
                                version -> seen(request, version),
                                (first, rest) ->
                                        writer.lasting(
                                                exchange,
                                                MediaType.TEXT_EVENT_STREAM,
                                                first,
                                                rest)));
    }

    private void seen(DeltaRequest request, long version) {
        devices.seen(request.space(), request.deviceId(), request.caller(), version);
    }
}
