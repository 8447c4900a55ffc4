package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Change;
import io.reconverge.wire.Entity;
import io.reconverge.wire.Op;
import io.reconverge.wire.WireJson;
import java.util.function.Function;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/// Writes of notes and journals, one at a time. Every success is 200, since LogDate's clients take
/// no other for one.
@RestController
@OnLogdate
final class RecordController {

    private static final String KIND = Logdate.SYNC + "/{kind:content|journals}";

    /// An entity's data, and what a request has round it.
    private static final int BODY_MAX_BYTES = Change.DATA_MAX_BYTES + 4 * 1024;

    private final Bodies bodies;
    private final Core core;
    private final RecordReader reader;
    private final RecordWriter writer;
    private final ProtocolMeters meters;

    RecordController(Bodies bodies, Core core, RecordWriter writer, ProtocolMeters meters) {
        this.bodies = bodies;
        this.core = core;
        this.reader = new RecordReader((type, data) -> core.violations(type, Op.PUT, data));
        this.writer = writer;
        this.meters = meters;
    }

    @PostMapping(KIND)
    Mono<ResponseEntity<byte[]>> upload(
            Caller caller, @PathVariable String kind, ServerWebExchange exchange) {
        Sender sender = sender(caller, exchange);
        return write(
                "upload",
                caller,
                exchange,
                body -> reader.upload(Kind.ofPath(kind), body, sender),
                "uploadedAt");
    }

    @PostMapping(KIND + "/{id}")
    Mono<ResponseEntity<byte[]>> update(
            Caller caller,
            @PathVariable String kind,
            @PathVariable String id,
            ServerWebExchange exchange) {
        Sender sender = sender(caller, exchange);
        requireId(kind, id);
        return write(
                "update",
                caller,
                exchange,
                body -> reader.update(Kind.ofPath(kind), id, body, sender),
                "updatedAt");
    }

    /// 200 without a body; also when there was nothing to delete.
    @PostMapping(KIND + "/{id}/delete")
    Mono<ResponseEntity<byte[]>> delete(
            Caller caller,
            @PathVariable String kind,
            @PathVariable String id,
            ServerWebExchange exchange) {
        Sender sender = sender(caller, exchange);
        requireId(kind, id);
        return meters.request(
                Logdate.PROTOCOL,
                "delete",
                bodies.read(
                                exchange,
                                BODY_MAX_BYTES,
                                body -> reader.delete(Kind.ofPath(kind), id, body, sender))
                        .flatMap(write -> writer.write(exchange, caller, write))
                        .map(stood -> ResponseEntity.ok().build()));
    }

    private Mono<ResponseEntity<byte[]>> write(
            String operation,
            Caller caller,
            ServerWebExchange exchange,
            Function<byte[], RecordWrite> read,
            String when) {
        return meters.request(
                Logdate.PROTOCOL,
                operation,
                bodies.read(exchange, BODY_MAX_BYTES, read)
                        .flatMap(write ->
                                writer.write(exchange, caller, write)
                                        .map(stood ->
                                                answer(
                                                        write.change().id(),
                                                        stood,
                                                        when,
                                                        core.now()))));
    }

    /// Where something else stands than what was sent, `current` is the row, and `superseded` says
    /// that nothing of what was sent stands with it.
    private static ResponseEntity<byte[]> answer(
            String id, RecordWriter.Stood stood, String when, long now) {
        ObjectNode answer =
                WireJson.MAPPER
                        .createObjectNode()
                        .put("id", id)
                        .put("serverVersion", stood.version())
                        .put(when, now);
        Entity other = stood.other();
        if (other != null) {
            answer.put("superseded", stood.superseded()).set("current", Rows.of(other));
        }
        return JsonAnswer.ok(answer);
    }

    private Sender sender(Caller caller, ServerWebExchange exchange) {
        return new Sender(
                caller.subject(), SenderDevice.of(exchange.getRequest().getHeaders()), core.now());
    }

    private static void requireId(String kind, String id) {
        try {
            Kind.ofPath(kind).key(id);
        } catch (IllegalArgumentException impossible) {
            throw ProblemException.malformed("In the path, " + impossible.getMessage() + ".");
        }
    }
}
