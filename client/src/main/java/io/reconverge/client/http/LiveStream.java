package io.reconverge.client.http;

import io.reconverge.client.sync.Reply;
import io.reconverge.client.sync.Transport;
import io.reconverge.client.sync.Transport.LiveEnd;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One live stream: reads events on a thread of its own and passes them on; a second thread ends it
/// where it falls silent.
///
/// The first is interrupted only while it waits for the server, never in the listener.
final class LiveStream implements Transport.Call {

    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);

    private static final Duration STREAM_MAX = Duration.ofDays(30);

    private final Origin origin;
    private final Requests.Asking asking;
    private final Transport.Live listener;
    private final Duration silenceMax;
    private final Thread reader;

    private boolean over;

    /// When the reader began to wait for the server; null while it does something else.
    private @Nullable Long waitingSinceNanos;

    private LiveStream(
            Origin origin, Requests.Asking asking, Transport.Live listener, Duration silenceMax) {
        this.origin = origin;
        this.asking = asking;
        this.listener = listener;
        this.silenceMax = silenceMax;
        this.reader = Thread.ofVirtual().name("reconverge-live").unstarted(this::run);
    }

    /// @param silenceMax for which the server may say nothing, its answer's head included
    static LiveStream open(
            Origin origin, Requests.Asking asking, Transport.Live listener, Duration silenceMax) {
        LiveStream stream = new LiveStream(origin, asking, listener, silenceMax);
        stream.reader.start();
        Thread.ofVirtual().name("reconverge-live-watch").start(stream::watch);
        return stream;
    }

    @Override
    public synchronized void cancel() {
        over = true;
        if (waitingSinceNanos != null) {
            reader.interrupt();
        }
    }

    private void run() {
        LiveEnd end;
        try {
            end = read();
        } catch (SignedOutException e) {
            end = LiveEnd.UNAUTHORIZED;
        } catch (IOException | InterruptedException e) {
            LOG.debug("A live stream was lost: {}", e.toString());
            end = LiveEnd.LOST;
        } catch (RuntimeException e) {
            LOG.error("A live stream failed in a way that nobody foresaw.", e);
            end = LiveEnd.LOST;
        }
        if (close()) {
            listener.ended(end);
        }
    }

    /// Reads to the end, or until the stream is closed; what is returned then means nothing.
    private LiveEnd read() throws IOException, InterruptedException, SignedOutException {
        if (!beginWaiting()) {
            return LiveEnd.LOST;
        }
        HttpRequest request =
                asking.request()
                        .header("Accept", "text/event-stream")
                        // a stream goes on for as long as its token, and is watched here
                        .timeout(STREAM_MAX)
                        .build();
        if (!isOpen()) {
            return LiveEnd.LOST;
        }
        HttpResponse<InputStream> answer = origin.send(request);
        try (InputStream body = answer.body()) {
            return isEventStream(answer) ? events(body) : refused(answer, body);
        }
    }

    private static boolean isEventStream(HttpResponse<?> answer) {
        return answer.statusCode() == 200
                && answer.headers()
                        .firstValue("Content-Type")
                        .orElse("")
                        .startsWith("text/event-stream");
    }

    private static LiveEnd refused(HttpResponse<?> answer, InputStream body) {
        Reply<Void> reply = Refusals.reply(answer.statusCode(), answer.headers(), () -> body);
        return switch (reply) {
            case Reply.Unauthorized<Void> _ -> LiveEnd.UNAUTHORIZED;
            case Reply.CursorExpired<Void> _ -> LiveEnd.CURSOR_EXPIRED;
            case Reply.Ok<Void> _,
                    Reply.Busy<Void> _,
                    Reply.NetworkFailed<Void> _,
                    Reply.Failed<Void> _ ->
                    LiveEnd.LOST;
        };
    }

    private LiveEnd events(InputStream body) throws IOException {
        EventReader events = new EventReader();
        byte[] bytes = new byte[8 * 1024];
        while (beginWaiting()) {
            int read = body.read(bytes);
            if (!endWaiting() || read < 0) {
                return LiveEnd.LOST;
            }
            for (int i = 0; i < read && isOpen(); i++) {
                Optional<EventReader.Event> event = events.take(bytes[i]);
                LiveEnd end = event.isPresent() ? pass(event.get()) : null;
                if (end != null) {
                    return end;
                }
            }
        }
        return LiveEnd.LOST;
    }

    /// @return how the stream ends with this event; null where it goes on
    private @Nullable LiveEnd pass(EventReader.Event event) throws IOException {
        return switch (event.name()) {
            case "change" -> {
                listener.change(Answers.entity(event.data()), cursorOf(event));
                yield null;
            }
            case "caught-up" -> {
                listener.caughtUp(cursorOf(event));
                yield null;
            }
            case "token-expired" -> LiveEnd.TOKEN_EXPIRED;
            case "cursor-expired" -> LiveEnd.CURSOR_EXPIRED;
            case "going-away" -> LiveEnd.LOST;
            default -> null;
        };
    }

    private static String cursorOf(EventReader.Event event) throws IOException {
        if (event.id().isEmpty()) {
            throw new IOException("an event has no cursor");
        }
        return event.id();
    }

    /// @return false where the stream is closed
    private synchronized boolean beginWaiting() {
        waitingSinceNanos = System.nanoTime();
        return !over;
    }

    /// @return false where the stream is closed
    private synchronized boolean endWaiting() {
        waitingSinceNanos = null;
        return !over;
    }

    private synchronized boolean isOpen() {
        return !over;
    }

    /// @return whether it was open
    private synchronized boolean close() {
        boolean wasOpen = !over;
        over = true;
        return wasOpen;
    }

    private void watch() {
        try {
            while (isOpen() && !reader.join(silenceLeft())) {
                if (silent()) {
                    listener.ended(LiveEnd.LOST);
                }
            }
        } catch (InterruptedException nobodyKnowsThisThread) {
            throw new AssertionError(nobodyKnowsThisThread);
        }
    }

    private synchronized Duration silenceLeft() {
        Long since = waitingSinceNanos;
        return since == null
                ? silenceMax
                : silenceMax.minusNanos(System.nanoTime() - since).plusMillis(1);
    }

    /// Closes the stream where the server has been silent for too long.
    private synchronized boolean silent() {
        Long since = waitingSinceNanos;
        if (over || since == null || System.nanoTime() - since < silenceMax.toNanos()) {
            return false;
        }
        over = true;
        reader.interrupt();
        return true;
    }
}
