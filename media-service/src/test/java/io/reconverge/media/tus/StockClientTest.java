package io.reconverge.media.tus;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.media.Bytes;
import io.reconverge.media.Corner;
import io.reconverge.media.Media;
import io.reconverge.parts.OnParts;
import io.tus.java.client.TusClient;
import io.tus.java.client.TusURLMemoryStore;
import io.tus.java.client.TusUpload;
import io.tus.java.client.TusUploader;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The client that the makers of tus maintain for Java, as it comes.
@OnParts
class StockClientTest {

    private final Media media = Media.shared();
    private final String user = "user-" + UUID.randomUUID();

    @Test
    void a_stock_client_uploads_is_interrupted_and_goes_on() throws Exception {
        byte[] bytes = Bytes.random(1, 14 * 1024 * 1024);
        TusClient client = new TusClient();
        client.setUploadCreationURL(
                URI.create(media.url() + "/v1/spaces/me/media/uploads").toURL());
        client.setHeaders(Map.of("Authorization", "Bearer " + media.token(user)));
        client.enableResuming(new TusURLMemoryStore());

        TusUploader uploader = client.resumeOrCreateUpload(upload(bytes));
        uploader.setChunkSize(1024 * 1024);
        uploader.setRequestPayloadSize(4 * 1024 * 1024);
        for (int i = 0; i < 6; i++) {
            uploader.uploadChunk();
        }
        uploader.finish();

        TusUploader another = client.resumeUpload(upload(bytes));
        assertThat(another.getOffset()).isEqualTo(6 * 1024 * 1024);
        another.setChunkSize(1024 * 1024);
        while (another.uploadChunk() > -1) {
            // goes on
        }
        another.finish();

        Corner corner = media.corner();
        List<String> keys = corner.objects().keys(Corner.space(user) + "/");
        assertThat(keys).hasSize(1);
        assertThat(corner.objects().bytes(keys.getFirst())).isEqualTo(bytes);
        assertThat(
                        corner.rows(
                                        "select data ->> 'fileName' as name from entity where space_id = ?",
                                        Corner.space(user))
                                .getFirst()
                                .get("name"))
                .isEqualTo("film.mp4");
    }

    private static TusUpload upload(byte[] bytes) {
        TusUpload upload = new TusUpload();
        upload.setInputStream(new ByteArrayInputStream(bytes));
        upload.setSize(bytes.length);
        upload.setFingerprint("film");
        upload.setMetadata(Map.of("filename", "film.mp4", "filetype", "video/mp4"));
        return upload;
    }
}
