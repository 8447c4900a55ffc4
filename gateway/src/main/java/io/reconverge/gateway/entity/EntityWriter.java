package io.reconverge.gateway.entity;

import io.reconverge.gateway.feed.FeedClient;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.RequestId;
import io.reconverge.service.write.Append;
import io.reconverge.service.write.ChangeHeaders;
import io.reconverge.service.write.Preference;
import io.reconverge.service.write.WriteSettings;
import io.reconverge.service.write.Writes;
import io.reconverge.service.write.Written;
import io.reconverge.wire.Change;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WriteRecord;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Writes one entity on its precondition, as a change that is refused where the condition fails.
@Component
final class EntityWriter {

    private final Writes writes;
    private final FeedClient feed;
    private final WriteSettings settings;
    private final Clock clock;

    EntityWriter(Writes writes, FeedClient feed, WriteSettings settings, Clock clock) {
        this.writes = writes;
        this.feed = feed;
        this.settings = settings;
        this.clock = clock;
    }

    /// @param data checked; null for a delete
    /// @return fails with a [ProblemException]: `version-mismatch`, `conflict`, what the worker
    ///   rejected it for, or `unavailable`
    Mono<ResponseEntity<byte[]>> write(Target target, Op op, @Nullable JsonObject data) {
        return switch (target.precondition()) {
            case Precondition.None none -> append(target, op, data, null);
            case Precondition.Unchanged unchanged -> append(target, op, data, unchanged.since());
            case Precondition.Absent absent -> append(target, op, data, 0L);
            case Precondition.Present present ->
                    feed.entity(target.exchange(), target.space(), target.key())
                            .flatMap(standing -> append(target, op, data, standing.version()))
                            .switchIfEmpty(mismatch(target));
            case Precondition.Unmeetable unmeetable -> mismatch(target);
        };
    }

    /// @param base null: no condition
    private Mono<ResponseEntity<byte[]>> append(
            Target target, Op op, @Nullable JsonObject data, @Nullable Long base) {
        ChangeHeaders headers = target.headers();
        Change change =
                new Change(
                        headers.changeId(),
                        target.key().type(),
                        target.key().id(),
                        op,
                        data,
                        base,
                        headers.modifiedAt(),
                        base == null ? null : OnConflict.REJECT);
        Append append =
                Append.of(
                        new WriteRecord(
                                RequestId.of(target.exchange()),
                                target.space(),
                                target.caller().subject(),
                                headers.deviceId(),
                                false,
                                clock.millis(),
                                List.of(change)));
        Preference preference =
                Preference.of(target.exchange().getRequest().getHeaders(), settings.patience());
        return writes.write(append, preference.patience())
                .flatMap(written ->
                        switch (written) {
                            case Written.Decided decided ->
                                    EntityAnswer.of(target, op, decided.results().getFirst())
                                            .map(Mono::just)
                                            .orElseGet(() -> mismatch(target));
                            case Written.Unreadable unreadable ->
                                    Mono.error(new ProblemException(unreadable.problem(), null));
                            case Written.Undecided undecided ->
                                    Mono.just(EntityAnswer.undecided(target));
                        })
                .doOnNext(answer -> {
                    preference.tell(target.exchange().getResponse());
                });
    }

    /// Shows the entity as it stands, if the feed tells.
    private <T> Mono<T> mismatch(Target target) {
        return Mono.defer(() ->
                        feed.entity(target.exchange(), target.space(), target.key())
                                .onErrorResume(ProblemException.class, down -> Mono.empty()))
                .map(EntityWriter::mismatch)
                .switchIfEmpty(
                        Mono.fromSupplier(() ->
                                new ProblemException(
                                        ProblemType.VERSION_MISMATCH,
                                        "There is no such entity at that version.")))
                .flatMap(Mono::error);
    }

    private static ProblemException mismatch(Entity standing) {
        return new ProblemException(
                Problem.of(
                                ProblemType.VERSION_MISMATCH,
                                "The entity is at version " + standing.version() + ".")
                        .with(standing),
                null);
    }
}
