package io.reconverge.media.upload;

import io.reconverge.service.problem.ProblemException;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Finishes uploads whose bytes are all there, and whose request did not live to see it: makes
/// their blobs and puts their entities. Instances share the work, one upload at a time each.
final class Finisher {

    private static final Logger log = LoggerFactory.getLogger(Finisher.class);

    /// An upload that could not be finished is tried again after this time.
    private static final Duration TIME = Duration.ofMinutes(1);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// Its buffer is one of those that uploads are received in, and it is a user like others.
    private static final String USER = "";

    private final Uploads uploads;
    private final Uploading uploading;
    private final Buffers buffers;

    Finisher(Uploads uploads, Uploading uploading, Buffers buffers) {
        this.uploads = uploads;
        this.uploading = uploading;
        this.buffers = buffers;
    }

    /// @return how many were dealt with
    Mono<Long> pass() {
        return one().repeat().takeUntil(done -> !done).filter(done -> done).count();
    }

    private Mono<Boolean> one() {
        UUID holder = UUID.randomUUID();
        return uploads.holdUnfinished(holder, TIME)
                .flatMap(upload ->
                        buffers.with(
                                        USER,
                                        buffer ->
                                                uploading.proceed(
                                                        upload,
                                                        holder,
                                                        new Uploading.Sent(
                                                                UUID.randomUUID(),
                                                                Flux.empty(),
                                                                null,
                                                                PATIENCE),
                                                        buffer))
                                .doOnNext(done -> log.info("Finished upload {}", upload.id()))
                                .onErrorResume(
                                        ProblemException.class,
                                        failure -> {
                                            log.warn(
                                                    "Upload {} cannot be finished yet: {}",
                                                    upload.id(),
                                                    failure.problem().detail());
                                            return uploads.putOff(upload, TIME).then(Mono.empty());
                                        })
                                .thenReturn(true))
                .defaultIfEmpty(false);
    }
}
