package io.reconverge.media.upload;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.write.Append;
import io.reconverge.service.write.Writes;
import io.reconverge.service.write.Written;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Op;
import io.reconverge.wire.WriteRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/// Puts the entities of uploads whose bytes are whole, as anyone puts entities.
///
/// The change has had its id since the upload began, so it may be sent as often as need be: it is
/// applied once.
final class Announcer {

    private static final Logger log = LoggerFactory.getLogger(Announcer.class);

    private final Writes writes;
    private final Uploads uploads;
    private final Clock clock;

    Announcer(Writes writes, Uploads uploads, Clock clock) {
        this.writes = writes;
        this.uploads = uploads;
        this.clock = clock;
    }

    /// @param upload sealed
    /// @param requestId under which it is found in logs
    /// @return [ChangeResult.Pending] when it is not decided in time; that it is announced again is
    ///   then for the [Finisher]
    Mono<ChangeResult> announce(Upload upload, UUID requestId, Duration patience) {
        Description description = upload.description();
        ChangeResult pending = new ChangeResult.Pending(description.changeId());
        Change change =
                new Change(
                        description.changeId(),
                        Description.TYPE,
                        description.mediaId(),
                        Op.PUT,
                        description.data(
                                Objects.requireNonNull(upload.sha256()), upload.received()),
                        null,
                        Objects.requireNonNull(description.modifiedAt()),
                        null);
        Append append =
                Append.of(
                        new WriteRecord(
                                requestId,
                                upload.space(),
                                upload.actor(),
                                description.deviceId(),
                                false,
                                clock.millis(),
                                List.of(change)));
        return writes.write(append, patience)
                .map(written ->
                        switch (written) {
                            case Written.Decided decided -> decided.results().getFirst();
                            case Written.Unreadable unreadable ->
                                    new ChangeResult.Rejected(
                                            description.changeId(), unreadable.problem());
                            case Written.Undecided _ -> pending;
                        })
                .flatMap(result ->
                        result instanceof ChangeResult.Pending
                                ? Mono.just(result)
                                : uploads.decided(upload, result).thenReturn(result))
                .onErrorResume(
                        ProblemException.class,
                        later -> {
                            log.warn(
                                    "Upload {} is whole and not announced yet: {}",
                                    upload.id(),
                                    later.problem().detail());
                            return Mono.just(pending);
                        });
    }
}
