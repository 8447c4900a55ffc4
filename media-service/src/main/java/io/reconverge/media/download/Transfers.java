package io.reconverge.media.download;

import io.reconverge.media.storage.Bucket;
import io.reconverge.service.problem.ProblemException;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Downloads under way, so many at once and no more.
@Component
final class Transfers {

    private final Bucket bucket;
    private final DownloadSettings settings;
    private final DownloadMeters meters;

    Transfers(Bucket bucket, DownloadSettings settings, DownloadMeters meters) {
        this.bucket = bucket;
        this.settings = settings;
        this.meters = meters;
    }

    /// Sends it as the response. Once the first bytes are out an error cuts the connection: the
    /// reader sees that the rest is missing.
    ///
    /// @throws ProblemException `unavailable` and `not-found`, as long as nothing is sent
    Mono<Void> send(Representation what, String key, ServerWebExchange exchange) {
        if (what.length() == 0) {
            return Mono.defer(() -> {
                what.describe(exchange.getResponse());
                meters.ended(Outcome.SENT);
                return exchange.getResponse().setComplete();
            });
        }
        return Mono.using(
                this::place,
                _ -> new Transfer(what, key, exchange.getResponse(), settings, meters).run(bucket),
                _ -> meters.left());
    }

    private int place() {
        int inAll = meters.begun();
        if (inAll > settings.atOnce()) {
            meters.left();
            meters.ended(Outcome.TURNED_AWAY);
            throw ProblemException.unavailable("Too many downloads are under way.");
        }
        return inAll;
    }
}
