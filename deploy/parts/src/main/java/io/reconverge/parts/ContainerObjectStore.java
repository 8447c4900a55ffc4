package io.reconverge.parts;

import java.net.URI;
import java.util.concurrent.CompletionException;
import org.testcontainers.containers.GenericContainer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/// MinIO's own image.
final class ContainerObjectStore implements ObjectStore {
    private static final String IMAGE = "minio/minio:RELEASE.2025-09-07T16-13-09Z";
    private static final int PORT_INSIDE = 9000;
    private static final String ACCESS_KEY = "reconverge";
    private static final String SECRET_KEY = "for-tests-only";

    private final GenericContainer<?> container;
    private final ContainerPart part;

    private ContainerObjectStore(GenericContainer<?> container, ContainerPart part) {
        this.container = container;
        this.part = part;
    }

    static ContainerObjectStore run() {
        GenericContainer<?> container =
                new GenericContainer<>(IMAGE)
                        .withExposedPorts(PORT_INSIDE)
                        .withEnv("MINIO_ROOT_USER", ACCESS_KEY)
                        .withEnv("MINIO_ROOT_PASSWORD", SECRET_KEY)
                        .withCommand("server", "/data");
        return new ContainerObjectStore(
                container, ContainerPart.start(container, PORT_INSIDE, () -> buckets(container)));
    }

    @Override
    public URI endpoint() {
        return endpoint(container);
    }

    @Override
    public String accessKey() {
        return ACCESS_KEY;
    }

    @Override
    public String secretKey() {
        return SECRET_KEY;
    }

    @Override
    public void createBucket(String name) {
        try (S3AsyncClient client = client(container)) {
            client.createBucket(bucket -> bucket.bucket(name)).join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof BucketAlreadyOwnedByYouException)) {
                throw e;
            }
        }
    }

    @Override
    public void start() {
        part.start();
    }

    @Override
    public void stop() {
        part.stop();
    }

    @Override
    public void close() {
        part.close();
    }

    private static Object buckets(GenericContainer<?> container) {
        try (S3AsyncClient client = client(container)) {
            return client.listBuckets().join();
        }
    }

    private static URI endpoint(GenericContainer<?> container) {
        return URI.create(
                "http://%s:%d"
                        .formatted(container.getHost(), container.getMappedPort(PORT_INSIDE)));
    }

    private static S3AsyncClient client(GenericContainer<?> container) {
        return S3AsyncClient.builder()
                .endpointOverride(endpoint(container))
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .forcePathStyle(true)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build();
    }
}
