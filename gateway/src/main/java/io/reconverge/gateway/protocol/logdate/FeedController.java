package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.gateway.protocol.Since;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.TimedPage;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
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

    /// Entities of one page that are read at a time.
    private static final int LOOK_UPS = 16;

    private final Core core;
    private final LogdateSettings settings;
    private final ProtocolMeters meters;

    FeedController(Core core, LogdateSettings settings, ProtocolMeters meters) {
        this.core = core;
        this.settings = settings;
        this.meters = meters;
    }

    /// A line of a page.
    private sealed interface Line {
        record Change(ObjectNode row) implements Line {}

        record Deletion(ObjectNode row) implements Line {}
    }

    /// Notes with their media. A medium that arrives or changes brings its note again, at the
    /// version it has.
    @GetMapping(Logdate.SYNC + "/content/changes")
    Mono<ResponseEntity<byte[]>> content(Caller caller, ServerWebExchange exchange) {
        UUID space = caller.own();
        Links links = Links.of(exchange, settings);
        return answer(
                "content-changes",
                exchange,
                space,
                List.of(Logdate.NOTE, Logdate.MEDIA),
                page -> {
                    Set<String> notes =
                            page.changes().stream()
                                    .filter(change -> change.type().equals(Logdate.NOTE))
                                    .map(TimedEntity::id)
                                    .collect(Collectors.toSet());
                    return Flux.fromIterable(page.changes())
                            .flatMapSequential(
                                    change -> noteLine(exchange, space, links, notes, change),
                                    LOOK_UPS);
                });
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
                                        : new Line.Change(Rows.journal(Rows.entity(change)))));
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
                                : Optional.of(
                                        new Line.Change(Rows.association(Rows.entity(change)))));
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
                    Entity medium = Rows.entity(change);
                    return noteOf(medium).isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Line.Change(Rows.medium(medium, links)));
                });
    }

    private Mono<ResponseEntity<byte[]>> plain(
            String operation,
            Caller caller,
            ServerWebExchange exchange,
            String type,
            Function<TimedEntity, Optional<? extends Line>> line) {
        return answer(
                operation,
                exchange,
                caller.own(),
                List.of(type),
                page ->
                        Flux.fromIterable(page.changes())
                                .concatMap(change -> Mono.justOrEmpty(line.apply(change))));
    }

    private Mono<ResponseEntity<byte[]>> answer(
            String operation,
            ServerWebExchange exchange,
            UUID space,
            List<String> types,
            Function<TimedPage, Flux<? extends Line>> lines) {
        Since asked = Since.of(exchange.getRequest().getQueryParams(), LIMIT_DEFAULT, LIMIT_MAX);
        String device = SenderDevice.of(exchange.getRequest().getHeaders());
        return meters.request(
                Logdate.PROTOCOL,
                operation,
                core.since(exchange, device, List.of(space), types, asked.since(), asked.limit())
                        .flatMap(page ->
                                lines.apply(page)
                                        .collectList()
                                        .map(read -> JsonAnswer.ok(page(read, page)))));
    }

    private static ObjectNode page(List<? extends Line> lines, TimedPage page) {
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

    private Mono<Line> noteLine(
            ServerWebExchange exchange,
            UUID space,
            Links links,
            Set<String> notes,
            TimedEntity change) {
        if (change.type().equals(Logdate.NOTE)) {
            return change.deleted()
                    ? Mono.just(new Line.Deletion(Rows.deletion(change)))
                    : note(exchange, space, links, Rows.entity(change));
        }
        if (change.deleted()) {
            return Mono.empty();
        }
        return Mono.justOrEmpty(noteOf(Rows.entity(change)))
                .filter(id -> !notes.contains(id))
                .flatMap(id -> core.entity(exchange, space, new EntityKey(Logdate.NOTE, id)))
                .flatMap(note -> note(exchange, space, links, note));
    }

    private Mono<Line> note(ServerWebExchange exchange, UUID space, Links links, Entity note) {
        return mediaIdOf(exchange, space, note)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .map(mediaId -> new Line.Change(Rows.note(note, links, mediaId.orElse(null))));
    }

    /// The medium that its `mediaUri` names, else the one uploaded for it.
    private Mono<String> mediaIdOf(ServerWebExchange exchange, UUID space, Entity note) {
        var data = Rows.data(note);
        Optional<String> named = Links.mediaIdIn(data.path("mediaUri").asString(""));
        if (named.isPresent()) {
            return Mono.just(named.get());
        }
        if (data.path("type").asString("").equals("TEXT")) {
            return Mono.empty();
        }
        return core.entity(
                        exchange, space, new EntityKey(Logdate.MEDIA, Logdate.mediaIdOf(note.id())))
                .map(Entity::id);
    }

    private static Optional<String> noteOf(Entity medium) {
        var attached = Rows.data(medium).path("attachedTo");
        return attached.path("type").asString("").equals(Logdate.NOTE)
                ? Optional.of(attached.path("id").asString(""))
                : Optional.empty();
    }
}
