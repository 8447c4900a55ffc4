package io.reconverge.standalone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.standalone.Pipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;

/// Somebody who has nothing yet, and their requests to one protocol.
///
/// @param prefix of its paths
record Person(Pipeline pipeline, String user, String prefix) {

    static Person of(String prefix) {
        return new Person(Server.pipeline(), Server.someone(), prefix);
    }

    Pipeline.Answer post(String path, String body) {
        return pipeline.post(user, prefix + path, body);
    }

    Pipeline.Answer postEmpty(String path) {
        return pipeline.send(
                pipeline.request(user, prefix + path).POST(BodyPublishers.noBody()).build());
    }

    Pipeline.Answer postPacked(String path, String body) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return pipeline.send(
                pipeline.request(user, prefix + path)
                        .header("Content-Encoding", "gzip")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(packed.toByteArray()))
                        .build());
    }

    JsonNode ok(String path, String body) {
        return ok(post(path, body));
    }

    /// Sent again for as long as the answer is to come again, as clients do: a large request may be
    /// decided later than its sender is kept waiting.
    Pipeline.Answer persistently(String path, String body) {
        AtomicReference<Pipeline.Answer> last = new AtomicReference<>();
        Pipeline.until(
                path + " is answered",
                () -> {
                    last.set(post(path, body));
                    return last.get().status() != 503;
                });
        return last.get();
    }

    JsonNode got(String path) {
        return ok(pipeline.get(user, prefix + path));
    }

    static JsonNode ok(Pipeline.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    /// An entity as clients of `/v1` see it.
    JsonNode entity(String type, String id) {
        return pipeline.get(user, "/v1/spaces/me/entities/" + type + "/" + id).json();
    }

    /// The head of the space: how many changes its log has.
    long version() {
        return pipeline.get(user, "/v1/spaces/me/status").json().get("version").asLong();
    }
}
