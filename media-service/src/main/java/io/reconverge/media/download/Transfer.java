package io.reconverge.media.download;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.reconverge.media.storage.Bucket;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.http.server.HttpServerResponse;

/// One download: bytes from the store to a reader, no faster than the reader takes them.
///
/// They go in groups, each asked of the store when the one before has gone to the socket; so what
/// is held for a reader is one group here and [#SOCKET_BYTES] in the kernel.
final class Transfer {

    private static final Logger log = LoggerFactory.getLogger(Transfer.class);

    /// Pieces as the store's client gives them, of 8 KiB mostly, that are written together.
    private static final int GROUP = 8;

    /// The kernel would take megabytes, for a reader that takes none; and one that takes little at
    /// a time would seem to stand still while they drain.
    private static final int SOCKET_BYTES = 128 * 1024;

    private static final int LOOKS_PER_STANDSTILL = 4;

    private final Representation what;
    private final String key;
    private final ServerHttpResponse response;
    private final Duration standstill;
    private final DownloadMeters meters;
    private final Channel channel;

    private long given;
    private long taken;
    private volatile long movedAtNanos = System.nanoTime();
    private volatile boolean awaitsReader;

    Transfer(
            Representation what,
            String key,
            ServerHttpResponse response,
            DownloadSettings settings,
            DownloadMeters meters) {
        this.what = what;
        this.key = key;
        this.response = response;
        this.standstill = settings.standstill();
        this.meters = meters;
        this.channel = channel(response);
    }

    Mono<Void> run(Bucket bucket) {
        return bucket.read(key, what.first(), what.last())
                .doOnError(_ -> meters.ended(Outcome.UNAVAILABLE))
                .switchIfEmpty(Mono.error(this::lost))
                .flatMap(this::write)
                .doOnCancel(() -> meters.ended(Outcome.LEFT));
    }

    private ProblemException lost() {
        log.error("The bucket has no {}, which is the key of a blob", key);
        meters.ended(Outcome.LOST);
        return new ProblemException(ProblemType.NOT_FOUND, "Its bytes are not there any more.");
    }

    private Mono<Void> write(Flux<ByteBuffer> bytes) {
        what.describe(response);
        channel.config().setOption(ChannelOption.SO_SNDBUF, SOCKET_BYTES);
        moved();
        Flux<Flux<DataBuffer>> groups =
                bytes.doOnNext(this::count)
                        .buffer(GROUP)
                        .concatMap(group -> Flux.concat(Mono.just(wrapped(group)), taken(group)), 0)
                        .concatWith(Mono.defer(this::end));
        return Mono.firstWithSignal(response.writeAndFlushWith(groups), standstill())
                .doOnSuccess(_ -> ended())
                .onErrorResume(this::failed);
    }

    private void count(ByteBuffer piece) {
        given += piece.remaining();
        moved();
    }

    private void moved() {
        movedAtNanos = System.nanoTime();
    }

    private Flux<DataBuffer> wrapped(List<ByteBuffer> group) {
        DataBufferFactory buffers = response.bufferFactory();
        return Flux.fromIterable(group).map(buffers::wrap);
    }

    /// Completes when everything written before has gone to the socket: writes keep their order,
    /// and one of no bytes passes through every codec.
    private Mono<Flux<DataBuffer>> taken(List<ByteBuffer> group) {
        long count = group.stream().mapToLong(ByteBuffer::remaining).sum();
        return FutureMono.deferFuture(
                        () -> {
                            awaitsReader = true;
                            return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
                        })
                .doOnSuccess(_ -> {
                    awaitsReader = false;
                    moved();
                    taken += count;
                    meters.taken(count);
                })
                .then(Mono.empty());
    }

    private Mono<Flux<DataBuffer>> end() {
        return given == what.length()
                ? Mono.empty()
                : Mono.error(
                        new IOException(
                                "the store gave %d of %d bytes of %s"
                                        .formatted(given, what.length(), key)));
    }

    /// That a reader has gone is no error to the response.
    private void ended() {
        meters.ended(taken == what.length() ? Outcome.SENT : Outcome.LEFT);
    }

    /// Fails when nothing has moved for too long.
    private Mono<Void> standstill() {
        return Flux.interval(standstill.dividedBy(LOOKS_PER_STANDSTILL))
                .filter(_ -> System.nanoTime() - movedAtNanos > standstill.toNanos())
                .next()
                .flatMap(_ -> Mono.error(new Standstill(standstill)));
    }

    /// What has begun cannot be told by a status any more: the connection goes, and the end is
    /// missing.
    private Mono<Void> failed(Throwable failure) {
        String reason = NestedExceptionUtils.getMostSpecificCause(failure).toString();
        if (!response.isCommitted()) {
            log.warn("The bucket gave nothing of {}: {}", key, reason);
            meters.ended(Outcome.UNAVAILABLE);
            Representation.forget(response.getHeaders());
            return Mono.error(
                    ProblemException.unavailable("Media cannot be reached at the moment."));
        }
        if (!channel.isActive()) {
            meters.ended(Outcome.LEFT);
        } else if (failure instanceof Standstill && awaitsReader) {
            log.info("A reader took nothing of {} for {}: cut off", key, standstill);
            meters.ended(Outcome.TOO_SLOW);
        } else {
            log.warn("The bucket broke off {}: {}", key, reason);
            meters.ended(Outcome.BROKEN_OFF);
        }
        // before the error is told: what is queued for the reader would hold it back
        return FutureMono.deferFuture(channel::close);
    }

    private static Channel channel(ServerHttpResponse response) {
        var channel = new AtomicReference<Channel>();
        HttpServerResponse netty = ServerHttpResponseDecorator.getNativeResponse(response);
        netty.withConnection(connection -> channel.set(connection.channel()));
        return channel.get();
    }

    private static final class Standstill extends Exception {

        private static final long serialVersionUID = 1;

        Standstill(Duration time) {
            super("nothing moved for " + time, null, false, false);
        }
    }
}
