package io.reconverge.client.media;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Requests, one after the other, each waited for as long as bytes move. How long a file may take
/// nobody can say, and the JDK's own limit ends with an answer's head.
final class Transfer {

    /// Longer than any; the stall is what ends a request.
    private static final Duration NO_LIMIT = Duration.ofDays(365);

    private final HttpClient http;
    private final Duration stall;
    private final AtomicLong moved = new AtomicLong();
    private volatile boolean stopped;
    private volatile @Nullable CompletableFuture<?> running;

    Transfer(HttpClient http, Duration stall) {
        this.http = http;
        this.stall = stall;
    }

    /// It was given up here.
    static final class StoppedException extends IOException {
        private static final long serialVersionUID = 1;

        StoppedException() {
            super("it was stopped");
        }
    }

    /// Some bytes went or came.
    void moved(long bytes) {
        moved.addAndGet(bytes);
    }

    /// @throws StoppedException after [#stop]
    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException {
        CompletableFuture<HttpResponse<T>> answer =
                http.sendAsync(request.timeout(NO_LIMIT).build(), handler);
        running = answer;
        if (stopped) {
            answer.cancel(true);
        }
        while (true) {
            long before = moved.get();
            try {
                return answer.get(stall.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (moved.get() == before) {
                    answer.cancel(true);
                    throw new IOException("nothing moved for " + stall.toMillis() + " ms", e);
                }
            } catch (CancellationException e) {
                throw new StoppedException();
            } catch (ExecutionException e) {
                if (stopped) {
                    throw new StoppedException();
                }
                throw new IOException(said(e), e.getCause());
            } catch (InterruptedException e) {
                answer.cancel(true);
                Thread.currentThread().interrupt();
                throw new StoppedException();
            }
        }
    }

    private static String said(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /// Breaks off what is under way and what would be begun.
    void stop() {
        stopped = true;
        CompletableFuture<?> running = this.running;
        if (running != null) {
            running.cancel(true);
        }
    }
}
