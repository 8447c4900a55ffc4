package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.wire.SpaceId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Files, from one device to another, through the one origin that clients know.
@OnParts
class PipelineMediaTest {

    private static final String MEDIA = "/v1/spaces/me/media";

    private static Pipeline pipeline;

    @BeforeAll
    static void start() {
        pipeline =
                Pipeline.start(
                        "media",
                        Map.of(
                                "reconverge.media.sweep.grace", "1s",
                                "reconverge.media.sweep.recheck", "1s",
                                "reconverge.media.sweep.every", "1s"));
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void a_file_of_one_device_is_in_the_feed_of_another_which_gets_its_bytes() throws Exception {
        byte[] picture = bytes(300_000);
        Pipeline.Answer put =
                pipeline.send(
                        pipeline.request("ann", MEDIA + "?fileName=pier.jpg&attachedTo=note/n-1")
                                .header("Content-Type", "image/jpeg")
                                .header("Device-Id", "phone")
                                .POST(BodyPublishers.ofByteArray(picture))
                                .build());
        assertThat(put.status()).as(put.body()).isEqualTo(201);

        JsonNode changes = pipeline.get("ann", "/v1/spaces/me/changes").json().get("changes");
        assertThat(changes.size()).isEqualTo(1);
        assertThat(changes.get(0)).isEqualTo(put.json());
        assertThat(changes.at("/0/data/attachedTo/id").asString()).isEqualTo("n-1");

        String address = put.headers().firstValue("Location").orElseThrow();
        assertThat(got("ann", address, 200)).isEqualTo(picture);
        HttpResponse<byte[]> range =
                raw(pipeline.request("ann", address).header("Range", "bytes=100-199").build());
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.body()).isEqualTo(Arrays.copyOfRange(picture, 100, 200));

        // straight from the store, with no token
        HttpResponse<byte[]> link =
                raw(pipeline.request("ann", address + "?redirect=true").build());
        assertThat(link.statusCode()).isEqualTo(307);
        URI store = URI.create(link.headers().firstValue("Location").orElseThrow());
        assertThat(raw(HttpRequest.newBuilder(store).build()).body()).isEqualTo(picture);

        String theirs = address.replace("/me/", "/" + SpaceId.personal("ann") + "/");
        assertThat(raw(pipeline.request("bob", theirs).build()).statusCode()).isEqualTo(403);
        assertThat(raw(pipeline.request("bob", address).build()).statusCode()).isEqualTo(404);
    }

    @Test
    void a_large_file_comes_in_pieces_and_goes_when_its_entity_does() throws Exception {
        byte[] film = bytes(12 * 1024 * 1024);
        String uploads = MEDIA + "/uploads";
        Pipeline.Answer begun =
                pipeline.send(
                        pipeline.request("cid", uploads)
                                .header("Tus-Resumable", "1.0.0")
                                .header("Upload-Length", Integer.toString(film.length))
                                .header("Upload-Metadata", "mediaId ZmlsbQ==")
                                .POST(BodyPublishers.noBody())
                                .build());
        assertThat(begun.status()).as(begun.body()).isEqualTo(201);
        String upload = begun.headers().firstValue("Location").orElseThrow();
        int half = 7_000_000;
        patch(upload, 0, Arrays.copyOf(film, half));
        Pipeline.Answer last = patch(upload, half, Arrays.copyOfRange(film, half, film.length));
        assertThat(last.headers().firstValue("Entity-Version")).contains("1");
        assertThat(got("cid", MEDIA + "/film", 200)).isEqualTo(film);

        Pipeline.Answer deleted =
                pipeline.send(
                        pipeline.request("cid", "/v1/spaces/me/entities/media/film")
                                .DELETE()
                                .build());
        assertThat(deleted.status()).isEqualTo(204);
        got("cid", MEDIA + "/film", 410);
        Pipeline.until("its bytes went", () -> isSwept(film.length));
    }

    /// Whether neither a blob of that size is there nor anything that is to be removed.
    private static boolean isSwept(int size) {
        try (Connection database =
                        DriverManager.getConnection(
                                pipeline.isolation().jdbcUrl(),
                                Parts.shared().database().user(),
                                Parts.shared().database().password());
                ResultSet left =
                        database.createStatement()
                                .executeQuery(
                                        "select 1 from blob where size = %d union all select 2 from garbage"
                                                .formatted(size))) {
            return !left.next();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Pipeline.Answer patch(String upload, int offset, byte[] bytes) {
        Pipeline.Answer answer =
                pipeline.send(
                        pipeline.request("cid", upload)
                                .header("Tus-Resumable", "1.0.0")
                                .header("Upload-Offset", Integer.toString(offset))
                                .header("Content-Type", "application/offset+octet-stream")
                                .method("PATCH", BodyPublishers.ofByteArray(bytes))
                                .build());
        assertThat(answer.status()).as(answer.body()).isEqualTo(204);
        return answer;
    }

    private static byte[] got(String user, String path, int status) throws Exception {
        HttpResponse<byte[]> answer = raw(pipeline.request(user, path).build());
        assertThat(answer.statusCode()).isEqualTo(status);
        return answer.body();
    }

    private static HttpResponse<byte[]> raw(HttpRequest request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }
    }
}
