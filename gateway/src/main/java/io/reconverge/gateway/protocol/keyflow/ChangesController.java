package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.gateway.protocol.Since;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.TimedPage;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What changed since a time: `{"sessions", "deletedSessions", "progress", "settings",
/// "serverTimestamp", "hasMore"}`. `serverTimestamp` is what to ask with next, exactly; progress
/// and settings are as they now stand, null while there are none.
@RestController
@OnKeyflow
final class ChangesController {

    private static final int LIMIT_DEFAULT = 500;
    private static final int LIMIT_MAX = 5_000;

    private static final List<EntityKey> NOW =
            List.of(Single.PROGRESS.key(), Single.SETTINGS.key());

    private final Core core;
    private final ProtocolMeters meters;

    ChangesController(Core core, ProtocolMeters meters) {
        this.core = core;
        this.meters = meters;
    }

    @GetMapping(Keyflow.SYNC + "/changes")
    Mono<ResponseEntity<byte[]>> changes(Caller caller, ServerWebExchange exchange) {
        Since asked = Since.of(exchange.getRequest().getQueryParams(), LIMIT_DEFAULT, LIMIT_MAX);
        String device = SenderDevice.of(exchange.getRequest().getHeaders());
        UUID space = caller.own();
        return meters.request(
                Keyflow.PROTOCOL,
                "changes",
                core.since(
                                exchange,
                                device,
                                List.of(space),
                                List.of(Keyflow.SESSION, Keyflow.PROGRESS, Keyflow.SETTINGS),
                                asked.since(),
                                asked.limit())
                        .zipWhen(
                                page -> core.find(exchange, NOW),
                                (page, now) ->
                                        JsonAnswer.ok(
                                                answer(
                                                        page,
                                                        of(now, space, Single.PROGRESS),
                                                        of(now, space, Single.SETTINGS)))));
    }

    private static JsonNode of(List<TimedEntity> found, UUID space, Single single) {
        return found.stream()
                .filter(entity -> entity.space().equals(space))
                .filter(entity -> entity.type().equals(single.type()))
                .flatMap(entity -> Stream.ofNullable(entity.data()))
                .findFirst()
                .<JsonNode>map(JsonObject::tree)
                .orElse(WireJson.MAPPER.nullNode());
    }

    private static ObjectNode answer(TimedPage page, JsonNode progress, JsonNode settings) {
        ObjectNode answer = WireJson.MAPPER.createObjectNode();
        var sessions = answer.putArray("sessions");
        var deleted = answer.putArray("deletedSessions");
        for (TimedEntity change : page.changes()) {
            JsonObject data = change.data();
            if (!change.type().equals(Keyflow.SESSION)) {
                continue;
            }
            if (data == null) {
                deleted.addObject()
                        .put(Keyflow.ID, change.id())
                        .put("deletedAt", change.committedAt());
            } else {
                sessions.add(session(change, data.tree()));
            }
        }
        answer.set("progress", progress);
        answer.set("settings", settings);
        return answer.put("serverTimestamp", page.timestamp()).put("hasMore", page.hasMore());
    }

    /// Its fields are nested here, as the app reads them.
    private static ObjectNode session(TimedEntity change, ObjectNode data) {
        ObjectNode session = WireJson.MAPPER.createObjectNode().put(Keyflow.ID, change.id());
        session.put("userId", data.path("userId").asString(change.updatedBy()));
        session.put(Keyflow.LAST_MODIFIED, Merge.lastModified(data, change.modifiedAt()));
        session.set("data", data);
        return session;
    }
}
