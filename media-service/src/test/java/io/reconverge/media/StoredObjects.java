package io.reconverge.media;

import io.reconverge.parts.Isolation;
import io.reconverge.parts.ObjectStore;
import java.util.List;
import reactor.core.publisher.Flux;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A bucket as it is, seen past the media service. What fails, fails with the answer as its cause.
///
/// @param client for what is not here
/// @param bucket its name
public record StoredObjects(S3AsyncClient client, String bucket) implements AutoCloseable {

    /// For all: each of its own would take two seconds to end.
    private static final SdkAsyncHttpClient HTTP = NettyNioAsyncHttpClient.create();

    static StoredObjects of(Isolation isolation) {
        ObjectStore store = isolation.parts().objectStore();
        return new StoredObjects(
                S3AsyncClient.builder()
                        .endpointOverride(store.endpoint())
                        .region(Region.of(store.region()))
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                store.accessKey(), store.secretKey())))
                        .forcePathStyle(true)
                        .httpClient(HTTP)
                        .build(),
                isolation.bucket());
    }

    /// The keys that begin so, in their order.
    public List<String> keys(String begin) {
        return Flux.from(
                        client.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(begin))
                                .contents())
                .map(S3Object::key)
                .collectList()
                .blockOptional()
                .orElseThrow();
    }

    /// All of them.
    public List<String> keys() {
        return keys("");
    }

    /// The multipart uploads that are neither completed nor aborted, whose keys begin so.
    public List<MultipartUpload> multiparts(String begin) {
        return Flux.from(
                        client.listMultipartUploadsPaginator(
                                        list -> list.bucket(bucket).prefix(begin))
                                .uploads())
                .collectList()
                .blockOptional()
                .orElseThrow();
    }

    public byte[] bytes(String key) {
        return client.getObject(
                        get -> get.bucket(bucket).key(key), AsyncResponseTransformer.toBytes())
                .join()
                .asByteArray();
    }

    public void put(String key, byte[] bytes) {
        client.putObject(put -> put.bucket(bucket).key(key), AsyncRequestBody.fromBytes(bytes))
                .join();
    }

    public void delete(String key) {
        client.deleteObject(gone -> gone.bucket(bucket).key(key)).join();
    }

    /// Begins a multipart upload that nobody knows of.
    ///
    /// @return its id
    public String begin(String key) {
        return client.createMultipartUpload(begin -> begin.bucket(bucket).key(key))
                .join()
                .uploadId();
    }

    @Override
    public void close() {
        client.close();
    }
}
