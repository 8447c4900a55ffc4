package io.reconverge.feed.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.reconverge.feed.FeedSettings;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.InRequest;
import io.reconverge.wire.WireJson;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.http.server.HttpServerResponse;

/// Writes answers piece by piece, a piece when the one before has gone to the socket: what waits
/// for a reader stays with whoever makes it, where it is counted and bounded, and not in queues
/// below. A reader that takes no piece for the slow-reader timeout is cut off.
@Component
public final class ResponseWriter {

    private static final Logger log = LoggerFactory.getLogger(ResponseWriter.class);

    private static final int PIECE_BYTES = 64 * 1024;

    private final Duration slowReaderTimeout;
    private final AnswerMemory memory;
    private final Counter cutOff;

    ResponseWriter(FeedSettings settings, AnswerMemory memory, MeterRegistry meters) {
        this.slowReaderTimeout = settings.slowReaderTimeout();
        this.memory = memory;
        this.cutOff =
                Counter.builder("reconverge.feed.slow.readers")
                        .description("Readers cut off, since they took nothing of what waited")
                        .register(meters);
    }

    /// Writes one JSON document, as [WireJson] does.
    public Mono<Void> json(ServerWebExchange exchange, Object body) {
        byte[] bytes = WireJson.MAPPER.writeValueAsBytes(body);
        exchange.getResponse().getHeaders().setContentLength(bytes.length);
        return stream(exchange, MediaType.APPLICATION_JSON, Flux.just(bytes));
    }

    /// An error in the parts cuts the answer off; a client sees that it is not whole.
    ///
    /// @param parts asked for the next one while the one before is being written
    /// @throws ProblemException `unavailable` when too many answers wait for their readers
    public Mono<Void> stream(ServerWebExchange exchange, MediaType type, Flux<byte[]> parts) {
        if (memory.full()) {
            return Mono.error(
                    ProblemException.unavailable("Too many answers wait for their readers."));
        }
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(type);
        if (exchange.getRequest().getMethod().equals(HttpMethod.HEAD)) {
            return response.setComplete();
        }
        Channel channel = channel(response);
        Flux<DataBuffer> pieces =
                parts.concatMap(
                        part ->
                                inPieces(
                                        part,
                                        piece ->
                                                Flux.concat(
                                                        buffer(piece, response),
                                                        written(Unpooled.EMPTY_BUFFER, channel))),
                        0);
        return response.writeAndFlushWith(pieces.map(Mono::just))
                .onErrorResume(failure ->
                        response.isCommitted()
                                ? InRequest.get(() -> breakOff(failure, channel))
                                : Mono.error(failure));
    }

    /// Writes an answer that may last for hours. The request has been handled, for all that waits
    /// for it, when the first part is on its way: see [LastingAnswers].
    ///
    /// @param first part, with which it begins
    /// @param rest as the parts of [#stream]; not asked for when only the head is wanted
    public Mono<Void> lasting(
            ServerWebExchange exchange, MediaType type, byte[] first, Flux<byte[]> rest) {
        Mono<Void> begun = stream(exchange, type, Flux.just(first));
        if (exchange.getRequest().getMethod().equals(HttpMethod.HEAD)) {
            return begun;
        }
        Channel channel = channel(exchange.getResponse());
        return begun.then(
                LastingAnswers.goOn(
                        rest.concatMap(
                                        part ->
                                                inPieces(
                                                        part,
                                                        piece -> written(content(piece), channel)),
                                        0)
                                .then()
                                .onErrorResume(failure ->
                                        InRequest.get(() -> breakOff(failure, channel)))));
    }

    /// What has begun cannot be told by a status any more: the connection goes, and the answer's
    /// end is missing.
    private static Mono<Void> breakOff(Throwable failure, Channel channel) {
        if (channel.isActive()) {
            log.warn(
                    "an answer broke off: {}",
                    NestedExceptionUtils.getMostSpecificCause(failure).toString());
        }
        return FutureMono.deferFuture(channel::close);
    }

    private <T> Flux<T> inPieces(byte[] part, Function<ByteBuffer, Publisher<T>> written) {
        return Flux.using(
                () -> {
                    memory.hold(part.length);
                    return part;
                },
                held ->
                        Flux.range(0, Math.ceilDiv(held.length, PIECE_BYTES))
                                .concatMap(index -> written.apply(piece(held, index)), 0),
                held -> memory.release(held.length));
    }

    private static ByteBuffer piece(byte[] part, int index) {
        int from = index * PIECE_BYTES;
        return ByteBuffer.wrap(part, from, Math.min(PIECE_BYTES, part.length - from));
    }

    private static Mono<DataBuffer> buffer(ByteBuffer piece, ServerHttpResponse response) {
        return Mono.fromSupplier(() -> response.bufferFactory().wrap(piece));
    }

    private static HttpContent content(ByteBuffer piece) {
        return new DefaultHttpContent(Unpooled.wrappedBuffer(piece));
    }

    /// Completes when the message, and everything written before it, has gone to the socket: writes
    /// keep their order, and one of no bytes passes through every codec.
    private <T> Mono<T> written(Object message, Channel channel) {
        return FutureMono.deferFuture(() -> channel.writeAndFlush(message))
                .timeout(
                        slowReaderTimeout,
                        InRequest.get(() -> {
                            cutOff.increment();
                            log.info("a reader took nothing for {}: cut off", slowReaderTimeout);
                            // what is queued would hold back an error, so the connection goes first
                            return FutureMono.deferFuture(channel::close);
                        }))
                .then(Mono.empty());
    }

    private static Channel channel(ServerHttpResponse response) {
        var channel = new AtomicReference<Channel>();
        HttpServerResponse netty = ServerHttpResponseDecorator.getNativeResponse(response);
        netty.withConnection(connection -> channel.set(connection.channel()));
        return channel.get();
    }
}
