package io.reconverge.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

class ObjectStoreTest {
    private static final String NAME = "things";
    private static final int MIB = 1024 * 1024;

    @TempDir Path directory;

    @Test
    void objects_survive_a_stop_and_a_start() {
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME)) {
            URI endpoint = store.endpoint();
            bucket.put("a/b", bytes(1_000));

            store.stop();
            assertThatThrownBy(() -> bucket.get("a/b"));
            store.start();

            assertThat(store.endpoint()).isEqualTo(endpoint);
            assertThat(bucket.get("a/b")).isEqualTo(bytes(1_000));
        }
        try (ObjectStore again = started();
                Bucket bucket = Bucket.of(again, NAME)) {
            assertThat(bucket.get("a/b")).isEqualTo(bytes(1_000));
        }
    }

    @Test
    void what_was_acknowledged_survives_a_kill() throws Exception {
        try (var owner = OwnerProcess.start(StoreOwner.class, directory)) {
            String[] said = owner.said().split(" ");
            URI endpoint = URI.create(said[0]);
            try (Bucket bucket = Bucket.of(endpoint, said[1], said[2], NAME)) {
                bucket.put("whole", bytes(100_000));
                String upload = bucket.begin("of-parts");
                CompletedPart part = bucket.uploadPart("of-parts", upload, 1, bytes(5 * MIB));
                owner.kill();

                try (ObjectStore store = ObjectStore.start(directory, endpoint.getPort())) {
                    assertThat(store.endpoint()).isEqualTo(endpoint);
                    assertThat(bucket.get("whole")).isEqualTo(bytes(100_000));
                    assertThat(bucket.parts("of-parts", upload))
                            .singleElement()
                            .returns(5L * MIB, Part::size);
                    bucket.complete("of-parts", upload, List.of(part));
                    assertThat(bucket.get("of-parts")).isEqualTo(bytes(5 * MIB));
                }
            }
        }
    }

    @Test
    void an_object_is_read_whole_or_in_part() {
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME)) {
            byte[] content = bytes(1_000);
            bucket.put("ranges", content);
            assertThat(bucket.get("ranges", "bytes=10-19"))
                    .isEqualTo(Arrays.copyOfRange(content, 10, 20));
            assertThat(bucket.get("ranges", "bytes=990-"))
                    .isEqualTo(Arrays.copyOfRange(content, 990, 1_000));
            assertThat(bucket.get("ranges", "bytes=-1"))
                    .isEqualTo(Arrays.copyOfRange(content, 999, 1_000));
            assertRefused(416, () -> bucket.get("ranges", "bytes=1000-"));
        }
    }

    @Test
    void an_object_has_its_type_and_is_put_only_once_by_who_asks_for_that() {
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME)) {
            putOnce(bucket, "picture");
            var head = bucket.client().headObject(of -> of.bucket(NAME).key("picture")).join();
            assertThat(head.contentLength()).isEqualTo(1_000);
            assertThat(head.contentType()).isEqualTo("image/png");
            assertRefused(412, () -> putOnce(bucket, "picture"));
        }
    }

    private static void putOnce(Bucket bucket, String key) {
        bucket.client()
                .putObject(
                        of -> of.bucket(NAME).key(key).contentType("image/png").ifNoneMatch("*"),
                        AsyncRequestBody.fromBytes(bytes(1_000)))
                .join();
    }

    @Test
    void a_deleted_object_is_gone_and_may_be_deleted_again() {
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME)) {
            bucket.put("folder/brief", bytes(10));
            for (int time = 1; time <= 2; time++) {
                bucket.client().deleteObject(of -> of.bucket(NAME).key("folder/brief")).join();
                assertRefused(404, () -> bucket.get("folder/brief"));
            }
        }
    }

    @Test
    void parts_become_one_object_and_only_the_last_may_be_small() throws IOException {
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME)) {
            String upload = bucket.begin("of-parts");
            List<CompletedPart> parts =
                    List.of(
                            bucket.uploadPart("of-parts", upload, 1, bytes(5 * MIB)),
                            bucket.uploadPart("of-parts", upload, 2, bytes(6 * MIB)),
                            bucket.uploadPart("of-parts", upload, 3, bytes(17)));
            assertThat(bucket.parts("of-parts", upload))
                    .extracting(Part::partNumber, Part::size)
                    .containsExactly(tuple(1, 5L * MIB), tuple(2, 6L * MIB), tuple(3, 17L));
            bucket.complete("of-parts", upload, parts);

            byte[] whole = bucket.get("of-parts");
            assertThat(whole).hasSize(11 * MIB + 17).startsWith(bytes(5 * MIB)).endsWith(bytes(17));
            assertThat(bucket.get("of-parts", "bytes=5242878-5242881"))
                    .isEqualTo(Arrays.copyOfRange(whole, 5 * MIB - 2, 5 * MIB + 2));
            assertThat(
                            bucket.client()
                                    .headObject(of -> of.bucket(NAME).key("of-parts"))
                                    .join()
                                    .contentType())
                    .isEqualTo("video/mp4");
            assertThat(bucket.uploads("")).isEmpty();
            assertThat(bytesOnDisk()).isEqualTo(whole.length);

            String other = bucket.begin("too-small");
            List<CompletedPart> small =
                    List.of(
                            bucket.uploadPart("too-small", other, 1, bytes(17)),
                            bucket.uploadPart("too-small", other, 2, bytes(17)));
            assertRefused(400, () -> bucket.complete("too-small", other, small));
        }
    }

    @Test
    void a_part_sent_again_replaces_the_first_and_an_unlisted_one_is_gone_at_the_end()
            throws IOException {
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME)) {
            String upload = bucket.begin("again");
            bucket.uploadPart("again", upload, 1, bytes(7 * MIB));
            CompletedPart one = bucket.uploadPart("again", upload, 1, bytes(5 * MIB));
            CompletedPart two = bucket.uploadPart("again", upload, 2, bytes(100));
            bucket.uploadPart("again", upload, 3, bytes(6 * MIB));
            bucket.complete("again", upload, List.of(one, two));
            assertThat(bucket.get("again")).hasSize(5 * MIB + 100);
            assertThat(bytesOnDisk()).isEqualTo(5 * MIB + 100);
        }
    }

    @Test
    void an_aborted_upload_leaves_nothing() throws IOException {
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME)) {
            String upload = bucket.begin("aborted");
            CompletedPart part = bucket.uploadPart("aborted", upload, 1, bytes(5 * MIB));
            assertThat(bucket.uploads("")).hasSize(1);
            bucket.abort("aborted", upload);
            assertThat(bucket.uploads("")).isEmpty();
            assertThat(bucket.objects("", null)).isEmpty();
            assertThat(bytesOnDisk()).isZero();
            assertRefused(404, () -> bucket.complete("aborted", upload, List.of(part)));
        }
    }

    @Test
    void uploads_under_way_are_listed_by_prefix() {
        Instant begin = Instant.now();
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME)) {
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                bucket.begin("others/" + i);
                keys.add("mine/" + i);
                bucket.begin("mine/" + i);
            }
            bucket.put("mine/whole", bytes(1));
            assertThat(bucket.uploads("mine/"))
                    .extracting(MultipartUpload::key)
                    .containsExactlyElementsOf(keys);
            assertThat(bucket.uploads("mine/"))
                    .extracting(MultipartUpload::initiated)
                    .allMatch(initiated -> initiated.isAfter(begin.minusSeconds(2)));
            assertThat(bucket.uploads("")).hasSize(10);
            assertThat(bucket.uploads("nobodys/")).isEmpty();
        }
    }

    @Test
    void objects_are_listed_by_prefix_and_after_a_key() {
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME)) {
            for (int i = 0; i < 5; i++) {
                bucket.put("mine/" + i, bytes(i));
                bucket.put("others/" + i, bytes(i));
            }
            String upload = bucket.begin("mine/unfinished");
            bucket.uploadPart("mine/unfinished", upload, 1, bytes(1_000));
            assertThat(bucket.objects("mine/", null))
                    .extracting(S3Object::key, S3Object::size)
                    .containsExactly(
                            tuple("mine/0", 0L),
                            tuple("mine/1", 1L),
                            tuple("mine/2", 2L),
                            tuple("mine/3", 3L),
                            tuple("mine/4", 4L));
            assertThat(bucket.objects("mine/", "mine/2"))
                    .extracting(S3Object::key)
                    .containsExactly("mine/3", "mine/4");
            assertThat(bucket.objects("", "mine/4")).hasSize(5);
            assertThat(bucket.objects("", null)).hasSize(10);
            assertThat(bucket.objects("nobodys/", null)).isEmpty();
        }
    }

    @Test
    void a_presigned_address_gives_the_name_and_type_that_were_signed() throws Exception {
        String disposition = "attachment; filename=\"a b.jpg\"; filename*=UTF-8''%C3%A4.jpg";
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME);
                HttpClient anyone = HttpClient.newHttpClient()) {
            bucket.put("given", bytes(1_000));
            URI address = presigned(store, "given", "image/jpeg", disposition);

            HttpResponse<byte[]> whole =
                    anyone.send(
                            HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray());
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.body()).isEqualTo(bytes(1_000));
            assertThat(whole.headers().firstValue("Content-Type")).hasValue("image/jpeg");
            assertThat(whole.headers().firstValue("Content-Disposition")).hasValue(disposition);

            HttpResponse<byte[]> part =
                    anyone.send(
                            HttpRequest.newBuilder(address).header("Range", "bytes=5-9").build(),
                            BodyHandlers.ofByteArray());
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes(1_000), 5, 10));

            URI altered = URI.create(address.toString().replace("jpeg", "html"));
            assertThat(status(anyone, altered)).isEqualTo(403);
        }
    }

    @Test
    void only_the_keys_open_it_and_only_their_owner_can_read_them() throws Exception {
        try (ObjectStore store = started();
                HttpClient anyone = HttpClient.newHttpClient()) {
            for (Bucket guess :
                    List.of(
                            Bucket.of(store.endpoint(), store.accessKey(), "guess", NAME),
                            Bucket.of(store.endpoint(), "guess", store.secretKey(), NAME))) {
                try (guess) {
                    assertRefused(403, () -> guess.put("a", bytes(1)));
                    assertRefused(403, () -> guess.get("a"));
                    assertRefused(403, () -> guess.objects("", null));
                }
            }
            try (Bucket bucket = Bucket.of(store, NAME)) {
                bucket.put("there", bytes(1));
            }
            assertThat(status(anyone, store.endpoint().resolve("/things/there"))).isEqualTo(403);
            assertThat(status(anyone, store.endpoint().resolve("/things"))).isEqualTo(403);
            assertThat(store.accessKey()).matches("[0-9a-f]{20}");
            assertThat(store.secretKey()).matches("[0-9a-f]{40}");
        }
        for (String file : List.of("access-key", "secret-key")) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(directory.resolve(file))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void a_bucket_is_made_once() {
        try (ObjectStore store = started();
                Bucket bucket = Bucket.of(store, NAME)) {
            bucket.put("kept", bytes(3));
            store.createBucket(NAME);
            assertThat(bucket.get("kept")).isEqualTo(bytes(3));
            assertThat(bucket.client().listBuckets().join().buckets())
                    .singleElement()
                    .returns(NAME, found -> found.name());
            assertThatThrownBy(() -> store.createBucket("../outside"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_taken_port_is_named() throws IOException {
        int port = Ports.free();
        try (var other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();
            assertThatThrownBy(() -> ObjectStore.start(directory, port))
                    .isInstanceOf(PortTakenException.class)
                    .hasMessage("port %d, which the object store needs, is taken", port);
        }
    }

    private ObjectStore started() {
        ObjectStore store = ObjectStore.start(directory, 0);
        store.createBucket(NAME);
        return store;
    }

    private static URI presigned(
            ObjectStore store, String key, String contentType, String disposition)
            throws Exception {
        try (var presigner =
                S3Presigner.builder()
                        .endpointOverride(store.endpoint())
                        .region(Region.of(store.region()))
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                store.accessKey(), store.secretKey())))
                        .serviceConfiguration(
                                S3Configuration.builder().pathStyleAccessEnabled(true).build())
                        .build()) {
            return presigner
                    .presignGetObject(presign ->
                            presign.signatureDuration(Duration.ofMinutes(5))
                                    .getObjectRequest(of ->
                                            of.bucket(NAME)
                                                    .key(key)
                                                    .responseContentType(contentType)
                                                    .responseContentDisposition(disposition)))
                    .url()
                    .toURI();
        }
    }

    private static int status(HttpClient anyone, URI address) throws Exception {
        return anyone.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static void assertRefused(int status, ThrowingCallable call) {
        assertThatThrownBy(call)
                .cause()
                .isInstanceOfSatisfying(
                        S3Exception.class,
                        refused -> assertThat(refused.statusCode()).isEqualTo(status));
    }

    private static byte[] bytes(int count) {
        byte[] content = new byte[count];
        new Random(42).nextBytes(content);
        return content;
    }

    /// What the bucket's objects and parts take.
    private long bytesOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("buckets"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    static final class StoreOwner {
        public static void main(String[] arguments) throws InterruptedException {
            ObjectStore store = ObjectStore.start(Path.of(arguments[0]), 0);
            store.createBucket(NAME);
            System.out.println(
                    "ready %s %s %s"
                            .formatted(store.endpoint(), store.accessKey(), store.secretKey()));
            Thread.currentThread().join();
        }
    }
}
