package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.WireJson;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which notes are in which journals, in batches.
@RestController
@OnLogdate
final class AssociationController {

    private static final String PATH = Logdate.SYNC + "/associations";

    private final Bodies bodies;
    private final Core core;
    private final ProtocolMeters meters;

    AssociationController(Bodies bodies, Core core, ProtocolMeters meters) {
        this.bodies = bodies;
        this.core = core;
        this.meters = meters;
    }

    @PostMapping(PATH)
    Mono<ResponseEntity<byte[]>> upload(Caller caller, ServerWebExchange exchange) {
        Sender sender = sender(caller, exchange);
        return meters.request(
                Logdate.PROTOCOL,
                "associate",
                bodies.read(
                                exchange,
                                SyncRequest.BODY_MAX_BYTES,
                                body -> AssociationReader.upload(body, sender))
                        .flatMap(batch ->
                                new AssociationRun(core, meters, exchange, caller, batch)
                                        .write()
                                        .map(lost -> JsonAnswer.ok(answer(batch, lost)))));
    }

    /// `{"uploadedCount", "uploadedAt"}`, and `superseded` with the rows that stand instead, where
    /// there are any: they do not count.
    private ObjectNode answer(AssociationReader.Batch batch, Map<EntityKey, Entity> lost) {
        ObjectNode answer =
                WireJson.MAPPER
                        .createObjectNode()
                        .put("uploadedCount", batch.standing(lost.keySet()))
                        .put("uploadedAt", core.now());
        return lost.isEmpty() ? answer : answer.set("superseded", rows(lost));
    }

    private static ArrayNode rows(Map<EntityKey, Entity> lost) {
        ArrayNode rows = WireJson.MAPPER.createArrayNode();
        lost.values().forEach(entity -> rows.add(Rows.associationStanding(entity)));
        return rows;
    }

    /// 200 without a body; with `{"superseded": […]}` where newer associations stand.
    @PostMapping(PATH + "/delete")
    Mono<ResponseEntity<byte[]>> delete(Caller caller, ServerWebExchange exchange) {
        Sender sender = sender(caller, exchange);
        return meters.request(
                Logdate.PROTOCOL,
                "dissociate",
                bodies.read(
                                exchange,
                                SyncRequest.BODY_MAX_BYTES,
                                body -> AssociationReader.delete(body, sender))
                        .flatMap(batch ->
                                new AssociationRun(core, meters, exchange, caller, batch).write())
                        .map(lost ->
                                lost.isEmpty()
                                        ? ResponseEntity.ok().build()
                                        : JsonAnswer.ok(
                                                WireJson.MAPPER
                                                        .createObjectNode()
                                                        .set("superseded", rows(lost)))));
    }

    private Sender sender(Caller caller, ServerWebExchange exchange) {
        return new Sender(
                caller.subject(), SenderDevice.of(exchange.getRequest().getHeaders()), core.now());
    }
}
