package io.reconverge.service.request;

import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.net.URI;
import java.net.URISyntaxException;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerRoutes;

/// Answers requests whose address is no URI. Spring never sees them: its adapter to Netty gives up
/// on them, with a 400 that says nothing.
final class UnreadableAddresses implements NettyRouteProvider {

    private static final byte[] PROBLEM =
            WireJson.MAPPER.writeValueAsBytes(
                    Problem.of(
                            ProblemType.MALFORMED_REQUEST,
                            "The address is no URI: percent-encode what is special in it."));

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return routes.route(
                UnreadableAddresses::isUnreadable,
                (request, response) ->
                        response.status(ProblemType.MALFORMED_REQUEST.status())
                                .header("Content-Type", Problem.MEDIA_TYPE)
                                .header("Cache-Control", "no-store")
                                .sendByteArray(Mono.just(PROBLEM)));
    }

    static boolean isUnreadable(HttpServerRequest request) {
        try {
            new URI(request.uri());
            return false;
        } catch (URISyntaxException unreadable) {
            return true;
        }
    }
}
