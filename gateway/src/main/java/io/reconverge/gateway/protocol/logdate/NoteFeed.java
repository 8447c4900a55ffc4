package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.protocol.Core;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.TimedPage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/// Notes with their media, from a page of both. A medium that arrives or changes brings its note
/// again, at the version that the note has: the note was not edited, and its versions are what
/// clients detect conflicts by.
final class NoteFeed {

    static final List<String> TYPES = List.of(Logdate.NOTE, Logdate.MEDIA);

    private final Core core;
    private final ServerWebExchange exchange;
    private final UUID space;
    private final Links links;

    NoteFeed(Core core, ServerWebExchange exchange, UUID space, Links links) {
        this.core = core;
        this.exchange = exchange;
        this.space = space;
        this.links = links;
    }

    /// Two questions more at most, whatever the page.
    Mono<List<Line>> lines(TimedPage page) {
        Map<String, Entity> inPage = live(page.changes(), Logdate.NOTE);
        List<EntityKey> broughtAgain =
                page.changes().stream()
                        .flatMap(change -> noteOf(change.entity()).stream())
                        .filter(id -> !inPage.containsKey(id))
                        .map(id -> new EntityKey(Logdate.NOTE, id))
                        .toList();
        return find(broughtAgain)
                .flatMap(again -> {
                    Map<String, Entity> notes = new LinkedHashMap<>(inPage);
                    again.forEach(note -> notes.putIfAbsent(note.id(), note));
                    return find(wanted(notes.values())).map(media -> lines(page, notes, media));
                });
    }

    /// Deletions where they are; a note where it is, or where its medium is.
    private List<Line> lines(TimedPage page, Map<String, Entity> notes, List<Entity> media) {
        Set<String> mediaIds = media.stream().map(Entity::id).collect(Collectors.toSet());
        Map<String, Entity> left = new LinkedHashMap<>(notes);
        List<Line> lines = new ArrayList<>();
        for (TimedEntity change : page.changes()) {
            boolean isNote = change.type().equals(Logdate.NOTE);
            if (isNote && change.deleted()) {
                lines.add(new Line.Deletion(Rows.deletion(change)));
                continue;
            }
            Optional<String> id = isNote ? Optional.of(change.id()) : noteOf(change.entity());
            id.map(left::remove)
                    .ifPresent(note ->
                            lines.add(
                                    new Line.Change(
                                            Rows.note(note, links, mediaIdOf(note, mediaIds)))));
        }
        return lines;
    }

    /// Those that are live here.
    private Mono<List<Entity>> find(List<EntityKey> keys) {
        return keys.isEmpty()
                ? Mono.just(List.of())
                : core.find(exchange, keys)
                        .map(found ->
                                found.stream()
                                        .filter(entity -> entity.space().equals(space))
                                        .filter(entity -> !entity.deleted())
                                        .map(TimedEntity::entity)
                                        .toList());
    }

    private static Map<String, Entity> live(Collection<TimedEntity> changes, String type) {
        return changes.stream()
                .filter(change -> change.type().equals(type) && !change.deleted())
                .collect(
                        Collectors.toMap(
                                TimedEntity::id,
                                TimedEntity::entity,
                                (one, other) -> other,
                                LinkedHashMap::new));
    }

    /// The media that there may be of notes that name none.
    private static List<EntityKey> wanted(Collection<Entity> notes) {
        return notes.stream()
                .filter(note -> named(note).isEmpty())
                .filter(note -> !Rows.data(note).path("type").asString("").equals("TEXT"))
                .map(note -> new EntityKey(Logdate.MEDIA, Logdate.mediaIdOf(note.id())))
                .toList();
    }

    /// The medium that its `mediaUri` names, else the one uploaded for it.
    private static @Nullable String mediaIdOf(Entity note, Set<String> mediaIds) {
        return Stream.concat(
                        named(note).stream(),
                        Stream.of(Logdate.mediaIdOf(note.id())).filter(mediaIds::contains))
                .findFirst()
                .orElse(null);
    }

    private static Optional<String> named(Entity note) {
        return Links.mediaIdIn(Rows.data(note).path("mediaUri").asString(""));
    }

    /// The note that a medium belongs to.
    static Optional<String> noteOf(Entity medium) {
        JsonNode attached = Rows.data(medium).path("attachedTo");
        return medium.type().equals(Logdate.MEDIA)
                        && attached.path("type").asString("").equals(Logdate.NOTE)
                ? Optional.of(attached.path("id").asString(""))
                : Optional.empty();
    }
}
