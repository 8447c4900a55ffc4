package io.reconverge.media.upload;

import io.reconverge.media.storage.Bucket;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/// Receives the bytes of one request into an upload that it holds.
///
/// They are gathered to parts, and each part goes to the store while no more is read: so an upload
/// takes one buffer, and its sender is as fast as the store. What is left over at the end goes to
/// Postgres, or, when that is the upload's end, makes the last part; an upload that fits one buffer
/// becomes an object as it is.
///
/// However the request ends, what was received of a resumable upload is kept: when the sender goes
/// away, stops sending, or the store fails. Only a checksum makes the bytes of a request count
/// together or not at all. Of one that is not resumable nothing is kept but the whole.
final class Reception {

    private static final Logger log = LoggerFactory.getLogger(Reception.class);

    private static final Duration LOCKED_RETRY = Duration.ofSeconds(1);

    private final Uploads uploads;
    private final UploadBytes bytes;
    private final Bucket bucket;
    private final UploadSettings settings;
    private final Upload upload;
    private final UUID holder;
    private final PartBuffer buffer;
    private final @Nullable Checksum checksum;
    private final Duration patience;
    private final long max;
    private final Sha256 digest;

    /// Parts that are in the store, and not yet noted.
    private final List<Bucket.Part> unnoted = new ArrayList<>();

    private @Nullable String objectKey;
    private @Nullable String multipartId;

    /// Bytes of the upload before those in the buffer.
    private long flushed;

    /// Bytes at the buffer's beginning that Postgres has.
    private int kept;

    /// Bytes at the buffer's beginning that are digested.
    private int digested;

    /// What is done with the buffer, or was last. It goes on to its end whoever else fails.
    private Mono<Void> flushing = Mono.empty();

    /// The body has failed: nothing more of it is taken.
    private boolean broken;

    private volatile boolean storing;
    private volatile boolean ending;
    private volatile long heard = System.nanoTime();

    /// Fails when no more of the body is to be read.
    private final Sinks.Empty<Void> givenUp = Sinks.empty();

    /// @param upload as it was when it was taken
    /// @param holder under which it was taken
    /// @param buffer empty
    /// @param checksum of this request's bytes, null for none
    /// @param patience that the sender has for what comes after the last byte
    Reception(
            Uploads uploads,
            UploadBytes bytes,
            Bucket bucket,
            UploadSettings settings,
            Upload upload,
            UUID holder,
            PartBuffer buffer,
            @Nullable Checksum checksum,
            Duration patience) {
        this.uploads = uploads;
        this.bytes = bytes;
        this.bucket = bucket;
        this.settings = settings;
        this.upload = upload;
        this.holder = holder;
        this.buffer = buffer;
        this.checksum = checksum;
        this.patience = patience;
        this.digest = new Sha256(upload.digest());
        this.objectKey = upload.objectKey();
        this.multipartId = upload.multipartId();
        this.flushed = upload.received();
        this.max = upload.length() != null ? upload.length() : settings.plainMax().toBytes();
    }

    /// Reads the body to its end, and releases the upload.
    ///
    /// @return the upload as it is then: sealed if all its bytes are there. Fails with a
    ///   [ProblemException]; what was received up to there is durable if it is to be kept
    Mono<Upload> receive(Flux<DataBuffer> body) {
        Mono<Upload> receiving =
                loadTail()
                        .then(
                                Mono.firstWithSignal(
                                        body.concatMap(this::take, 1).then(), givenUp.asMono()))
                        .doOnDiscard(DataBuffer.class, DataBufferUtils::release)
                        .onErrorResume(failure -> broken().then(Mono.error(failure)))
                        .then(Mono.defer(this::ended));
        return Mono.firstWithSignal(
                receiving
                        .onErrorMap(failure -> Exceptions.unwrapMultiple(failure).getFirst())
                        .onErrorResume(
                                failure -> failed(failure).then(Mono.error(problemOf(failure)))),
                watch());
    }

    /// Holds on to the upload for as long as its sender is heard of; gives up on one that is not.
    ///
    /// What gives up ends the body and nothing else, as does a sender that goes: what is under way
    /// with the buffer is let end first, so that no other deals with the buffer meanwhile.
    private Mono<Upload> watch() {
        return Flux.interval(settings.lease().dividedBy(3), Schedulers.parallel())
                .onBackpressureDrop()
                .concatMap(
                        tick -> {
                            long silent = System.nanoTime() - heard;
                            if (!isStoring() && silent > settings.idle().toNanos()) {
                                givenUp.tryEmitError(
                                        new ProblemException(
                                                ProblemType.REQUEST_TIMEOUT,
                                                "Nothing came for %d seconds."
                                                        .formatted(settings.idle().toSeconds())));
                                return Mono.<Void>empty();
                            }
                            return isStoring() || silent < settings.lease().toNanos()
                                    ? held(uploads.renew(upload, holder).onErrorReturn(true))
                                    : Mono.<Void>empty();
                        },
                        1)
                .doOnError(givenUp::tryEmitError)
                .onErrorComplete()
                .then(Mono.never());
    }

    private boolean isStoring() {
        return storing || ending;
    }

    /// What came before after the last part belongs to the next.
    private Mono<Void> loadTail() {
        if (upload.received() == 0) {
            return Mono.empty();
        }
        return bytes.tail(upload)
                .doOnNext(buffer::append)
                .then(
                        Mono.fromRunnable(() -> {
                            kept = buffer.size();
                            digested = kept;
                            flushed -= kept;
                        }));
    }

    /// A body that fails may do so while another thread is in here: whichever is first has the
    /// buffer.
    private synchronized Mono<Void> take(DataBuffer some) {
        try {
            if (broken) {
                return Mono.empty();
            }
            heard = System.nanoTime();
            if (received() + some.readableByteCount() > max) {
                return Mono.error(tooLarge());
            }
            buffer.append(some);
        } finally {
            DataBufferUtils.release(some);
        }
        if (buffer.size() < settings.partSize().toBytes() || received() == max) {
            return Mono.empty();
        }
        flushing = flush().cache();
        return flushing;
    }

    /// Completes when nobody else has to do with the buffer, nor will have.
    private synchronized Mono<Void> broken() {
        broken = true;
        return flushing.onErrorComplete();
    }

    private long received() {
        return flushed + buffer.size();
    }

    /// Makes a part of the buffer.
    private Mono<Void> flush() {
        storing = true;
        return partNumber()
                .flatMap(number ->
                        multipart(number)
                                .flatMap(begun ->
                                        // both end before a failure is dealt with
                                        Mono.zipDelayError(
                                                bucket.putPart(
                                                        begun.key(),
                                                        begun.id(),
                                                        number,
                                                        buffer.from(0)),
                                                digest()))
                                .map(stored -> new Bucket.Part(number, stored.getT1())))
                .flatMap(part -> {
                    flushed += buffer.size();
                    buffer.clear();
                    kept = 0;
                    digested = 0;
                    unnoted.add(part);
                    // with a checksum, all of the request counts or nothing
                    return checksum == null ? save(false) : Mono.empty();
                })
                .doFinally(end -> {
                    heard = System.nanoTime();
                    storing = false;
                });
    }

    private record Multipart(String key, String id) {}

    private Mono<Multipart> multipart(int number) {
        if (objectKey != null && multipartId != null) {
            return Mono.just(new Multipart(objectKey, multipartId));
        }
        String key = upload.folder() + number;
        return bucket.begin(key)
                .map(id -> {
                    objectKey = key;
                    multipartId = id;
                    return new Multipart(key, id);
                });
    }

    private Mono<Integer> number() {
        return bytes.number(upload, holder).switchIfEmpty(Mono.error(Reception::lost));
    }

    /// The last number is kept for the last part, which has it as often as it is tried: its bytes
    /// are the same each time. So what was received whole never ends for want of numbers.
    private Mono<Integer> partNumber() {
        boolean last = upload.length() != null && received() == upload.length();
        return number().map(number -> last ? Math.min(number, Bucket.PART_NUMBER_MAX) : number)
                .filter(number -> last || number < Bucket.PART_NUMBER_MAX)
                .switchIfEmpty(
                        Mono.error(() ->
                                new ProblemException(
                                        ProblemType.UPLOAD_EXPIRED,
                                        "The upload was interrupted too often.")));
    }

    /// Away from the event loop: 5 MiB take some 20 ms.
    private Mono<Boolean> digest() {
        return Mono.fromCallable(
                        () -> {
                            List<ByteBuffer> fresh = buffer.from(digested);
                            digest.update(fresh);
                            if (checksum != null) {
                                checksum.update(fresh);
                            }
                            digested = buffer.size();
                            return true;
                        })
                .subscribeOn(Schedulers.parallel());
    }

    /// Notes the parts, and what is in the buffer.
    private Mono<Void> save(boolean release) {
        List<Bucket.Part> parts = List.copyOf(unnoted);
        int from = parts.isEmpty() ? kept : 0;
        return held(bytes.save(
                        upload,
                        holder,
                        new UploadBytes.Progress(
                                received(),
                                digest.state(),
                                objectKey,
                                multipartId,
                                parts,
                                buffer.from(from),
                                flushed + from,
                                release)))
                .doOnSuccess(done -> {
                    unnoted.clear();
                    kept = buffer.size();
                });
    }

    private Mono<Upload> ended() {
        ending = true;
        return digest().flatMap(done -> {
            if (checksum != null && !checksum.holds()) {
                return Mono.error(
                        new ProblemException(
                                ProblemType.CHECKSUM_MISMATCH,
                                "The bytes came otherwise than they were sent: none of this request count."));
            }
            boolean whole = upload.length() == null || received() == upload.length();
            return whole ? finish() : pause();
        });
    }

    private Mono<Upload> pause() {
        if (!upload.resumable()) {
            return Mono.error(
                    new ProblemException(
                            ProblemType.MALFORMED_REQUEST,
                            "The body ended before its Content-Length."));
        }
        return save(true).then(uploads.find(upload.space(), upload.id(), upload.actor()));
    }

    private Mono<Upload> finish() {
        String sha256 = digest.hex();
        if (upload.description().promised() != null
                && !sha256.equals(upload.description().promised())) {
            return Mono.error(
                    new ProblemException(
                            ProblemType.DIGEST_MISMATCH,
                            "The bytes have the SHA-256 " + sha256 + ". Nothing was kept."));
        }
        long size = received();
        Mono<Long> room =
                upload.length() == null
                        ? uploads.reserve(upload, size)
                                .filter(enough -> enough)
                                .switchIfEmpty(Mono.error(Reception::noRoom))
                                .thenReturn(size)
                        : Mono.just(upload.reserved());
        return room.flatMap(reserved ->
                (multipartId == null ? whole() : assembled())
                        .flatMap(object ->
                                bytes.seal(
                                                upload,
                                                holder,
                                                new UploadBytes.Whole(
                                                        sha256,
                                                        object.key(),
                                                        size,
                                                        object.numbers(),
                                                        reserved),
                                                patience)
                                        .switchIfEmpty(Mono.error(Reception::lost))));
    }

    /// @param numbers that its bytes were given in the store
    private record StoredObject(String key, int numbers) {}

    private Mono<StoredObject> whole() {
        return number().flatMap(number -> {
            String key = upload.folder() + number;
            return bucket.put(key, buffer.from(0)).thenReturn(new StoredObject(key, 1));
        });
    }

    private Mono<StoredObject> assembled() {
        Mono<Void> last = buffer.size() > 0 ? flush() : Mono.empty();
        return last.then(Mono.defer(() -> unnoted.isEmpty() ? Mono.empty() : save(false)))
                .then(Mono.defer(() -> bytes.parts(upload)))
                .flatMap(parts -> {
                    Multipart begun = begun();
                    return bucket.complete(begun.key(), begun.id(), parts)
                            .thenReturn(new StoredObject(begun.key(), parts.size()));
                });
    }

    private Multipart begun() {
        if (objectKey == null || multipartId == null) {
            throw new IllegalStateException("no multipart upload has begun");
        }
        return new Multipart(objectKey, multipartId);
    }

    /// Keeps what is to be kept, and lets the upload go. That must not fail the request in another
    /// way than it failed already.
    private Mono<Void> failed(Throwable failure) {
        ending = true;
        Mono<Void> end;
        if (failure instanceof LostException) {
            end = Mono.empty();
        } else if (!upload.resumable() || isEndOf(failure)) {
            end = uploads.end(upload.space(), upload.id(), upload.actor()).then();
        } else if (counts(failure)) {
            end = digest().then(Mono.defer(() -> save(true)));
        } else {
            end = uploads.release(upload, holder);
        }
        return end.onErrorResume(second -> {
            log.warn("Upload {} could not be put away: {}", upload.id(), second.toString());
            return Mono.empty();
        });
    }

    private static boolean isEndOf(Throwable failure) {
        return failure instanceof ProblemException stop
                && (stop.problem().type().equals(ProblemType.DIGEST_MISMATCH.urn())
                        || stop.problem().type().equals(ProblemType.UPLOAD_EXPIRED.urn()));
    }

    private boolean counts(Throwable failure) {
        return checksum == null
                && !(failure instanceof ProblemException stop
                        && stop.problem().type().equals(ProblemType.TOO_LARGE.urn()));
    }

    private static Throwable problemOf(Throwable failure) {
        return failure instanceof LostException
                ? new ProblemException(
                        Problem.of(
                                ProblemType.UPLOAD_LOCKED,
                                "Another request has taken this upload over, or it has ended."),
                        LOCKED_RETRY)
                : failure;
    }

    private ProblemException tooLarge() {
        return new ProblemException(
                ProblemType.TOO_LARGE,
                upload.resumable()
                        ? "The upload was to have %d bytes, and more came.".formatted(max)
                        : "One request may carry %d bytes; a resumable upload may have more."
                                .formatted(max));
    }

    static ProblemException noRoom() {
        return new ProblemException(
                ProblemType.QUOTA_EXCEEDED, "The media of this space have no room for it.");
    }

    private static Mono<Void> held(Mono<Boolean> held) {
        return held.filter(still -> still).switchIfEmpty(Mono.error(Reception::lost)).then();
    }

    private static Throwable lost() {
        return new LostException();
    }

    /// Another holds the upload, or it is gone.
    private static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LostException() {
            super("the upload is no longer held", null, false, false);
        }
    }
}
