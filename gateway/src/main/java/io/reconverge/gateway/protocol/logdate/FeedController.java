package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.gateway.protocol.Since;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.Entity;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.TimedPage;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/// What changed since a time: `{"changes", "deletions", "lastTimestamp", "hasMore"}`. Changes and
/// deletions are pages of one order, so `lastTimestamp` is exact: what is committed later has a
/// later time, and nothing earlier is left out.
@RestController
@OnLogdate
final class FeedController {

    private static final int LIMIT_DEFAULT = 200;
    private static final int LIMIT_MAX = 500;

    private final Core core;
    private final LogdateSettings settings;
    private final ProtocolMeters meters;

    FeedController(Core core, LogdateSettings settings, ProtocolMeters meters) {
        this.core = core;
        this.settings = settings;
        this.meters = meters;
    }

    /// Notes with their media, as [NoteFeed] has them.
    @GetMapping(Logdate.SYNC + "/content/changes")
    Mono<ResponseEntity<byte[]>> content(Caller caller, ServerWebExchange exchange) {
        UUID space = caller.own();
        NoteFeed notes = new NoteFeed(core, exchange, space, Links.of(exchange, settings));
        return answer("content-changes", exchange, space, NoteFeed.TYPES, notes::lines);
    }

    @GetMapping(Logdate.SYNC + "/journals/changes")
    Mono<ResponseEntity<byte[]>> journals(Caller caller, ServerWebExchange exchange) {
        return plain(
                "journals-changes",
                caller,
                exchange,
                Logdate.JOURNAL,
                change ->
                        Optional.of(
                                change.deleted()
                                        ? new Line.Deletion(Rows.deletion(change))
                                        : new Line.Change(Rows.journal(change.entity()))));
    }

    @GetMapping(Logdate.SYNC + "/associations/changes")
    Mono<ResponseEntity<byte[]>> associations(Caller caller, ServerWebExchange exchange) {
        return plain(
                "associations-changes",
                caller,
                exchange,
                Logdate.ASSOCIATION,
                change ->
                        change.deleted()
                                ? Optional.ofNullable(Rows.associationDeletion(change))
                                        .map(Line.Deletion::new)
                                : Optional.of(new Line.Change(Rows.association(change.entity()))));
    }

    /// Media that belong to notes; deletions of all media, since a tombstone does not say whose it
    /// was.
    @GetMapping(Logdate.SYNC + "/media/changes")
    Mono<ResponseEntity<byte[]>> media(Caller caller, ServerWebExchange exchange) {
        Links links = Links.of(exchange, settings);
        return plain(
                "media-changes",
                caller,
                exchange,
                Logdate.MEDIA,
                change -> {
                    if (change.deleted()) {
                        return Optional.of(new Line.Deletion(Rows.mediumDeletion(change)));
                    }
                    Entity medium = change.entity();
                    return NoteFeed.noteOf(medium).isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Line.Change(Rows.medium(medium, links)));
                });
    }

    private Mono<ResponseEntity<byte[]>> plain(
            String operation,
            Caller caller,
            ServerWebExchange exchange,
            String type,
            Function<TimedEntity, Optional<Line>> line) {
        return answer(
                operation,
                exchange,
                caller.own(),
                List.of(type),
                page ->
                        Mono.just(
                                page.changes().stream()
                                        .flatMap(change -> line.apply(change).stream())
                                        .toList()));
    }

    private Mono<ResponseEntity<byte[]>> answer(
            String operation,
            ServerWebExchange exchange,
            UUID space,
            List<String> types,
            Function<TimedPage, Mono<List<Line>>> lines) {
        Since asked = Since.of(exchange.getRequest().getQueryParams(), LIMIT_DEFAULT, LIMIT_MAX);
        String device = SenderDevice.of(exchange.getRequest().getHeaders());
        return meters.request(
                Logdate.PROTOCOL,
                operation,
                core.since(exchange, device, List.of(space), types, asked.since(), asked.limit())
                        .flatMap(page ->
                                lines.apply(page).map(read -> JsonAnswer.ok(page(read, page)))));
    }

    private static ObjectNode page(List<Line> lines, TimedPage page) {
        ObjectNode answer = WireJson.MAPPER.createObjectNode();
        var changes = answer.putArray("changes");
        var deletions = answer.putArray("deletions");
        for (Line line : lines) {
            switch (line) {
                case Line.Change change -> changes.add(change.row());
                case Line.Deletion deletion -> deletions.add(deletion.row());
            }
        }
        return answer.put("lastTimestamp", page.timestamp()).put("hasMore", page.hasMore());
    }
}
