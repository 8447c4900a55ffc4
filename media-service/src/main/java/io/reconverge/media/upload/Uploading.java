package io.reconverge.media.upload;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.media.storage.Bucket;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.write.EntityRules;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Everything that is done with uploads.
///
/// What receives bytes goes on to its end when its request is cancelled, so that what has come is
/// put away.
public final class Uploading {

    private static final Duration LOCKED_RETRY = Duration.ofSeconds(1);
    private static final String ANY_DIGEST = "0".repeat(64);

    private final Uploads uploads;
    private final UploadBytes bytes;
    private final Buffers buffers;
    private final Bucket bucket;
    private final Announcer announcer;
    private final EntityRules rules;
    private final UploadSettings settings;
    private final Clock clock;
    private final MeterRegistry meters;

    Uploading(
            Uploads uploads,
            UploadBytes bytes,
            Buffers buffers,
            Bucket bucket,
            Announcer announcer,
            EntityRules rules,
            UploadSettings settings,
            Clock clock,
            MeterRegistry meters) {
        this.uploads = uploads;
        this.bytes = bytes;
        this.buffers = buffers;
        this.bucket = bucket;
        this.announcer = announcer;
        this.rules = rules;
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
    }

    /// What a request brings to an upload.
    ///
    /// @param id of the request
    /// @param body its bytes; read at most once
    /// @param checksum that they must come to, null for none
    /// @param patience for its entity, once it is whole
    public record Sent(
            UUID id, Flux<DataBuffer> body, @Nullable Checksum checksum, Duration patience) {}

    /// Takes an upload in one request.
    ///
    /// @param length of the body, null when it is not known
    /// @return fails with a [ProblemException] when nothing was kept
    public Mono<Progressed.Whole> whole(
            UUID space, String actor, Description description, @Nullable Long length, Sent sent) {
        if (length != null && length > settings.plainMax().toBytes()) {
            return Mono.error(
                    new ProblemException(
                            ProblemType.TOO_LARGE,
                            "One request may carry %d bytes; a resumable upload may have more."
                                    .formatted(settings.plainMax().toBytes())));
        }
        check(description, length);
        return detached(
                buffers.with(
                                actor,
                                buffer -> {
                                    Upload upload =
                                            begun(space, actor, description, false, null, length);
                                    return created(upload, sent, buffer);
                                })
                        .cast(Progressed.Whole.class));
    }

    /// Begins a resumable upload, with its first bytes if there are any.
    ///
    /// @param metadata as its creator sent it, null for none
    /// @return fails with a [ProblemException]; then there is no upload, but where its sender went
    ///   away or the store failed
    public Mono<Progressed> begin(
            UUID space,
            String actor,
            Description description,
            @Nullable String metadata,
            long length,
            @Nullable Sent sent) {
        if (length > settings.resumableMax().toBytes()) {
            return Mono.error(
                    new ProblemException(
                            ProblemType.TOO_LARGE,
                            "An upload may have %d bytes."
                                    .formatted(settings.resumableMax().toBytes())));
        }
        check(description, length);
        Upload upload = begun(space, actor, description, true, metadata, length);
        if (sent == null) {
            UUID holder = UUID.randomUUID();
            return room(upload, holder)
                    .then(uploads.release(upload, holder))
                    .then(found(space, upload.id(), actor))
                    .map(Progressed::of);
        }
        return detached(
                buffers.with(actor, buffer -> created(upload, sent, buffer))
                        .onErrorResume(
                                Uploading::isRefusal,
                                refused ->
                                        uploads.end(space, upload.id(), actor)
                                                .then(Mono.error(refused))));
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof ProblemException stop
                && (stop.problem().type().equals(ProblemType.CHECKSUM_MISMATCH.urn())
                        || stop.problem().type().equals(ProblemType.TOO_LARGE.urn()));
    }

    /// Goes on with an upload. With nothing to add to one that is whole, it is tried again to
    /// finish it.
    ///
    /// @param offset that the body begins at
    /// @param length of the body, null when it is not known
    /// @return fails with a [ProblemException]: `not-found`, `upload-expired`,
    ///   `upload-offset-mismatch`, `upload-locked`, `too-large`, `checksum-mismatch`,
    ///   `digest-mismatch`, `request-timeout`, `unavailable`
    public Mono<Progressed> resume(
            UUID space, UUID id, String actor, long offset, @Nullable Long length, Sent sent) {
        return detached(
                buffers.with(
                        actor,
                        buffer -> {
                            UUID holder = UUID.randomUUID();
                            return uploads.hold(space, id, actor, holder)
                                    .flatMap(upload ->
                                            refusal(upload, offset, length)
                                                    .map(refused ->
                                                            uploads.release(upload, holder)
                                                                    .then(
                                                                            Mono.<Progressed>error(
                                                                                    refused)))
                                                    .orElseGet(() ->
                                                            proceed(upload, holder, sent, buffer)))
                                    .switchIfEmpty(
                                            Mono.defer(() ->
                                                    found(space, id, actor)
                                                            .flatMap(standing ->
                                                                    notHeld(
                                                                            standing, offset,
                                                                            length))));
                        }));
    }

    private java.util.Optional<ProblemException> refusal(
            Upload upload, long offset, @Nullable Long length) {
        if (offset != upload.received()) {
            return java.util.Optional.of(
                    new ProblemException(
                            ProblemType.UPLOAD_OFFSET_MISMATCH,
                            "The upload is at " + upload.received() + "."));
        }
        if (length != null
                && upload.length() != null
                && length > upload.length() - upload.received()) {
            return java.util.Optional.of(
                    new ProblemException(
                            ProblemType.TOO_LARGE,
                            "%d bytes are still to come."
                                    .formatted(upload.length() - upload.received())));
        }
        return java.util.Optional.empty();
    }

    /// Who could not take the upload is told why.
    private Mono<Progressed> notHeld(Upload standing, long offset, @Nullable Long length) {
        Progressed progressed = Progressed.of(standing);
        if (standing.outcome() != null) {
            return refusal(standing, offset, length)
                    .map(Mono::<Progressed>error)
                    .orElse(Mono.just(progressed));
        }
        return Mono.error(
                new ProblemException(
                        Problem.of(
                                ProblemType.UPLOAD_LOCKED,
                                "Another request is writing to this upload."),
                        LOCKED_RETRY));
    }

    /// How far an upload is. One that is whole and was not finished is tried again.
    ///
    /// @return fails with a [ProblemException]: `not-found`, `upload-expired`
    public Mono<Progressed> progress(UUID space, UUID id, String actor, UUID requestId) {
        return found(space, id, actor)
                .flatMap(upload -> {
                    if (!upload.isWhole() || upload.outcome() != null) {
                        return Mono.just(Progressed.of(upload));
                    }
                    return resume(
                                    space,
                                    id,
                                    actor,
                                    upload.received(),
                                    0L,
                                    new Sent(requestId, Flux.empty(), null, Duration.ZERO))
                            .onErrorReturn(ProblemException.class, Progressed.of(upload));
                });
    }

    /// Ends an upload; of one that is whole, only that it was one is forgotten.
    ///
    /// @return fails with a [ProblemException]: `not-found`, `upload-expired`, `upload-locked`
    ///   while its entity is undecided
    public Mono<Void> end(UUID space, UUID id, String actor) {
        return found(space, id, actor)
                .then(uploads.end(space, id, actor))
                .filter(ended -> ended)
                .switchIfEmpty(
                        Mono.error(() ->
                                new ProblemException(
                                        Problem.of(
                                                ProblemType.UPLOAD_LOCKED,
                                                "The upload is being finished."),
                                        LOCKED_RETRY)))
                .then();
    }

    private Mono<Upload> found(UUID space, UUID id, String actor) {
        return uploads.find(space, id, actor)
                .filter(upload -> upload.isWhole() || upload.expiresAt() > clock.millis())
                .switchIfEmpty(
                        Mono.error(() ->
                                UploadId.madeBefore(
                                                id, clock.millis() - settings.lifetime().toMillis())
                                        ? new ProblemException(
                                                ProblemType.UPLOAD_EXPIRED,
                                                "Nothing came for too long.")
                                        : new ProblemException(
                                                ProblemType.NOT_FOUND,
                                                "You have no such upload.")));
    }

    private Mono<Progressed> created(Upload upload, Sent sent, PartBuffer buffer) {
        UUID holder = UUID.randomUUID();
        return room(upload, holder).then(Mono.defer(() -> proceed(upload, holder, sent, buffer)));
    }

    private Mono<Void> room(Upload upload, UUID holder) {
        return uploads.create(upload, holder)
                .filter(enough -> enough)
                .switchIfEmpty(Mono.error(Reception::noRoom))
                .then();
    }

    /// Does what is left to do with an upload that was taken.
    Mono<Progressed> proceed(Upload upload, UUID holder, Sent sent, PartBuffer buffer) {
        Mono<Upload> received =
                upload.sha256() != null
                        ? Mono.just(upload)
                        : new Reception(
                                        uploads,
                                        bytes,
                                        bucket,
                                        settings,
                                        upload,
                                        holder,
                                        buffer,
                                        sent.checksum(),
                                        sent.patience())
                                .receive(sent.body())
                                .doOnError(failure -> count(upload, "failed"));
        return received.flatMap(present -> {
            if (present.sha256() == null) {
                count(upload, "paused");
                return Mono.just(new Progressed.Under(present));
            }
            count(upload, "whole");
            return announcer
                    .announce(present, sent.id(), sent.patience())
                    .map(result -> new Progressed.Whole(present, result));
        });
    }

    private void count(Upload upload, String outcome) {
        Counter.builder("reconverge.media.uploads")
                .description("Requests with bytes for an upload, by what became of them")
                .tag("kind", upload.resumable() ? "resumable" : "plain")
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }

    /// What could only fail at the end is found at the beginning.
    private void check(Description description, @Nullable Long length) {
        rules.check(
                Description.TYPE,
                Op.PUT,
                description.data(ANY_DIGEST, length == null ? 0 : length));
    }

    private Upload begun(
            UUID space,
            String actor,
            Description description,
            boolean resumable,
            @Nullable String metadata,
            @Nullable Long length) {
        return new Upload(
                space,
                UploadId.make(clock.millis()),
                resumable,
                actor,
                description,
                metadata,
                length,
                length == null ? 0 : length,
                0,
                null,
                null,
                null,
                null,
                null,
                clock.millis() + settings.lifetime().toMillis());
    }

    private static <T> Mono<T> detached(Mono<T> work) {
        return Mono.deferContextual(
                context -> Mono.fromFuture(() -> work.contextWrite(context).toFuture(), true));
    }
}
