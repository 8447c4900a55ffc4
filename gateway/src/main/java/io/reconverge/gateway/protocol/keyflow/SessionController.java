package io.reconverge.gateway.protocol.keyflow;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.gateway.protocol.SenderDevice;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.Op;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.WireJson;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/// Sessions, in batches. The answer is 200 with conflicts too: `{"synced", "conflicts", "merged",
/// "serverTimestamp"}`, where `merged` has what now stands of each session that was sent.
@RestController
@OnKeyflow
final class SessionController {

    private final Bodies bodies;
    private final Core core;
    private final SessionsReader reader;
    private final SessionSync sync;
    private final ProtocolMeters meters;

    SessionController(Bodies bodies, Core core, SessionSync sync, ProtocolMeters meters) {
        this.bodies = bodies;
        this.core = core;
        this.reader =
                new SessionsReader(
                        data -> core.violations(Keyflow.SESSION, Op.PUT, data),
                        new SingleReader((type, patch) -> core.violations(type, Op.PATCH, patch)));
        this.sync = sync;
        this.meters = meters;
    }

    @PostMapping(Keyflow.SYNC + "/sessions")
    Mono<ResponseEntity<byte[]>> sessions(Caller caller, ServerWebExchange exchange) {
        String device = SenderDevice.of(exchange.getRequest().getHeaders());
        return answer(
                "sessions", caller, exchange, body -> reader.sessions(body, device, core.now()));
    }

    /// What a person chose stands, unless it names the `remoteTimestamp` that they saw and another
    /// state stands meanwhile: that is a conflict again.
    @PostMapping(Keyflow.SYNC + "/resolve")
    Mono<ResponseEntity<byte[]>> resolve(Caller caller, ServerWebExchange exchange) {
        String device = SenderDevice.of(exchange.getRequest().getHeaders());
        return answer(
                "resolve", caller, exchange, body -> reader.resolutions(body, device, core.now()));
    }

    private Mono<ResponseEntity<byte[]>> answer(
            String operation,
            Caller caller,
            ServerWebExchange exchange,
            Function<byte[], SessionsReader.Request> read) {
        return meters.request(
                Keyflow.PROTOCOL,
                operation,
                bodies.read(exchange, SyncRequest.BODY_MAX_BYTES, read)
                        .flatMap(request ->
                                sync.sync(exchange, caller, request)
                                        .map(settled ->
                                                JsonAnswer.ok(
                                                        answer(request, settled, core.now())))));
    }

    private static ObjectNode answer(
            SessionsReader.Request request, List<SessionSync.Settled> settled, long now) {
        ObjectNode answer = WireJson.MAPPER.createObjectNode();
        Set<String> synced = new LinkedHashSet<>();
        Set<String> conflicted = new LinkedHashSet<>();
        var syncedIds = answer.putArray("synced");
        var conflicts = answer.putArray("conflicts");
        var merged = answer.putObject("merged");
        for (SessionSync.Settled one : settled) {
            ObjectNode conflict = one.verdict().conflict();
            if (conflict == null) {
                synced.add(one.id());
            } else {
                conflicted.add(one.id());
                conflicts.add(conflict);
            }
            ObjectNode after = one.verdict().after();
            if (after == null) {
                merged.remove(one.id());
            } else {
                merged.set(one.id(), Verdict.row(one.id(), after));
            }
        }
        synced.removeAll(conflicted);
        request.singles().forEach(single -> synced.add(single.id()));
        synced.forEach(syncedIds::add);
        return answer.put("serverTimestamp", now);
    }
}
