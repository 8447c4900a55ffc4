package io.reconverge.gateway.body;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.RequestLoop;
import io.reconverge.wire.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.util.FastByteArrayOutputStream;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// Reads the bodies of requests, whole, and has them understood.
///
/// Bytes count against the budget as they arrive and as they unpack: a body that is too large, or
/// unpacks to what is too large, is stopped there and then.
public final class Bodies {

    /// A body up to this size is understood on the event loop, in less time than a change of thread
    /// is worth.
    private static final int SMALL_BYTES = 16 * 1024;

    private static final int UNPACK_BYTES = 16 * 1024;

    private final Duration patience;
    private final Scheduler workers;

    /// @param patience for a body to arrive
    /// @param workers where large bodies are understood: few threads, which bounds what is made of
    ///   bodies at one time
    Bodies(Duration patience, Scheduler workers) {
        this.patience = patience;
        this.workers = workers;
    }

    /// @param maxBytes after unpacking, and before
    /// @param understand what is made of the bytes; may take long, must not block
    /// @return fails with the exception of `understand`, or a [ProblemException]: `too-large`,
    ///   `unsupported-media-type` for an unknown `Content-Encoding`, `request-timeout`,
    ///   `malformed-request` for broken gzip, or `unavailable`
    public <T> Mono<T> read(
            ServerWebExchange exchange, int maxBytes, Function<byte[], T> understand) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        if (headers.getContentLength() > maxBytes) {
            return Mono.error(tooLarge(maxBytes));
        }
        boolean packed = isGzip(headers);
        InFlightBytes.Share share = InFlightFilter.shareOf(exchange);
        Mono<FastByteArrayOutputStream> whole =
                exchange.getRequest()
                        .getBody()
                        .reduceWith(
                                FastByteArrayOutputStream::new,
                                (taken, part) -> take(part, taken, maxBytes, share));
        return Mono.deferContextual(context ->
                        whole.timeout(
                                patience,
                                Mono.error(() -> late("The body")),
                                RequestLoop.of(context)))
                .map(FastByteArrayOutputStream::toByteArrayUnsafe)
                .flatMap(bytes -> {
                    if (!packed && bytes.length <= SMALL_BYTES) {
                        return Mono.just(understand.apply(bytes));
                    }
                    return Mono.fromCallable(() ->
                                    understand.apply(
                                            packed ? unpack(bytes, maxBytes, share) : bytes))
                            .subscribeOn(workers)
                            .onErrorMap(
                                    RejectedExecutionException.class,
                                    full ->
                                            ProblemException.unavailable(
                                                    "The service has too many bodies to read."));
                });
    }

    /// What comes of a body that is passed on as it arrives.
    ///
    /// @return fails with `request-timeout` when nothing comes of it for as long as a whole body
    ///   has to arrive
    public <T> Flux<T> arriving(Flux<T> parts) {
        return Flux.deferContextual(context ->
                parts.timeout(
                        patience,
                        Flux.error(() -> late("More of the body")),
                        RequestLoop.of(context)));
    }

    private ProblemException late(String what) {
        return new ProblemException(
                ProblemType.REQUEST_TIMEOUT,
                "%s must arrive within %d seconds.".formatted(what, patience.toSeconds()));
    }

    /// Counts bytes that came in for this request from elsewhere, such as its results.
    public void hold(ServerWebExchange exchange, int bytes) {
        InFlightFilter.shareOf(exchange).takeUnasked(bytes);
    }

    /// Counts bytes that came in for this request from elsewhere, of which there may be many.
    ///
    /// @throws ProblemException `unavailable` when the gateway has as much in hand as it can hold
    public void take(ServerWebExchange exchange, int bytes) {
        InFlightFilter.shareOf(exchange).take(bytes);
    }

    private static boolean isGzip(HttpHeaders headers) {
        List<String> encodings = headers.getValuesAsList(HttpHeaders.CONTENT_ENCODING);
        return switch (encodings.size()) {
            case 0 -> false;
            case 1 -> {
                String encoding = encodings.getFirst();
                if (encoding.equalsIgnoreCase("identity")) {
                    yield false;
                }
                if (encoding.equalsIgnoreCase("gzip") || encoding.equalsIgnoreCase("x-gzip")) {
                    yield true;
                }
                throw unknownEncoding();
            }
            default -> throw unknownEncoding();
        };
    }

    private static FastByteArrayOutputStream take(
            DataBuffer part,
            FastByteArrayOutputStream taken,
            int maxBytes,
            InFlightBytes.Share share) {
        try {
            byte[] bytes = new byte[part.readableByteCount()];
            if (taken.size() + bytes.length > maxBytes) {
                throw tooLarge(maxBytes);
            }
            share.take(bytes.length);
            part.read(bytes);
            taken.write(bytes);
            return taken;
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        } finally {
            DataBufferUtils.release(part);
        }
    }

    private static byte[] unpack(byte[] packed, int maxBytes, InFlightBytes.Share share) {
        FastByteArrayOutputStream unpacked = new FastByteArrayOutputStream();
        byte[] part = new byte[UNPACK_BYTES];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                if (unpacked.size() + read > maxBytes) {
                    throw tooLarge(maxBytes);
                }
                share.take(read);
                unpacked.write(part, 0, read);
            }
        } catch (ZipException | EOFException broken) {
            throw new ProblemException(
                    ProblemType.MALFORMED_REQUEST, "The body is not whole gzip.");
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        share.giveBack(packed.length);
        return unpacked.toByteArrayUnsafe();
    }

    private static ProblemException tooLarge(int maxBytes) {
        return new ProblemException(
                ProblemType.TOO_LARGE,
                "The body may have at most " + maxBytes + " bytes, unpacked.");
    }

    private static ProblemException unknownEncoding() {
        return new ProblemException(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                "Content-Encoding may be gzip, or be left out.");
    }
}
