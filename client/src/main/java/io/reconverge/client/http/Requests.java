package io.reconverge.client.http;

import io.reconverge.client.sync.Reply;
import io.reconverge.client.sync.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends requests to an origin, each on a thread of its own, within one time limit for all of it:
/// to get a token, to connect, to send, and to read the answer to its end. (The limits of the JDK's
/// client end with the answer's head.)
///
/// Each ends in exactly one reply, unless it is cancelled. Safe for many threads.
final class Requests {

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    /// Bytes of a good answer, unpacked.
    private static final long ANSWER_MAX_BYTES = 64L << 20;

    private final Origin origin;
    private final Duration limit;

    Requests(Origin origin, Duration limit) {
        this.origin = origin;
        this.limit = limit;
    }

    /// Makes a request. May block: it asks for a token.
    @FunctionalInterface
    interface Asking {
        HttpRequest.Builder request() throws IOException, SignedOutException;
    }

    /// Reads a good answer, 2xx, to its end.
    @FunctionalInterface
    interface Reading<T> {
        T read(HttpResponse<InputStream> answer, InputStream body) throws IOException;
    }

    /// How far a request is. What was given up while it was being prepared is never sent.
    private enum Stage {
        PREPARING,
        SENT,
        GIVEN_UP
    }

    /// @param then called on a thread that nobody interrupts
    <T> Transport.Call send(Asking asking, Reading<T> reading, Consumer<Reply<T>> then) {
        AtomicReference<Stage> stage = new AtomicReference<>(Stage.PREPARING);
        FutureTask<Reply<T>> task = new FutureTask<>(() -> reply(asking, reading, stage));
        Thread.ofVirtual().name("reconverge-request").start(task);
        Thread.ofVirtual().name("reconverge-reply").start(() -> await(task, stage).ifPresent(then));
        return () -> {
            stage.compareAndSet(Stage.PREPARING, Stage.GIVEN_UP);
            task.cancel(true);
        };
    }

    /// Empty where it was cancelled.
    private <T> Optional<Reply<T>> await(FutureTask<Reply<T>> task, AtomicReference<Stage> stage) {
        try {
            return Optional.of(task.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (CancellationException cancelled) {
            return Optional.empty();
        } catch (TimeoutException e) {
            boolean prepared = !stage.compareAndSet(Stage.PREPARING, Stage.GIVEN_UP);
            task.cancel(true);
            return Optional.of(
                    new Reply.NetworkFailed<>(
                            prepared,
                            (prepared ? "no answer within " : "no token within ") + limit));
        } catch (ExecutionException e) {
            LOG.error("A request failed in a way that nobody foresaw.", e);
            return Optional.of(
                    new Reply.NetworkFailed<>(
                            stage.get() != Stage.PREPARING, String.valueOf(e.getMessage())));
        } catch (InterruptedException nobodyKnowsThisThread) {
            throw new AssertionError(nobodyKnowsThisThread);
        }
    }

    private <T> Reply<T> reply(Asking asking, Reading<T> reading, AtomicReference<Stage> stage)
            throws InterruptedException {
        HttpRequest request;
        try {
            request = asking.request().header("Accept-Encoding", "gzip").build();
        } catch (SignedOutException e) {
            return new Reply.Unauthorized<>(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Reply.NetworkFailed<>(false, String.valueOf(e.getMessage()));
        }
        if (!stage.compareAndSet(Stage.PREPARING, Stage.SENT)) {
            throw new CancellationException();
        }
        try {
            HttpResponse<InputStream> answer = origin.send(request);
            try (InputStream body = answer.body()) {
                return reply(answer, body, reading);
            }
        } catch (IOException e) {
            return new Reply.NetworkFailed<>(!isUnsent(e), nameOf(e));
        }
    }

    private static <T> Reply<T> reply(
            HttpResponse<InputStream> answer, InputStream body, Reading<T> reading)
            throws IOException {
        return answer.statusCode() / 100 == 2
                ? new Reply.Ok<>(reading.read(answer, unpacked(answer, body)))
                : Refusals.reply(
                        answer.statusCode(), answer.headers(), () -> unpacked(answer, body));
    }

    private static InputStream unpacked(HttpResponse<?> answer, InputStream body)
            throws IOException {
        String encoding = answer.headers().firstValue("Content-Encoding").orElse("identity");
        return switch (encoding) {
            case "identity" -> new BoundedStream(body, ANSWER_MAX_BYTES);
            case "gzip", "x-gzip" -> new BoundedStream(new GZIPInputStream(body), ANSWER_MAX_BYTES);
            default -> throw new IOException("an answer in " + encoding + " was not asked for");
        };
    }

    /// Whether certainly no byte of the request got to a server.
    static boolean isUnsent(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof HttpConnectTimeoutException
                    || cause instanceof UnknownHostException
                    || cause instanceof UnresolvedAddressException
                    || cause instanceof SSLHandshakeException) {
                return true;
            }
        }
        return false;
    }

    /// What became of a request, for people; the JDK's exceptions often say nothing.
    static String nameOf(IOException failure) {
        List<Throwable> causes =
                Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause).toList();
        if (causes.stream()
                .anyMatch(cause ->
                        cause instanceof UnknownHostException
                                || cause instanceof UnresolvedAddressException)) {
            return "no server has this name";
        }
        if (causes.stream().anyMatch(HttpConnectTimeoutException.class::isInstance)) {
            return "the server did not take the connection in time";
        }
        if (causes.stream().anyMatch(ConnectException.class::isInstance)) {
            return "the server cannot be reached";
        }
        return failure.getMessage() == null
                ? "the connection broke: " + failure.getClass().getSimpleName()
                : failure.getMessage();
    }
}
