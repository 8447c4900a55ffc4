package io.reconverge.gateway;

import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.reconverge.service.connection.UnreadBodies;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// Stands where a service would that requests are passed on to: a real HTTP server that notes what
/// it is asked and answers as the test says.
public final class TestService implements AutoCloseable {

    /// @param uri as it came, path and query
    public record Asked(String method, String uri, HttpHeaders headers) {}

    private static final BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> EMPTY =
            (request, response) -> json(response, 404, "{}");

    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final DisposableServer server;
    private volatile BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> answer =
            EMPTY;

    private TestService() {
        server =
                // as all services do
                UnreadBodies.endConnections(HttpServer.create())
                        // so that it also ends the connections that clients keep
                        .channelGroup(new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE))
                        .host("127.0.0.1")
                        .handle((request, response) -> {
                            asked.add(
                                    new Asked(
                                            request.method().name(),
                                            request.uri(),
                                            request.requestHeaders().copy()));
                            return answer.apply(request, response);
                        })
                        .bindNow();
    }

    public static TestService start() {
        return new TestService();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    public void answer(BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> answer) {
        this.answer = answer;
    }

    public void answerJson(int status, String body) {
        answer((request, response) -> json(response, status, body));
    }

    /// Forgets what was asked and what to answer.
    public void reset() {
        asked.clear();
        answer = EMPTY;
    }

    public List<Asked> asked() {
        return asked;
    }

    public static Publisher<Void> json(HttpServerResponse response, int status, String body) {
        return response.status(HttpResponseStatus.valueOf(status))
                .header(
                        "Content-Type",
                        status < 400 ? "application/json" : "application/problem+json")
                .sendString(Mono.just(body));
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
