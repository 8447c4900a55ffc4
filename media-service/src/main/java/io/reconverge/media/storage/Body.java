package io.reconverge.media.storage;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// An object's bytes as the store gives them, which end with an error when the store breaks off:
/// the SDK's own `toPublisher` may leave its subscriber waiting (aws-sdk-java-v2, 6949).
final class Body implements AsyncResponseTransformer<GetObjectResponse, Flux<ByteBuffer>> {

    private final Sinks.Empty<Void> broken = Sinks.empty();
    private volatile CompletableFuture<Flux<ByteBuffer>> begun = new CompletableFuture<>();

    /// Called again for each attempt.
    @Override
    public CompletableFuture<Flux<ByteBuffer>> prepare() {
        begun = new CompletableFuture<>();
        return begun;
    }

    @Override
    public void onResponse(GetObjectResponse response) {
        // its bytes are all that is wanted of it
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> bytes) {
        begun.complete(Flux.from(bytes).takeUntilOther(broken.asMono()));
    }

    @Override
    public void exceptionOccurred(Throwable failure) {
        if (!begun.completeExceptionally(failure)) {
            broken.tryEmitError(failure);
        }
    }
}
