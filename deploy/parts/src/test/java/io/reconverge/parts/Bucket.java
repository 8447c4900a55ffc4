package io.reconverge.parts;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Object;

/// One bucket, as who has these keys sees it. What fails, fails with the answer as its cause.
record Bucket(S3AsyncClient client, String name) implements AutoCloseable {

    /// So few that every list of a test has several pages.
    private static final int PAGE = 2;

    /// For all buckets: each of its own would take two seconds to end.
    private static final SdkAsyncHttpClient HTTP = NettyNioAsyncHttpClient.create();

    static Bucket of(ObjectStore store, String name) {
        return of(store.endpoint(), store.accessKey(), store.secretKey(), name);
    }

    static Bucket of(URI endpoint, String accessKey, String secretKey, String name) {
        return new Bucket(
                S3AsyncClient.builder()
                        .endpointOverride(endpoint)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(accessKey, secretKey)))
                        .forcePathStyle(true)
                        .httpClient(HTTP)
                        .build(),
                name);
    }

    void put(String key, byte[] content) {
        client.putObject(
                        object -> object.bucket(name).key(key), AsyncRequestBody.fromBytes(content))
                .join();
    }

    byte[] get(String key) {
        return get(key, null);
    }

    byte[] get(String key, @Nullable String range) {
        return client.getObject(
                        object -> object.bucket(name).key(key).range(range),
                        AsyncResponseTransformer.toBytes())
                .join()
                .asByteArray();
    }

    /// Begins an upload in parts.
    String begin(String key) {
        return client.createMultipartUpload(
                        upload -> upload.bucket(name).key(key).contentType("video/mp4"))
                .join()
                .uploadId();
    }

    CompletedPart uploadPart(String key, String upload, int number, byte[] content) {
        String tag =
                client.uploadPart(
                                part ->
                                        part.bucket(name)
                                                .key(key)
                                                .uploadId(upload)
                                                .partNumber(number),
                                AsyncRequestBody.fromBytes(content))
                        .join()
                        .eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    void complete(String key, String upload, List<CompletedPart> parts) {
        client.completeMultipartUpload(whole ->
                        whole.bucket(name)
                                .key(key)
                                .uploadId(upload)
                                .multipartUpload(listed -> listed.parts(parts)))
                .join();
    }

    void abort(String key, String upload) {
        client.abortMultipartUpload(gone -> gone.bucket(name).key(key).uploadId(upload)).join();
    }

    List<Part> parts(String key, String upload) {
        List<Part> found = new ArrayList<>();
        Integer marker = null;
        while (true) {
            Integer after = marker;
            var page =
                    client.listParts(of ->
                                    of.bucket(name)
                                            .key(key)
                                            .uploadId(upload)
                                            .maxParts(PAGE)
                                            .partNumberMarker(after))
                            .join();
            found.addAll(page.parts());
            if (!page.isTruncated()) {
                return found;
            }
            marker = page.nextPartNumberMarker();
        }
    }

    List<MultipartUpload> uploads(String prefix) {
        List<MultipartUpload> found = new ArrayList<>();
        ListMultipartUploadsResponse page = null;
        do {
            String key = page == null ? null : page.nextKeyMarker();
            String id = page == null ? null : page.nextUploadIdMarker();
            page =
                    client.listMultipartUploads(of ->
                                    of.bucket(name)
                                            .prefix(prefix)
                                            .maxUploads(PAGE)
                                            .keyMarker(key)
                                            .uploadIdMarker(id))
                            .join();
            found.addAll(page.uploads());
        } while (page.isTruncated());
        return found;
    }

    List<S3Object> objects(String prefix, @Nullable String startAfter) {
        List<S3Object> found = new ArrayList<>();
        ListObjectsV2Response page = null;
        do {
            String token = page == null ? null : page.nextContinuationToken();
            page =
                    client.listObjectsV2(of ->
                                    of.bucket(name)
                                            .prefix(prefix)
                                            .maxKeys(PAGE)
                                            .startAfter(startAfter)
                                            .continuationToken(token))
                            .join();
            found.addAll(page.contents());
        } while (page.isTruncated());
        return found;
    }

    @Override
    public void close() {
        client.close();
    }
}
