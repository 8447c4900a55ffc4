package io.reconverge.bench.scenario;

import io.netty.buffer.ByteBuf;
import io.reconverge.bench.load.Gets;
import io.reconverge.bench.load.Load;
import io.reconverge.bench.load.RawExchange;
import io.reconverge.bench.load.Requests;
import io.reconverge.bench.load.Uploads;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Row;
import io.reconverge.parts.fleet.Fleet;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// Files up and down, against the object store itself, which is sent the same bytes by the same
/// client over presigned links.
public final class Media implements Scenario {
    private static final List<Integer> SIZES = List.of(1, 16);
    private static final int CONNECTIONS = 4;
    private static final Duration LINK = Duration.ofHours(12);
    private static final String PATH = "/v1/spaces/me/media";

    @Override
    public String name() {
        return "media";
    }

    @Override
    public Findings run(Stage stage) {
        Findings found =
                Findings.of(
                        name(),
                        "Files up and down: how much a second, against the object store itself?");
        Fleet.StoreAccess store = stage.fleet().store();
        try (S3Presigner presigner =
                S3Presigner.builder()
                        .endpointOverride(store.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                store.accessKey(), store.secretKey())))
                        .serviceConfiguration(
                                S3Configuration.builder().pathStyleAccessEnabled(true).build())
                        .build()) {
            for (int size : stage.settings().quick() ? SIZES.subList(0, 1) : SIZES) {
                measure(stage, found, store, presigner, size);
            }
        }
        return found;
    }

    private static void measure(
            Stage stage, Findings found, Fleet.StoreAccess store, S3Presigner presigner, int size) {
        Load load = stage.load();
        URI gateway = stage.fleet().gateway();
        Duration time = stage.settings().window();
        String token = stage.token("media");
        var up =
                new Uploads(
                        size,
                        length ->
                                Requests.head(
                                        "POST",
                                        gateway,
                                        PATH + "?fileName=bench.bin",
                                        token,
                                        "Content-Type: application/octet-stream\r\n",
                                        length));
        var upToStore =
                new Uploads(
                        size,
                        length ->
                                Requests.unsigned(
                                        "PUT",
                                        store.endpoint(),
                                        put(presigner, store, "bench/" + UUID.randomUUID()),
                                        length));
        load.saturate(gateway, up, CONNECTIONS, time);
        load.saturate(store.endpoint(), upToStore, CONNECTIONS, time);
        Duel uploads =
                Duel.of(
                        stage,
                        () -> load.saturate(gateway, up, CONNECTIONS, time),
                        () -> load.saturate(store.endpoint(), upToStore, CONNECTIONS, time));
        rows(found, "%d MiB up".formatted(size), uploads);

        String id = "bench-%d".formatted(size);
        once(
                gateway,
                new Uploads(
                        size,
                        length ->
                                Requests.head(
                                        "POST",
                                        gateway,
                                        PATH + "?fileName=bench.bin&mediaId=" + id,
                                        token,
                                        "Content-Type: application/octet-stream\r\n",
                                        length)));
        once(
                store.endpoint(),
                new Uploads(
                        size,
                        length ->
                                Requests.unsigned(
                                        "PUT",
                                        store.endpoint(),
                                        put(presigner, store, "bench/" + id),
                                        length)));
        var down = new Gets(gateway, List.of(token), PATH + "/" + id, size);
        var downFromStore =
                new Gets(
                        Requests.unsigned(
                                "GET", store.endpoint(), get(presigner, store, "bench/" + id), -1),
                        size);
        load.saturate(gateway, down, CONNECTIONS, time);
        load.saturate(store.endpoint(), downFromStore, CONNECTIONS, time);
        Duel downloads =
                Duel.of(
                        stage,
                        () -> load.saturate(gateway, down, CONNECTIONS, time),
                        () -> load.saturate(store.endpoint(), downFromStore, CONNECTIONS, time));
        rows(found, "%d MiB down".formatted(size), downloads);
    }

    private static void once(URI server, Uploads uploads) {
        ByteBuf request = uploads.next(0, 0);
        byte[] bytes = new byte[request.readableBytes()];
        request.readBytes(bytes);
        RawExchange exchange = RawExchange.of(server, bytes);
        if (exchange.status() / 100 != 2) {
            throw new IllegalStateException(
                    "an upload was answered %d: %s".formatted(exchange.status(), exchange.body()));
        }
    }

    private static void rows(Findings found, String condition, Duel duel) {
        row(found, "reconverge", condition, duel.ours(), duel.ratio());
        row(found, "object store", condition, duel.theirs(), 1);
    }

    private static void row(
            Findings found, String subject, String condition, Window window, double ratio) {
        Row.Builder row =
                Row.of(subject, condition)
                        .with("MiB/s", window.outcome().perSecond())
                        .with("of the store's", ratio)
                        .with("p50 ms", window.outcome().millis(50))
                        .with("p99 ms", window.outcome().millis(99))
                        .with("failed", window.outcome().failed());
        for (String kind : List.of("gateway", "media", "store", "postgres")) {
            row.with(kind + " ms a MiB", window.cpuMicros(kind) / 1e3);
        }
        found.rows().add(row.row());
    }

    private static String put(S3Presigner presigner, Fleet.StoreAccess store, String key) {
        return presigner
                .presignPutObject(link ->
                        link.signatureDuration(LINK)
                                .putObjectRequest(object -> object.bucket(store.bucket()).key(key)))
                .url()
                .getFile();
    }

    private static String get(S3Presigner presigner, Fleet.StoreAccess store, String key) {
        return presigner
                .presignGetObject(link ->
                        link.signatureDuration(LINK)
                                .getObjectRequest(object -> object.bucket(store.bucket()).key(key)))
                .url()
                .getFile();
    }
}
