package io.reconverge.feed.live;

import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.feed.FeedSettings;
import io.reconverge.feed.page.Page;
import io.reconverge.feed.page.PageLimit;
import io.reconverge.feed.page.TypeFilter;
import io.reconverge.service.access.Admission;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Answers as soon as there is something. The tail only wakes: what is answered was read from
/// PostgreSQL, which may be ahead of the tail and is never behind it.
@Component
public final class LongPoll {

    private final LiveReaders readers;
    private final Places places;

    LongPoll(LiveReaders readers, FeedSettings settings, MeterRegistry meters) {
        this.readers = readers;
        this.places =
                new Places(
                        "waiting polls",
                        settings.waitingPolls(),
                        "reconverge.feed.polls.waiting",
                        meters);
    }

    /// A page with what is new; or an empty one, when nothing came in time.
    ///
    /// @param wait after which the page is empty; its cursor may be further than the one given,
    ///   when what came is not of the types asked for
    /// @throws io.reconverge.service.problem.ProblemException `cursor-expired`, `not-a-member` when
    ///   the reader ceases to be one, `unavailable`, `rate-limited`
    public Mono<Page<Entity>> read(
            Admission admission, Cursor cursor, TypeFilter types, PageLimit limit, Duration wait) {
        return Mono.using(
                () -> readers.open(places, admission, types, cursor),
                reader -> first(reader, limit, wait),
                LiveReader::close);
    }

    private static Mono<Page<Entity>> first(LiveReader reader, PageLimit limit, Duration wait) {
        return reader.catchUp(limit)
                .filter(page -> !page.items().isEmpty())
                .switchIfEmpty(
                        Mono.defer(() -> next(reader, limit))
                                .repeatWhenEmpty(times -> times)
                                .timeout(wait, Mono.fromSupplier(() -> nothing(reader))));
    }

    /// Empty: look again.
    private static Mono<Page<Entity>> next(LiveReader reader, PageLimit limit) {
        if (reader.isEnding()) {
            return Mono.just(nothing(reader));
        }
        if (reader.isRemoved()) {
            return Mono.error(Caller::notAMember);
        }
        return reader.isStirred()
                ? reader.catchUp(limit).filter(page -> !page.items().isEmpty())
                : reader.changed().then(Mono.empty());
    }

    private static Page<Entity> nothing(LiveReader reader) {
        return Page.nothing(reader.position());
    }
}
