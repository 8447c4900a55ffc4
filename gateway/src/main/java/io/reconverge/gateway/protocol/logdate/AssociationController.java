package io.reconverge.gateway.protocol.logdate;

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
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

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
                                write(exchange, caller, batch, batch.changes(), 1)
                                        .thenReturn(batch))
                        .map(batch ->
                                JsonAnswer.ok(
                                        WireJson.MAPPER
                                                .createObjectNode()
                                                .put("uploadedCount", batch.sent())
                                                .put("uploadedAt", core.now()))));
    }

    /// 200 without a body.
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
                        .flatMap(batch -> write(exchange, caller, batch, batch.changes(), 1))
                        .thenReturn(ResponseEntity.ok().build()));
    }

    /// Deletions that said no time, and met what claims to be of later, are sent again on what they
    /// met: they are decided by when they came.
    private Mono<Void> write(
            ServerWebExchange exchange,
            Caller caller,
            AssociationReader.Batch batch,
            List<Change> changes,
            int attempt) {
        UUID space = caller.own();
        return core.write(exchange, caller, space, batch.deviceId(), changes, false)
                .flatMap(results -> {
                    meters.decided(Logdate.PROTOCOL, "associations", results);
                    List<Change> again = again(batch, changes, results);
                    return again.isEmpty() || attempt == Logdate.ATTEMPTS
                            ? Mono.empty()
                            : write(exchange, caller, batch, again, attempt + 1);
                });
    }

    private static List<Change> again(
            AssociationReader.Batch batch, List<Change> changes, List<ChangeResult> results) {
        List<Change> again = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            switch (results.get(i)) {
                case ChangeResult.Superseded superseded -> {
                    Entity standing = superseded.entity();
                    if (standing != null && batch.byArrival().contains(change.key())) {
                        again.add(RecordWrite.on(change, standing.version()));
                    }
                }
                case ChangeResult.Conflict conflict -> {
                    Entity standing = conflict.entity();
                    if (standing != null) {
                        again.add(RecordWrite.on(change, standing.version()));
                    }
                }
                case ChangeResult.Rejected rejected ->
                        throw new ProblemException(rejected.problem(), null);
                case ChangeResult.Pending pending -> throw undecided();
                case ChangeResult.Unknown unknown -> throw undecided();
                case ChangeResult.Applied applied -> {}
                case ChangeResult.Merged merged -> {}
            }
        }
        return again;
    }

    private static ProblemException undecided() {
        return ProblemException.unavailable("The changes were not decided in time.");
    }

    private Sender sender(Caller caller, ServerWebExchange exchange) {
        return new Sender(
                caller.subject(), SenderDevice.of(exchange.getRequest().getHeaders()), core.now());
    }
}
