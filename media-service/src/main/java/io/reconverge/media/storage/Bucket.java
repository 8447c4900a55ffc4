package io.reconverge.media.storage;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// The bucket, and all that is done to it. Keys are without the deployment's prefix.
///
/// Each call is answered in bounded time, and a store that does not answer, or refuses, raises
/// [ProblemException] `unavailable`. Calls are tried again by the SDK, within that time.
public final class Bucket {

    private static final Logger log = LoggerFactory.getLogger(Bucket.class);

    /// Bytes of a part of a multipart upload, but for the last: at least, by S3's rules.
    public static final int PART_MIN_BYTES = 5 * 1024 * 1024;

    /// Numbers that the parts of a multipart upload may have: 1 to this.
    public static final int PART_NUMBER_MAX = 10_000;

    private static final int DELETED_AT_ONCE = 1_000;

    private final S3AsyncClient client;
    private final S3Presigner links;
    private final StorageSettings settings;
    private final MeterRegistry meters;

    Bucket(
            S3AsyncClient client,
            S3Presigner links,
            StorageSettings settings,
            MeterRegistry meters) {
        this.client = client;
        this.links = links;
        this.settings = settings;
        this.meters = meters;
    }

    /// Stores an object whole.
    ///
    /// @param bytes read as they are when the call is made, and not changed before it ends
    public Mono<Void> put(String key, List<ByteBuffer> bytes) {
        return call(
                        "put",
                        () ->
                                client.putObject(
                                        request -> request.bucket(settings.bucket()).key(full(key)),
                                        body(bytes)))
                .then();
    }

    /// @return the id of the multipart upload
    public Mono<String> begin(String key) {
        return call(
                        "begin",
                        () ->
                                client.createMultipartUpload(request ->
                                        request.bucket(settings.bucket()).key(full(key))))
                .map(CreateMultipartUploadResponse::uploadId);
    }

    /// @param number 1..[#PART_NUMBER_MAX]; of two with the same number the later stands
    /// @return the part's ETag
    public Mono<String> putPart(
            String key, String multipartId, int number, List<ByteBuffer> bytes) {
        return call(
                        "put-part",
                        () ->
                                client.uploadPart(
                                        request ->
                                                request.bucket(settings.bucket())
                                                        .key(full(key))
                                                        .uploadId(multipartId)
                                                        .partNumber(number),
                                        body(bytes)))
                .map(UploadPartResponse::eTag)
                .onErrorMap(NoSuchUploadException.class, Bucket::gone);
    }

    /// @param number of a part, in the multipart upload
    public record Part(int number, String etag) {}

    /// Makes an object of the parts. Done again, it does nothing. Fails with `upload-expired` when
    /// the store has neither the parts nor the object, as [#putPart] does.
    ///
    /// @param parts in the order of their numbers
    public Mono<Void> complete(String key, String multipartId, List<Part> parts) {
        List<CompletedPart> completed =
                parts.stream()
                        .map(part ->
                                CompletedPart.builder()
                                        .partNumber(part.number())
                                        .eTag(part.etag())
                                        .build())
                        .toList();
        return call(
                        "complete",
                        () ->
                                client.completeMultipartUpload(request ->
                                        request.bucket(settings.bucket())
                                                .key(full(key))
                                                .uploadId(multipartId)
                                                .multipartUpload(
                                                        upload -> upload.parts(completed))))
                .then()
                .onErrorResume(
                        NoSuchUploadException.class,
                        failure -> size(key).switchIfEmpty(Mono.error(() -> gone(failure))).then());
    }

    /// Empty when there is no such object.
    public Mono<Long> size(String key) {
        return call(
                        "head",
                        () ->
                                client.headObject(request ->
                                        request.bucket(settings.bucket()).key(full(key))))
                .map(HeadObjectResponse::contentLength)
                .onErrorComplete(NoSuchKeyException.class);
    }

    /// Some of an object's bytes, read as they are asked for; cancelling ends the reading. Emits
    /// once the store has begun to answer; empty when there is no such object. What is emitted must
    /// be subscribed, and a store that then stops is for its subscriber to notice.
    ///
    /// @param last of them, counted from 0 as `first`
    public Mono<Flux<ByteBuffer>> read(String key, long first, long last) {
        return call(
                        "get",
                        () ->
                                client.getObject(
                                        request ->
                                                request.bucket(settings.bucket())
                                                        .key(full(key))
                                                        .range("bytes=" + first + "-" + last),
                                        new Body()))
                .onErrorComplete(NoSuchKeyException.class);
    }

    /// An address at which whoever has it can get an object, for as long as the settings say.
    ///
    /// @param contentType that the store is to give
    /// @param contentDisposition likewise
    public URI link(String key, String contentType, String contentDisposition) {
        return URI.create(
                links.presignGetObject(presign ->
                                presign.signatureDuration(settings.linkLifetime())
                                        .getObjectRequest(request ->
                                                request.bucket(settings.bucket())
                                                        .key(full(key))
                                                        .responseContentType(contentType)
                                                        .responseContentDisposition(
                                                                contentDisposition)))
                        .url()
                        .toString());
    }

    /// An object as a listing has it.
    ///
    /// @param modifiedAt epoch milliseconds by the store's clock
    public record Listed(String key, long modifiedAt) {}

    /// The objects whose keys begin so and come after another, in the order of their keys, read
    /// page by page.
    public Flux<Listed> list(String begin, String after) {
        return Flux.from(
                        client.listObjectsV2Paginator(request ->
                                        request.bucket(settings.bucket())
                                                .prefix(full(begin))
                                                .startAfter(after.isEmpty() ? null : full(after)))
                                .contents())
                .map(object -> new Listed(bare(object.key()), object.lastModified().toEpochMilli()))
                .onErrorMap(CompletionException.class, Bucket::causeOf)
                .onErrorMap(SdkException.class, failure -> unavailable("list", failure));
    }

    /// Deletes objects; those that are not there count as deleted.
    public Mono<Void> delete(List<String> keys) {
        return Flux.fromIterable(keys)
                .buffer(DELETED_AT_ONCE)
                .concatMap(some ->
                        call(
                                "delete",
                                () ->
                                        client.deleteObjects(request ->
                                                request.bucket(settings.bucket())
                                                        .delete(batch ->
                                                                batch.quiet(true)
                                                                        .objects(
                                                                                some.stream()
                                                                                        .map(
                                                                                                this
                                                                                                        ::named)
                                                                                        .toList())))))
                .flatMap(answer ->
                        answer.errors().isEmpty()
                                ? Mono.empty()
                                : Mono.error(
                                        unavailable(
                                                "delete",
                                                new IllegalStateException(
                                                        answer.errors().getFirst().toString()))))
                .then();
    }

    /// A multipart upload that was neither completed nor aborted.
    ///
    /// @param begunAt epoch milliseconds by the store's clock
    public record Multipart(String key, String id, long begunAt) {}

    /// Those whose keys begin so.
    public Flux<Multipart> multiparts(String begin) {
        return Flux.from(
                        client.listMultipartUploadsPaginator(request ->
                                        request.bucket(settings.bucket()).prefix(full(begin)))
                                .uploads())
                .map(upload ->
                        new Multipart(
                                bare(upload.key()),
                                upload.uploadId(),
                                upload.initiated().toEpochMilli()))
                .onErrorMap(CompletionException.class, Bucket::causeOf)
                .onErrorMap(SdkException.class, failure -> unavailable("list-multiparts", failure));
    }

    /// Ends it, with its parts; one that is not there counts as ended.
    public Mono<Void> abort(Multipart multipart) {
        return call(
                        "abort",
                        () ->
                                client.abortMultipartUpload(request ->
                                        request.bucket(settings.bucket())
                                                .key(full(multipart.key()))
                                                .uploadId(multipart.id())))
                .then()
                .onErrorComplete(NoSuchUploadException.class);
    }

    private ObjectIdentifier named(String key) {
        return ObjectIdentifier.builder().key(full(key)).build();
    }

    private String full(String key) {
        return settings.prefix() + key;
    }

    private String bare(String key) {
        return key.substring(settings.prefix().length());
    }

    private static AsyncRequestBody body(List<ByteBuffer> bytes) {
        return AsyncRequestBody.fromByteBuffersUnsafe(bytes.toArray(ByteBuffer[]::new));
    }

    private <T> Mono<T> call(String what, Supplier<CompletableFuture<T>> call) {
        return Mono.defer(
                        () -> {
                            Timer.Sample sample = Timer.start(meters);
                            return Mono.fromFuture(call)
                                    .doOnSuccess(answer -> sample.stop(timer(what, "ok")))
                                    .doOnError(failure -> sample.stop(timer(what, "failed")));
                        })
                .onErrorMap(CompletionException.class, Bucket::causeOf)
                .onErrorMap(
                        failure ->
                                !(failure instanceof NoSuchKeyException
                                        || failure instanceof NoSuchUploadException),
                        failure -> unavailable(what, failure));
    }

    private Timer timer(String what, String outcome) {
        return Timer.builder("reconverge.media.store")
                .description("Calls to the store")
                .tag("call", what)
                .tag("outcome", outcome)
                .register(meters);
    }

    private static Throwable causeOf(CompletionException failure) {
        return failure.getCause() == null ? failure : failure.getCause();
    }

    /// A rule of the bucket may end multipart uploads that are never completed.
    private static ProblemException gone(NoSuchUploadException failure) {
        log.warn("The bucket ended a multipart upload: {}", failure.toString());
        return new ProblemException(
                ProblemType.UPLOAD_EXPIRED, "The store no longer has what was received.");
    }

    private static ProblemException unavailable(String what, Throwable failure) {
        log.warn("The bucket did not {}: {}", what, failure.toString());
        return ProblemException.unavailable("Media cannot be reached at the moment.");
    }
}
