package io.reconverge.client.http;

import io.reconverge.client.replica.Batch;
import io.reconverge.client.replica.Page;
import io.reconverge.client.sync.Pushed;
import io.reconverge.client.sync.Reply;
import io.reconverge.client.sync.Transport;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.WireJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Sync over HTTP, as the contract has it. Replies come on threads of their own.
///
/// What a proxy or a login page answers counts as a failure of the network; an answer that breaks
/// off, or is not what the contract says, as well. A cursor that the server does not take for one
/// counts as expired: there is nothing else to do about it.
public final class HttpTransport implements Transport {

    /// Smaller bodies gain nothing.
    private static final int PACKED_FROM_BYTES = 1024;

    /// How long the server may wait for what becomes of a batch. What takes longer is pending.
    private static final Duration PATIENCE_MAX = Duration.ofSeconds(15);

    /// Three heartbeats.
    private static final Duration SILENCE_MAX = Duration.ofSeconds(45);

    private final Origin origin;
    private final Requests requests;
    private final Duration silenceMax;
    private final String prefer;

    /// @param requestTimeout for the whole of a request, from asking for a token to the answer's
    ///   last byte; at least a second. Live streams have none
    public HttpTransport(Origin origin, Duration requestTimeout) {
        this(origin, requestTimeout, SILENCE_MAX);
    }

    /// @param silenceMax for which a live stream may bring nothing
    HttpTransport(Origin origin, Duration requestTimeout, Duration silenceMax) {
        this.origin = origin;
        this.requests = new Requests(origin, requestTimeout);
        this.silenceMax = silenceMax;
        long patience = Math.clamp(requestTimeout.toSeconds() / 3, 1, PATIENCE_MAX.toSeconds());
        this.prefer = "wait=" + patience;
    }

    @Override
    public Call push(String space, Batch batch, Consumer<Reply<Pushed>> then) {
        return requests.send(
                () -> push(space, batch), (_, body) -> Answers.pushed(body, batch.changes()), then);
    }

    private HttpRequest.Builder push(String space, Batch batch)
            throws IOException, SignedOutException {
        byte[] body = bodyOf(batch);
        HttpRequest.Builder request =
                origin.request(pathOf(space) + "/sync")
                        .header("Content-Type", "application/json")
                        .header("Prefer", prefer);
        if (body.length > PACKED_FROM_BYTES) {
            body = packed(body);
            request.header("Content-Encoding", "gzip");
        }
        return request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private static byte[] bodyOf(Batch batch) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator out = WireJson.MAPPER.createGenerator(body)) {
            out.writeStartObject();
            out.writeStringProperty("deviceId", batch.deviceId());
            out.writeArrayPropertyStart("changes");
            for (Change change : batch.changes()) {
                out.writePOJO(change);
            }
            out.writeEndArray();
            // null is said: from the beginning
            out.writeStringProperty("cursor", batch.cursor());
            out.writeNumberProperty("limit", batch.limit());
            out.writeEndObject();
        }
        return body.toByteArray();
    }

    private static byte[] packed(byte[] body) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(body.length / 4);
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(body);
        } catch (IOException memoryDoesNotFail) {
            throw new UncheckedIOException(memoryDoesNotFail);
        }
        return packed.toByteArray();
    }

    @Override
    public Call receipts(
            String space, List<UUID> changeIds, Consumer<Reply<List<ChangeResult>>> then) {
        String query =
                changeIds.stream().map(id -> "changeId=" + id).collect(Collectors.joining("&"));
        return requests.send(
                () -> origin.request(pathOf(space) + "/receipts?" + query),
                (_, body) -> Answers.receipts(body),
                then);
    }

    @Override
    public Call page(
            String space,
            String deviceId,
            @Nullable String cursor,
            int limit,
            Consumer<Reply<Page>> then) {
        String query =
                "limit=" + limit + (cursor == null ? "" : "&cursor=" + Origin.encoded(cursor));
        return requests.send(
                () -> changes(space, deviceId, query), (_, body) -> Answers.page(body), then);
    }

    @Override
    public Call live(String space, String deviceId, String cursor, Live listener) {
        return LiveStream.open(
                origin,
                () -> changes(space, deviceId, "cursor=" + Origin.encoded(cursor)),
                listener,
                silenceMax);
    }

    private HttpRequest.Builder changes(String space, String deviceId, String query)
            throws IOException, SignedOutException {
        return origin.request(pathOf(space) + "/changes?" + query).header("Device-Id", deviceId);
    }

    private static String pathOf(String space) {
        return "/v1/spaces/" + Origin.encoded(space);
    }
}
