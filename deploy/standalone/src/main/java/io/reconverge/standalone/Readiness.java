package io.reconverge.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Waits until a service says of itself that it is ready: its own start ends before its consumers
/// have their partitions.
final class Readiness {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Readiness() {}

    static void await(Listener listener, String address) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(address + "/actuator/health/readiness"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        long end = System.nanoTime() + LIMIT.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            String answer = answer(http, request);
            while (!answer.startsWith("200 ")) {
                if (System.nanoTime() > end) {
                    throw new CannotStart(
                            "The %s runs, but is not ready after %d s: %s"
                                    .formatted(listener.title(), LIMIT.toSeconds(), answer));
                }
                Thread.sleep(PAUSE);
                answer = answer(http, request);
            }
        }
    }

    private static String answer(HttpClient http, HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
