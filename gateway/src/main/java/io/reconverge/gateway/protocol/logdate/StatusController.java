package io.reconverge.gateway.protocol.logdate;

import io.reconverge.gateway.feed.SpaceStatus;
import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.ProtocolMeters;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.WireJson;
import java.util.Objects;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/// How much the caller has here, within `data` as LogDate's clients read it.
@RestController
@OnLogdate
final class StatusController {

    private final Core core;
    private final ProtocolMeters meters;

    StatusController(Core core, ProtocolMeters meters) {
        this.core = core;
        this.meters = meters;
    }

    /// `lastTimestamp` is when the space last changed, 0 when it never did.
    @GetMapping(Logdate.SYNC + "/status")
    Mono<ResponseEntity<byte[]>> status(Caller caller, ServerWebExchange exchange) {
        return meters.request(
                Logdate.PROTOCOL,
                "status",
                core.status(exchange, caller.own())
                        .map(summary -> JsonAnswer.ok(answer(counted(summary)))));
    }

    /// Syncing needs no start here; the first clients ask for one.
    @PostMapping({Logdate.SYNC, Logdate.SYNC + "/"})
    Mono<ResponseEntity<byte[]>> start(Caller caller) {
        ObjectNode data =
                WireJson.MAPPER
                        .createObjectNode()
                        .put("started", true)
                        .put("timestamp", core.now());
        return meters.request(Logdate.PROTOCOL, "start", Mono.just(JsonAnswer.ok(answer(data))));
    }

    private static ObjectNode counted(SpaceStatus summary) {
        return WireJson.MAPPER
                .createObjectNode()
                .put("contentCount", summary.live(Logdate.NOTE))
                .put("journalCount", summary.live(Logdate.JOURNAL))
                .put("associationCount", summary.live(Logdate.ASSOCIATION))
                .put("mediaCount", summary.live(Logdate.MEDIA))
                .put("lastTimestamp", Objects.requireNonNullElse(summary.lastChangeAt(), 0L));
    }

    private ObjectNode answer(ObjectNode data) {
        ObjectNode answer = WireJson.MAPPER.createObjectNode();
        answer.set("data", data);
        return answer.put("timestamp", core.now());
    }
}
