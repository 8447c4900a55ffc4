package io.reconverge.standalone.protocol;

import io.reconverge.standalone.Pipeline;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One pipeline for all tests of protocols: they keep apart by their users.
final class Server {

    private static @Nullable Pipeline pipeline;

    private Server() {}

    static synchronized Pipeline pipeline() {
        if (pipeline == null) {
            pipeline = Pipeline.start("protocols", Map.of());
        }
        return pipeline;
    }

    /// A user that no other test has.
    static String someone() {
        return "user-" + UUID.randomUUID();
    }

    /// A document's example.
    ///
    /// @param name such as `logdate/upload.json`
    static String example(String name) {
        try (InputStream in = Server.class.getResourceAsStream("/protocols/" + name)) {
            return new String(
                    Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static JsonNode json(String text) {
        return WireJson.MAPPER.readTree(text);
    }
}
