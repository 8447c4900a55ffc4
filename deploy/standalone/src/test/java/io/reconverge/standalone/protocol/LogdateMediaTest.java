package io.reconverge.standalone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.standalone.Pipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Media of LogDate's notes: in JSON and in forms, back as bytes and in JSON.
@OnParts
@Protocol("LogDate")
class LogdateMediaTest {

    private static final String SYNC = "/api/v1/sync";
    private static final String CONTENT = "5f3c8a77-0d7e-4c55-b0c8-64a3f1d2e901";
    private static final byte[] PIER = {-1, -40, -1, -32, 0, 16};
    private static final String BOUNDARY = "tide";

    /// Of a medium in one request, as the media service has it by default.
    private static final int PLAIN_MAX_BYTES = 100 * 1024 * 1024;

    private final Person person = Person.of(SYNC);
    private final Pipeline pipeline = person.pipeline();
    private final String user = person.user();

    @Test
    @Covers({
        "POST /sync/media",
        "GET /sync/media/{mediaId}",
        "accept an upload, store the blob, return mediaId and downloadUrl",
        "GET /sync/media/{mediaId} returns the bytes",
        "media upload and download, and refusal for size"
    })
    void a_medium_in_json_comes_back_as_bytes_and_in_json() throws Exception {
        String upload = Server.example("logdate/media-upload.json");
        JsonNode uploaded = Person.ok(json(upload));
        assertThat(uploaded.get("contentId").asString()).isEqualTo(CONTENT);
        assertThat(uploaded.get("uploadedAt").isIntegralNumber()).isTrue();
        String url = uploaded.get("downloadUrl").asString();
        assertThat(url)
                .isEqualTo(
                        pipeline.gateway() + SYNC + "/media/" + uploaded.get("mediaId").asString());

        HttpResponse<byte[]> bytes = bytes(request(url));
        assertThat(bytes.statusCode()).isEqualTo(200);
        assertThat(bytes.body()).isEqualTo(PIER);
        assertThat(bytes.headers().firstValue("Content-Type")).contains("image/jpeg");
        String tag = bytes.headers().firstValue("ETag").orElseThrow();

        HttpResponse<byte[]> part = bytes(request(url).header("Range", "bytes=1-2"));
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).containsExactly(-40, -1);
        assertThat(bytes(request(url).header("Range", "bytes=9-")).statusCode()).isEqualTo(416);
        assertThat(bytes(request(url).header("If-None-Match", tag)).statusCode()).isEqualTo(304);
        HttpResponse<byte[]> head = bytes(request(url).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.headers().firstValue("Content-Length")).contains("6");

        JsonNode inJson =
                Server.json(text(bytes(request(url).header("Accept", "application/json")).body()));
        ObjectNode sent = (ObjectNode) Server.json(upload);
        for (String name :
                new String[] {"contentId", "fileName", "mimeType", "sizeBytes", "data"}) {
            assertThat(inJson.get(name)).as(name).isEqualTo(sent.get(name));
        }
        assertThat(inJson.get("downloadUrl").asString()).isEqualTo(url);

        // nobody else has it
        String theirs = Server.someone();
        assertThat(pipeline.get(theirs, URI.create(url).getPath()).status()).isEqualTo(404);
        assertThat(pipeline.get(theirs, SYNC + "/media/none").json().get("code").asString())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    void base64_and_forms_are_taken_too_and_a_form_as_large_as_the_media_service_takes()
            throws Exception {
        ObjectNode upload = (ObjectNode) Server.json(Server.example("logdate/media-upload.json"));
        upload.put("data", Base64.getEncoder().encodeToString(PIER));
        JsonNode first = Person.ok(json(upload.toString()));
        assertThat(bytes(request(first.get("downloadUrl").asString())).body()).isEqualTo(PIER);

        byte[] film = new byte[8 * 1024 * 1024];
        new SplittableRandom(7).nextBytes(film);
        JsonNode second = Person.ok(form(Map.of("sizeBytes", "" + film.length), film));
        // a further upload for a note replaces the one before
        assertThat(second.get("mediaId")).isEqualTo(first.get("mediaId"));
        assertThat(bytes(request(second.get("downloadUrl").asString())).body()).isEqualTo(film);
        HttpResponse<byte[]> inJson =
                bytes(
                        request(second.get("downloadUrl").asString())
                                .header("Accept", "application/json"));
        assertThat(Server.json(text(inJson.body())).get("data")).hasSize(film.length);
    }

    @Test
    @Covers({"media references in the content change feed", "size limits, 413 when too large"})
    void the_feed_names_a_notes_medium_whichever_comes_first_and_what_is_too_large_is_a_413() {
        note(CONTENT, "IMAGE", null);
        JsonNode before = person.got("/content/changes");
        assertThat(before.at("/changes/0").has("mediaId")).isFalse();
        long seen = before.get("lastTimestamp").asLong();
        JsonNode uploaded = Person.ok(json(Server.example("logdate/media-upload.json")));
        JsonNode after = person.got("/content/changes?since=" + seen).at("/changes/0");
        assertThat(after.get("id").asString()).isEqualTo(CONTENT);
        assertThat(after.get("mediaId")).isEqualTo(uploaded.get("mediaId"));
        assertThat(after.get("downloadUrl")).isEqualTo(uploaded.get("downloadUrl"));
        // the upload is no edit of the note: its version, and so the sender's, still stands
        assertThat(after.get("serverVersion").asLong()).isEqualTo(1);

        Person.ok(json(Server.example("logdate/media-upload.json").replace(CONTENT, "n-2")));
        note("n-2", "VIDEO", null);
        note("n-3", "TEXT", uploaded.get("downloadUrl").asString());
        JsonNode all = person.got("/content/changes").get("changes");
        assertThat(all).hasSize(3).allMatch(row -> row.has("mediaId"));

        JsonNode media = person.got("/media/changes");
        assertThat(media.get("changes")).hasSize(2);
        assertThat(media.at("/changes/0/contentId").asString()).isEqualTo(CONTENT);
        assertThat(media.at("/changes/0/sizeBytes").asInt()).isEqualTo(6);
        pipeline.send(
                pipeline.request(
                                user,
                                "/v1/spaces/me/entities/media/"
                                        + uploaded.get("mediaId").asString())
                        .DELETE()
                        .build());
        assertThat(person.got("/media/changes").at("/deletions/0/mediaId"))
                .isEqualTo(uploaded.get("mediaId"));

        Pipeline.Answer tooLarge = form(Map.of(), new byte[PLAIN_MAX_BYTES + 1]);
        assertThat(tooLarge.status()).as(tooLarge.body()).isEqualTo(413);
        assertThat(tooLarge.json().get("code").asString()).isEqualTo("PAYLOAD_TOO_LARGE");
        String large =
                Server.example("logdate/media-upload.json")
                        .replace("16]", "16" + ",7".repeat(8_500_000) + "]");
        assertThat(json(large).status()).isEqualTo(413);
    }

    @Test
    void what_is_not_what_it_says_is_refused() {
        String upload = Server.example("logdate/media-upload.json");
        Stream.of(
                        upload.replace("\"sizeBytes\": 6", "\"sizeBytes\": 7"),
                        upload.replace("\"sizeBytes\": 6", "\"sizeBytes\": 0"),
                        upload.replace("-40", "1000"),
                        upload.replace("[-1, -40, -1, -32, 0, 16]", "\"not Base64!\""),
                        upload.replace("\"data\"", "\"bytes\""),
                        upload.replace("image/jpeg", "picture"),
                        upload.replace("pier.jpg", "up/pier.jpg"),
                        upload.substring(0, 40),
                        "[]",
                        "")
                .forEach(wrong -> {
                    Pipeline.Answer refused = json(wrong);
                    assertThat(refused.status()).as(wrong).isEqualTo(400);
                    assertThat(refused.json().get("code").asString()).isEqualTo("VALIDATION_ERROR");
                });
        assertThat(form(Map.of("sizeBytes", "7"), PIER).body())
                .contains("sizeBytes does not match");
        assertThat(form(Map.of("sizeBytes", "5"), PIER).status()).isEqualTo(400);
        assertThat(form(Map.of("sizeBytes", "0"), PIER).status()).isEqualTo(400);
        assertThat(form(Map.of("contentId", ""), PIER).status()).isEqualTo(400);
        for (String form :
                List.of(
                        "",
                        "no form",
                        "--tide\r\n",
                        "--tide\r\nContent-Disposition: form-data; name=\"contentId\"\r\n\r\nn\r\n--tide--\r\n",
                        "--tide\r\nContent-Disposition: form-data; name=\"data\"; filename=\"f\"\r\n\r\nx\r\n--tide--\r\n")) {
            for (String type :
                    List.of("multipart/form-data; boundary=tide", "multipart/form-data")) {
                assertThat(multipart(type, form.getBytes(StandardCharsets.UTF_8)).status())
                        .as(type + form)
                        .isEqualTo(400);
            }
        }
        assertThat(person.got("/media/changes").get("changes")).isEmpty();
    }

    @Test
    @Covers("sync starts, stops, errors, conflicts and retries are logged and counted")
    void what_is_asked_is_counted_by_how_it_ends() {
        note("n-1", "TEXT", null);
        note("n-1", "TEXT", null);
        pipeline.post(user, SYNC + "/content", "{}");
        pipeline.post(
                user,
                SYNC + "/content/n-1",
                "{\"lastUpdated\": 2, \"clientLastKnownServerVersion\": 0}");
        for (String outcome : new String[] {"answered", "refused", "conflict"}) {
            assertThat(
                            pipeline.counted(
                                    "reconverge.gateway.protocol.requests",
                                    "protocol",
                                    "logdate",
                                    "outcome",
                                    outcome))
                    .as(outcome)
                    .isPositive();
        }
        for (String outcome : new String[] {"applied", "duplicate", "conflict"}) {
            assertThat(
                            pipeline.counted(
                                    "reconverge.gateway.protocol.changes",
                                    "protocol",
                                    "logdate",
                                    "outcome",
                                    outcome))
                    .as(outcome)
                    .isPositive();
        }
    }

    private Pipeline.Answer json(String body) {
        return pipeline.post(user, SYNC + "/media", body);
    }

    /// @param other fields that differ from the example
    private Pipeline.Answer form(Map<String, String> other, byte[] file) {
        StringBuilder head = new StringBuilder();
        Map<String, String> fields =
                new LinkedHashMap<>(
                        Map.of(
                                "contentId", CONTENT,
                                "fileName", "film.mp4",
                                "mimeType", "video/mp4",
                                "sizeBytes", "" + file.length,
                                "deviceId", "phone-1"));
        fields.putAll(other);
        fields.forEach((name, value) ->
                head.append(
                        "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                                .formatted(BOUNDARY, name, value)));
        head.append(
                "--%s\r\nContent-Disposition: form-data; name=\"data\"; filename=\"film.mp4\"\r\nContent-Type: video/mp4\r\n\r\n"
                        .formatted(BOUNDARY));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        body.writeBytes(file);
        body.writeBytes("\r\n--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.UTF_8));
        return multipart("multipart/form-data; boundary=" + BOUNDARY, body.toByteArray());
    }

    private Pipeline.Answer multipart(String type, byte[] body) {
        return pipeline.send(
                pipeline.request(user, SYNC + "/media")
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build());
    }

    private void note(String id, String type, @Nullable String mediaUri) {
        ObjectNode note = (ObjectNode) Server.json("{}");
        note.put("id", id).put("type", type).put("content", "The pier").put("mediaUri", mediaUri);
        note.put("createdAt", 1).put("lastUpdated", 1);
        Person.ok(pipeline.post(user, SYNC + "/content", note.toString()));
    }

    private HttpRequest.Builder request(String url) {
        return pipeline.request(user, URI.create(url).getRawPath());
    }

    private static HttpResponse<byte[]> bytes(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
