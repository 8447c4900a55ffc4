package io.reconverge.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import io.reconverge.wire.WireJson;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.Disposable;

/// Listens to a live stream.
public final class Listener implements AutoCloseable {

    private static final ServerSentEvent<String> END =
            ServerSentEvent.<String>builder().event("end of stream").build();

    private final BlockingQueue<ServerSentEvent<String>> heard = new LinkedBlockingQueue<>();
    private final Disposable connection;

    private Listener(WebTestClient.RequestHeadersSpec<?> request) {
        this.connection =
                request.accept(MediaType.TEXT_EVENT_STREAM)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .returnResult(new ParameterizedTypeReference<ServerSentEvent<String>>() {})
                        .getResponseBody()
                        .doOnTerminate(() -> heard.add(END))
                        .subscribe(heard::add, _ -> {});
    }

    public static Listener to(WebTestClient client, String query) {
        return new Listener(client.get().uri("/v1/spaces/me/changes" + query));
    }

    /// Goes on after an event that an earlier stream brought.
    public static Listener after(WebTestClient client, String lastEventId) {
        return new Listener(
                client.get().uri("/v1/spaces/me/changes").header("Last-Event-ID", lastEventId));
    }

    /// One event.
    ///
    /// @param id the cursor
    public record Heard(@Nullable String event, String id, String data) {

        public Entity entity() {
            assertThat(event).isEqualTo("change");
            return WireJson.MAPPER.readValue(data, Entity.class);
        }

        public long version() {
            return Cursor.decode(id).orElseThrow().version();
        }
    }

    /// The next event, heartbeats passed over.
    public Heard next() {
        while (true) {
            ServerSentEvent<String> event = take();
            if (event.comment() != null && event.data() == null) {
                continue;
            }
            assertThat(event).as("the stream ended").isNotSameAs(END);
            return new Heard(
                    event.event(),
                    Objects.requireNonNull(event.id()),
                    Objects.requireNonNull(event.data()));
        }
    }

    public Entity nextChange() {
        return next().entity();
    }

    public Heard nextCaughtUp() {
        Heard heard = next();
        assertThat(heard.event()).isEqualTo("caught-up");
        return heard;
    }

    public void expectEnd() {
        ServerSentEvent<String> event = take();
        while (!event.equals(END)) {
            event = take();
        }
    }

    /// Waits until this many heartbeats came, and nothing else did.
    public void expectSilence(int heartbeats) {
        for (int i = 0; i < heartbeats; i++) {
            ServerSentEvent<String> event = take();
            assertThat(event.data()).as("no event but heartbeats").isNull();
            assertThat(event).isNotSameAs(END);
        }
    }

    private ServerSentEvent<String> take() {
        try {
            ServerSentEvent<String> event = heard.poll(15, TimeUnit.SECONDS);
            assertThat(event).as("something is heard in time").isNotNull();
            return Objects.requireNonNull(event);
        } catch (InterruptedException impatient) {
            throw new IllegalStateException(impatient);
        }
    }

    /// Cuts the connection.
    @Override
    public void close() {
        connection.dispose();
    }
}
