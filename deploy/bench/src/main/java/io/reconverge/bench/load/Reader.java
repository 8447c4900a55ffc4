package io.reconverge.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/// One client that reads what is large, one answer after the other, and throws it away.
public final class Reader implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// @param lines line ends in the body
    public record Read(long bytes, long lines) {}

    /// @throws IllegalStateException for any status but 200
    public Read lines(URI uri, String token, String accept) {
        try (InputStream in = open(uri, token, accept)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long bytes = 0;
            long lines = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes += read;
                for (int i = 0; i < read; i++) {
                    if (buffer[i] == '\n') {
                        lines++;
                    }
                }
            }
            return new Read(bytes, lines);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String text(URI uri, String token) {
        try (InputStream in = open(uri, token, "application/json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private InputStream open(URI uri, String token, String accept) throws IOException {
        try {
            var answer =
                    client.send(
                            HttpRequest.newBuilder(uri)
                                    .header("Authorization", "Bearer " + token)
                                    .header("Accept", accept)
                                    .build(),
                            BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("%s: %d".formatted(uri, answer.statusCode()));
            }
            return answer.body();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
