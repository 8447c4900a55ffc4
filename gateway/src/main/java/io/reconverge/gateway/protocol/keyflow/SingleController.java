package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.MergePatch;
import io.reconverge.wire.Op;
import io.reconverge.wire.SameJson;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/// Progress and settings: each member goes to the later `lastModified`. Answered as sessions are,
/// with what stands under its name too.
@RestController
@OnKeyflow
final class SingleController {

    private final Bodies bodies;
    private final Core core;
    private final SingleReader reader;
    private final ProtocolMeters meters;

    SingleController(Bodies bodies, Core core, ProtocolMeters meters) {
        this.bodies = bodies;
        this.core = core;
        this.reader = new SingleReader((type, patch) -> core.violations(type, Op.PATCH, patch));
        this.meters = meters;
    }

    @PostMapping(Keyflow.SYNC + "/progress")
    Mono<ResponseEntity<byte[]>> progress(Caller caller, ServerWebExchange exchange) {
        return write(Single.PROGRESS, caller, exchange);
    }

    @PostMapping(Keyflow.SYNC + "/settings")
    Mono<ResponseEntity<byte[]>> settings(Caller caller, ServerWebExchange exchange) {
        return write(Single.SETTINGS, caller, exchange);
    }

    /// `settings` is null while there are none.
    @GetMapping(Keyflow.SYNC + "/settings")
    Mono<ResponseEntity<byte[]>> settingsNow(Caller caller, ServerWebExchange exchange) {
        return meters.request(
                Keyflow.PROTOCOL,
                "settings-read",
                core.entity(exchange, caller.own(), Single.SETTINGS.key())
                        .map(SingleController::data)
                        .map(settings -> standing(Single.SETTINGS, settings))
                        .switchIfEmpty(
                                Mono.fromSupplier(() -> {
                                    ObjectNode none = WireJson.MAPPER.createObjectNode();
                                    return none.putNull(Single.SETTINGS.id());
                                }))
                        .map(answer -> JsonAnswer.ok(answer.put("serverTimestamp", core.now()))));
    }

    private static ObjectNode standing(Single single, ObjectNode data) {
        ObjectNode answer = WireJson.MAPPER.createObjectNode();
        answer.set(single.id(), data);
        return answer.put(Keyflow.LAST_MODIFIED, Merge.lastModified(data, 0));
    }

    private Mono<ResponseEntity<byte[]>> write(
            Single single, Caller caller, ServerWebExchange exchange) {
        String device = SenderDevice.of(exchange.getRequest().getHeaders());
        UUID space = caller.own();
        return meters.request(
                Keyflow.PROTOCOL,
                single.id(),
                bodies.read(
                                exchange,
                                Change.DATA_MAX_BYTES,
                                body -> reader.read(single, body, device, core.now()))
                        .flatMap(request ->
                                core.write(
                                                exchange,
                                                caller,
                                                space,
                                                request.deviceId(),
                                                List.of(request.change()),
                                                false)
                                        .doOnNext(results -> {
                                            meters.decided(Keyflow.PROTOCOL, single.id(), results);
                                            requireTaken(results.getFirst());
                                        })
                                        .then(core.entity(exchange, space, single.key()))
                                        .map(SingleController::data)
                                        .defaultIfEmpty(WireJson.MAPPER.createObjectNode())
                                        .map(after ->
                                                JsonAnswer.ok(
                                                        answer(single, request.change(), after)))));
    }

    static void requireTaken(ChangeResult result) {
        switch (result) {
            case ChangeResult.Applied applied -> {}
            case ChangeResult.Merged merged -> {}
            case ChangeResult.Superseded superseded -> {}
            case ChangeResult.Rejected rejected ->
                    throw new ProblemException(rejected.problem(), null);
            case ChangeResult.Conflict conflict -> throw undecided();
            case ChangeResult.Pending pending -> throw undecided();
            case ChangeResult.Unknown unknown -> throw undecided();
        }
    }

    private static ProblemException undecided() {
        return ProblemException.unavailable("The change was not decided in time.");
    }

    private ObjectNode answer(Single single, Change sent, ObjectNode after) {
        ObjectNode patch = Objects.requireNonNull(sent.data()).tree();
        List<String> lost =
                patch.propertyNames().stream()
                        .filter(name -> !name.equals(Keyflow.LAST_MODIFIED))
                        .filter(name ->
                                !SameJson.same(
                                        MergePatch.memberAfter(after.get(name), patch.get(name)),
                                        after.get(name)))
                        .toList();
        ObjectNode answer = WireJson.MAPPER.createObjectNode();
        var synced = answer.putArray("synced");
        var conflicts = answer.putArray("conflicts");
        if (lost.isEmpty()) {
            synced.add(single.id());
        } else {
            ObjectNode conflict = conflicts.addObject().put(Keyflow.ID, single.id());
            conflict.set("local", patch);
            conflict.set("remote", after);
            lost.forEach(conflict.putArray("conflictFields")::add);
            conflict.put("localTimestamp", sent.modifiedAt())
                    .put("remoteTimestamp", Merge.lastModified(after, 0));
        }
        answer.putObject("merged").set(single.id(), after);
        answer.set(single.id(), after);
        return answer.put("serverTimestamp", core.now());
    }

    private static ObjectNode data(Entity entity) {
        JsonObject data = entity.data();
        return data == null ? WireJson.MAPPER.createObjectNode() : data.tree();
    }
}
