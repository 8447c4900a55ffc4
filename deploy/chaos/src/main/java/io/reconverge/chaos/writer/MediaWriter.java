package io.reconverge.chaos.writer;

import io.reconverge.chaos.check.Evidence.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Uploads files, each until it is told that it is stored, and in the end asks for all of them. For
/// one thread.
public final class MediaWriter {
    private static final int BYTES_MAX = 200_000;
    private static final int CREATED = 201;

    private final String token;
    private final String space;
    private final Api api;
    private final Random random;
    private final Map<String, Long> stored = new LinkedHashMap<>();
    private volatile boolean stopping;

    /// @param space into which all of them go
    public MediaWriter(String token, String space, Api api, long seed) {
        this.token = token;
        this.space = space;
        this.api = api;
        this.random = new Random(seed);
    }

    /// Uploads until [#stop].
    public void run() {
        try {
            for (int i = 0; !stopping; i++) {
                upload("file-" + i, random.nextLong());
                Thread.sleep(random.nextInt(500));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    public void stop() {
        stopping = true;
    }

    private void upload(String id, long content) throws InterruptedException {
        while (!stopping) {
            try {
                int status =
                        api.upload(
                                "/v1/spaces/%s/media?fileName=%s.bin&mediaId=%s"
                                        .formatted(space, id, id),
                                token,
                                bytes(content));
                if (status == CREATED || status == 200) {
                    stored.put(id, content);
                    return;
                }
            } catch (IOException none) {
                // whatever became of it, it is sent again
            }
            Thread.sleep(random.nextInt(100, 1_000));
        }
    }

    /// What was told to be stored, and whether it comes back as it was. Once it has stopped.
    public List<StoredFile> files() throws IOException, InterruptedException {
        List<StoredFile> files = new ArrayList<>();
        for (Map.Entry<String, Long> each : stored.entrySet()) {
            byte[] back =
                    api.download("/v1/spaces/%s/media/%s".formatted(space, each.getKey()), token);
            files.add(
                    new StoredFile(
                            space, each.getKey(), Arrays.equals(back, bytes(each.getValue()))));
        }
        return files;
    }

    private static byte[] bytes(long content) {
        Random from = new Random(content);
        byte[] bytes = new byte[from.nextInt(1, BYTES_MAX)];
        from.nextBytes(bytes);
        return bytes;
    }
}
