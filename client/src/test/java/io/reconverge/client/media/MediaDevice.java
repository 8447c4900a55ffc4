package io.reconverge.client.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.reconverge.client.SteppingClock;
import io.reconverge.client.http.Origin;
import io.reconverge.client.replica.Page;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.replica.Space;
import io.reconverge.wire.Entity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A replica and a library in a folder, with a clock and timers that a test moves.
public final class MediaDevice implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    public final SteppingClock clock = new SteppingClock();
    final ManualTimers timers = new ManualTimers(clock);
    public final Replica replica;
    public final MediaLibrary library;

    public MediaDevice(Path folder, URI server, MediaSettings settings) throws IOException {
        this(folder, server, settings, ReplicaSettings.defaults());
    }

    public MediaDevice(
            Path folder, URI server, MediaSettings settings, ReplicaSettings replicaSettings)
            throws IOException {
        replica =
                Replica.open(
                        folder.resolve("replica.db"), replicaSettings, clock, UUID::randomUUID);
        Origin origin =
                new Origin(
                        server, HTTP, () -> token("ann"), replica::claim, Duration.ofSeconds(10));
        library =
                MediaLibrary.open(
                        replica,
                        folder.resolve("media"),
                        origin,
                        settings,
                        clock,
                        timers,
                        new Random(1));
    }

    public static String token(String subject) {
        return "e30."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"sub\":\"%s\"}".formatted(subject).getBytes(UTF_8))
                + ".x";
    }

    public MediaItem add(String mediaId, byte[] bytes) throws IOException {
        clock.pass(Duration.ofMillis(1));
        return library.add(
                "me",
                new ByteArrayInputStream(bytes),
                new MediaDetails(mediaId, mediaId + ".jpg", null, null));
    }

    public UploadResult upload() throws Exception {
        return library.upload().get(30, TimeUnit.SECONDS);
    }

    public MediaItem item(String mediaId) {
        return library.get("me", mediaId).orElseThrow();
    }

    /// The feed shows an entity.
    public void shows(Entity entity) {
        Space me = replica.me();
        me.exchange()
                .page(
                        me.exchange().place().cursor(),
                        new Page(List.of(entity), "c" + entity.version(), entity.version(), false));
    }

    public static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(size).nextBytes(bytes);
        return bytes;
    }

    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come to pass: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        library.close();
        replica.close();
    }
}
