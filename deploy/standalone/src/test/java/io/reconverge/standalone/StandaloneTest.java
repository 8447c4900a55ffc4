package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What was acknowledged, addresses and tokens, over an orderly stop and over a kill of the whole
/// process.
class StandaloneTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int NOTES_A_ROUND = 40;

    @TempDir Path directory;

    @Test
    void nothing_acknowledged_is_lost_over_a_stop_and_a_kill() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient();
                var standalone = StandaloneProcess.on(directory.resolve("data"))) {
            standalone.start();
            String token = standalone.token("alice");
            List<Integer> ports = ports(standalone);
            List<String> acknowledged = new ArrayList<>(push(http, standalone, token, "first"));
            long database = standalone.database();
            standalone.stop();
            assertThat(isRunning(database)).isFalse();
            assertThat(standalone.said())
                    .anyMatch(line -> line.matches(" *database +stopped in .*"));

            standalone.start();
            assertThat(ports(standalone)).isEqualTo(ports);
            assertThat(pull(http, standalone, token)).containsExactlyElementsOf(acknowledged);
            acknowledged.addAll(push(http, standalone, token, "second"));
            long orphan = standalone.database();
            standalone.kill();
            await().atMost(Duration.ofSeconds(20)).until(() -> !isRunning(orphan));

            standalone.start();
            assertThat(ports(standalone)).isEqualTo(ports);
            assertThat(pull(http, standalone, token)).containsExactlyElementsOf(acknowledged);
            acknowledged.addAll(push(http, standalone, token, "third"));
            assertThat(pull(http, standalone, token))
                    .containsExactlyElementsOf(acknowledged)
                    .hasSize(3 * NOTES_A_ROUND);
        }
    }

    @Test
    void who_registers_syncs_with_the_token_that_they_get() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient();
                var standalone = StandaloneProcess.on(directory.resolve("data"))) {
            standalone.start();
            String registration =
                    """
                    {"email": "ann@example.org", "password": "a secret", "name": "Ann"}\
                    """;
            JsonNode registered = posted(http, standalone, "register", registration);
            JsonNode login = posted(http, standalone, "login", registration);
            assertThat(login.get("user")).isEqualTo(registered.get("user"));
            String token = login.get("token").asString();

            JsonNode synced =
                    answer(
                            http,
                            atApi(standalone, "/api/sync", token)
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    """
                                                    {"deviceId": "phone-1", "changes": [
                                                      {"localId": "i", "entityType": "item",
                                                       "operation": "create", "data": {"title": "Milk"}}]}\
                                                    """)));
            assertThat(synced.at("/data/acknowledged/0/success").asBoolean()).isTrue();
            JsonNode me = answer(http, atApi(standalone, "/api/auth/me", token).GET());
            assertThat(me.at("/user/email").asString()).isEqualTo("ann@example.org");
            assertThat(me.at("/user/name").asString()).isEqualTo("Ann");
            assertThat(me.at("/user/id")).isEqualTo(registered.at("/user/id"));
        }
    }

    private static JsonNode posted(
            HttpClient http, StandaloneProcess standalone, String path, String body)
            throws Exception {
        HttpResponse<String> response =
                http.send(
                        HttpRequest.newBuilder(
                                        URI.create(standalone.gateway() + "/api/auth/" + path))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isIn(200, 201);
        return JSON.readTree(response.body());
    }

    private static HttpRequest.Builder atApi(
            StandaloneProcess standalone, String path, String token) {
        return HttpRequest.newBuilder(URI.create(standalone.gateway() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    /// One request a note; returns the ids, in the order of their versions.
    private static List<String> push(
            HttpClient http, StandaloneProcess standalone, String token, String round)
            throws Exception {
        List<String> ids =
                IntStream.range(0, NOTES_A_ROUND).mapToObj(number -> round + "-" + number).toList();
        for (String id : ids) {
            String body =
                    """
                    {"deviceId": "phone-1",
                     "changes": [{"changeId": "%s", "type": "note", "id": "%s", "op": "put", "data": {"title": "Tide"}}]}
                    """
                            .formatted(UUID.randomUUID(), id);
            JsonNode answer =
                    answer(
                            http,
                            request(standalone, "/sync", token)
                                    .POST(HttpRequest.BodyPublishers.ofString(body)));
            assertThat(answer.at("/results/0/status").asString())
                    .as("%s", answer)
                    .isEqualTo("applied");
        }
        return ids;
    }

    /// The ids of everything in the space, in the order of their versions.
    private static List<String> pull(HttpClient http, StandaloneProcess standalone, String token)
            throws Exception {
        JsonNode answer = answer(http, request(standalone, "/changes?limit=1000", token).GET());
        return answer.get("changes")
                .valueStream()
                .map(entity -> entity.get("id").asString())
                .toList();
    }

    private static HttpRequest.Builder request(
            StandaloneProcess standalone, String path, String token) {
        return HttpRequest.newBuilder(URI.create(standalone.gateway() + "/v1/spaces/me" + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    private static JsonNode answer(HttpClient http, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static List<Integer> ports(StandaloneProcess standalone) {
        return List.of(
                standalone.port("broker"),
                standalone.port("database"),
                standalone.port("store"),
                standalone.port("issuer"),
                standalone.port("worker"),
                standalone.port("feed"),
                standalone.port("media"),
                standalone.port("management"));
    }

    private static boolean isRunning(long process) {
        return ProcessHandle.of(process).flatMap(handle -> handle.info().command()).isPresent();
    }
}
