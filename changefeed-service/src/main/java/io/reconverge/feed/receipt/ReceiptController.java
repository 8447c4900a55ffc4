package io.reconverge.feed.receipt;

import io.reconverge.feed.http.RequestParameters;
import io.reconverge.feed.http.ResponseWriter;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.ChangeResult;
import java.util.List;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// What became of changes, for senders that did not wait.
@RestController
final class ReceiptController {

    private static final int IDS_MAX = 500;

    private final SpaceAccess access;
    private final Receipts receipts;
    private final ResponseWriter writer;

    ReceiptController(SpaceAccess access, Receipts receipts, ResponseWriter writer) {
        this.access = access;
        this.receipts = receipts;
        this.writer = writer;
    }

    record Results(List<ChangeResult> results) {}

    @GetMapping("/v1/spaces/{space}/receipts")
    Mono<Void> receipts(Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        List<UUID> ids = new RequestParameters(exchange.getRequest()).ids("changeId", IDS_MAX);
        return access.reader(caller, space)
                .flatMap(admission -> receipts.of(admission.space(), ids))
                .flatMap(results -> writer.json(exchange, new Results(results)));
    }
}
