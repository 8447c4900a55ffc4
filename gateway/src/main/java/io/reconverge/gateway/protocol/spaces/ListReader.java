package io.reconverge.gateway.protocol.spaces;

import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.IsoTime;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.TimedPage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/// Reads what a device is to be told.
@Component
@ConditionalOnBooleanProperty(name = Lists.SWITCH, matchIfMissing = true)
final class ListReader {

    private static final int ENTITIES = 2_000;

    private final Core core;

    ListReader(Core core) {
        this.core = core;
    }

    /// @param updates as the app sees them, by the plural of their kind
    /// @param syncTimestamp what to send as `lastSyncTimestamp` next
    /// @param hasMore true when there is more to read right now, else null
    record News(
            Map<String, List<ObjectNode>> updates,
            String syncTimestamp,
            @Nullable Boolean hasMore) {}

    /// What changed since a time, and what was deleted. A time that is too old is as good as none.
    ///
    /// @param since epoch milliseconds, 0 for everything
    Mono<News> since(ServerWebExchange exchange, String deviceId, long since) {
        return page(exchange, deviceId, since)
                .onErrorResume(
                        failure -> since > 0 && isExpired(failure),
                        expired -> page(exchange, deviceId, 0))
                .flatMap(page ->
                        movedAway(exchange, page.changes())
                                .map(moved -> news(page.changes(), moved, page)));
    }

    /// Everything that lives, or as much of it as one answer may have: it has more then.
    Mono<News> everything(ServerWebExchange exchange, String deviceId) {
        return core.everything(exchange, deviceId, List.of(), Kind.TYPES, ENTITIES)
                .collectList()
                .map(pages -> {
                    SequencedMap<EntityKey, TimedEntity> latest = new LinkedHashMap<>();
                    pages.stream()
                            .flatMap(page -> page.changes().stream())
                            .filter(entity -> !entity.deleted())
                            .forEach(entity -> latest.putLast(key(entity), entity));
                    return news(List.copyOf(latest.values()), Set.of(), pages.getLast());
                });
    }

    private Mono<TimedPage> page(ServerWebExchange exchange, String deviceId, long since) {
        return core.since(exchange, deviceId, List.of(), Kind.TYPES, since, ENTITIES);
    }

    private static boolean isExpired(Throwable failure) {
        return failure instanceof ProblemException refused
                && refused.problem().type().equals(ProblemType.CURSOR_EXPIRED.urn());
    }

    /// The names of what was deleted in one space, and lives in another.
    private Mono<Set<EntityKey>> movedAway(ServerWebExchange exchange, List<TimedEntity> changes) {
        List<EntityKey> deleted =
                changes.stream().filter(TimedEntity::deleted).map(ListReader::key).toList();
        if (deleted.isEmpty()) {
            return Mono.just(Set.of());
        }
        return core.find(exchange, deleted)
                .map(found ->
                        found.stream()
                                .filter(entity -> !entity.deleted())
                                .map(ListReader::key)
                                .collect(Collectors.toSet()));
    }

    private static News news(List<TimedEntity> entities, Set<EntityKey> moved, TimedPage page) {
        Map<String, List<ObjectNode>> updates = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            List<ObjectNode> shown = new ArrayList<>();
            entities.stream()
                    .filter(entity -> entity.type().equals(kind.type()))
                    .filter(entity -> !(entity.deleted() && moved.contains(key(entity))))
                    .forEach(entity -> shown.add(Shown.of(kind, entity)));
            updates.put(kind.plural(), shown);
        }
        return new News(updates, IsoTime.of(page.timestamp()), page.hasMore() ? true : null);
    }

    private static EntityKey key(TimedEntity entity) {
        return new EntityKey(entity.type(), entity.id());
    }
}
