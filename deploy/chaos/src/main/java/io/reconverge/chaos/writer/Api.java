package io.reconverge.chaos.writer;

import io.reconverge.chaos.check.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/// The gateway, over plain HTTP, with a count of what it answers. Safe for many threads.
public final class Api implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(3))
                    .build();
    private final URI gateway;
    private final Map<String, AtomicLong> answers = new ConcurrentHashMap<>();

    public Api(URI gateway) {
        this.gateway = gateway;
    }

    /// @param body JSON, or empty
    public record Answer(int status, String body) {
        public JsonNode json() {
            return Json.parsed(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    /// @param headers name, value, name, value …
    /// @throws IOException when no answer came
    public Answer send(String method, String path, String token, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(gateway.resolve(path))
                        .timeout(PATIENCE)
                        .header("Authorization", "Bearer " + token)
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response =
                counted(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    /// @return the status
    /// @throws IOException when no answer came
    int upload(String path, String token, byte[] file) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.resolve(path))
                        .timeout(PATIENCE)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofByteArray(file))
                        .build();
        return counted(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /// A file's bytes; none where the answer is another than 200.
    ///
    /// @throws IOException when no answer came
    byte[] download(String path, String token) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.resolve(path))
                        .timeout(PATIENCE)
                        .header("Authorization", "Bearer " + token)
                        .build();
        HttpResponse<byte[]> response = counted(request, HttpResponse.BodyHandlers.ofByteArray());
        return response.statusCode() == 200 ? response.body() : new byte[0];
    }

    private <T> HttpResponse<T> counted(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        try {
            HttpResponse<T> response = http.send(request, handler);
            count(Integer.toString(response.statusCode()));
            return response;
        } catch (IOException none) {
            count("none");
            throw none;
        }
    }

    /// How often each status came; `none` where no answer came.
    public Map<String, Long> answers() {
        Map<String, Long> counts = new TreeMap<>();
        answers.forEach((status, count) -> counts.put(status, count.get()));
        return counts;
    }

    private void count(String status) {
        answers.computeIfAbsent(status, _ -> new AtomicLong()).incrementAndGet();
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
