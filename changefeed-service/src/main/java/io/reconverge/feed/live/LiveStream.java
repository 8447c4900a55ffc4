package io.reconverge.feed.live;

import io.reconverge.feed.FeedSettings;
import io.reconverge.feed.http.AnswerMemory;
import io.reconverge.feed.live.StreamEvent.Reason;
import io.reconverge.feed.page.Page;
import io.reconverge.feed.page.PageLimit;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.WireJson;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// One live stream. It does one thing at a time, and only when its reader has room: pass on what
/// the tail brought, read a page, or wait.
final class LiveStream {

    private static final Logger log = LoggerFactory.getLogger(LiveStream.class);

    private static final PageLimit PAGE = new PageLimit(SyncRequest.LIMIT_DEFAULT, 256 * 1024);
    private static final int LIVE_BYTES = 64 * 1024;
    private static final Duration RETRY_FIRST = Duration.ofMillis(500);
    private static final Duration RETRY_MAX = Duration.ofSeconds(8);

    private final LiveReader reader;
    private final Duration heartbeat;
    private final AnswerMemory memory;
    private final Clock clock;
    private final Instant until;
    private final LongConsumer progress;

    private Instant heartbeatAt;
    private Instant retryAt = Instant.MIN;
    private Duration retry = RETRY_FIRST;
    private boolean ended;

    LiveStream(
            LiveReader reader,
            FeedSettings settings,
            AnswerMemory memory,
            Clock clock,
            Instant until,
            LongConsumer progress) {
        this.reader = reader;
        this.heartbeat = settings.heartbeat();
        this.memory = memory;
        this.clock = clock;
        this.until = until;
        this.progress = progress;
        this.heartbeatAt = clock.instant().plus(heartbeat);
    }

    /// What the stream begins with. Fails as the read of a page fails.
    Mono<byte[]> first() {
        Cursor from = reader.position();
        return reader.catchUp(PAGE).map(page -> said(events(page, from, true)));
    }

    /// What comes after it, to the stream's end.
    Flux<byte[]> rest() {
        return Mono.defer(this::next).repeat(() -> !ended).map(this::said);
    }

    private byte[] said(List<StreamEvent> events) {
        heartbeatAt = clock.instant().plus(heartbeat);
        return EventStream.bytes(events);
    }

    /// Empty: nothing to say yet, ask again.
    private Mono<List<StreamEvent>> next() {
        Instant now = clock.instant();
        if (reader.isEnding()) {
            return Mono.just(end(Reason.GOING_AWAY));
        }
        if (!now.isBefore(until)) {
            return Mono.just(end(Reason.TOKEN_EXPIRED));
        }
        List<StreamEvent> live = live();
        if (!live.isEmpty()) {
            return Mono.just(live);
        }
        if (reader.isRemoved()) {
            return Mono.just(end(Reason.NOT_A_MEMBER));
        }
        if (!now.isBefore(heartbeatAt)) {
            return Mono.just(List.of(new StreamEvent.Heartbeat()));
        }
        if (!reader.isBehind()) {
            return waiting(now, until).takeUntilOther(reader.changed());
        }
        if (now.isBefore(retryAt)) {
            return waiting(now, retryAt);
        }
        if (memory.full()) {
            later(now);
            return Mono.empty();
        }
        return catchUp();
    }

    private Mono<List<StreamEvent>> waiting(Instant now, Instant wake) {
        Instant first = wake.isBefore(heartbeatAt) ? wake : heartbeatAt;
        Duration pause = Duration.between(now, first.isBefore(until) ? first : until);
        return Mono.delay(pause).then(Mono.empty());
    }

    private List<StreamEvent> live() {
        List<StreamEvent> events = new ArrayList<>();
        int bytes = 0;
        LiveChange change = reader.take();
        while (change != null) {
            JsonObject entity = Objects.requireNonNull(change.entity(), "only what stands");
            events.add(new StreamEvent.Change(reader.position(), entity));
            bytes += change.size();
            change = bytes < LIVE_BYTES ? reader.take() : null;
        }
        if (!events.isEmpty()) {
            progress.accept(reader.position().version());
        }
        return events;
    }

    private Mono<List<StreamEvent>> catchUp() {
        Cursor from = reader.position();
        return reader.catchUp(PAGE)
                .map(page -> {
                    retry = RETRY_FIRST;
                    return events(page, from, false);
                })
                .filter(events -> !events.isEmpty())
                .onErrorResume(
                        DataAccessResourceFailureException.class,
                        down -> {
                            log.warn("a stream waits for the database: {}", down.toString());
                            later(clock.instant());
                            return Mono.empty();
                        })
                .onErrorResume(ProblemException.class, refused -> Mono.just(end(reason(refused))));
    }

    private static Reason reason(ProblemException refused) {
        return refused.problem().type().equals(ProblemType.NOT_A_MEMBER.urn())
                ? Reason.NOT_A_MEMBER
                : Reason.CURSOR_EXPIRED;
    }

    /// The database is not asked by all its readers at once when it comes back.
    private void later(Instant now) {
        long millis = retry.toMillis();
        retryAt = now.plusMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
        retry = retry.multipliedBy(2).compareTo(RETRY_MAX) < 0 ? retry.multipliedBy(2) : RETRY_MAX;
    }

    private List<StreamEvent> events(Page<Entity> page, Cursor from, boolean first) {
        List<StreamEvent> events = new ArrayList<>(page.items().size() + 1);
        for (Entity entity : page.items()) {
            events.add(
                    new StreamEvent.Change(
                            new Cursor(page.cursor().epoch(), entity.version()),
                            JsonObject.ofText(WireJson.MAPPER.writeValueAsString(entity))));
        }
        if (!page.hasMore() && (first || !page.cursor().equals(from))) {
            events.add(new StreamEvent.CaughtUp(page.cursor()));
        }
        progress.accept(page.cursor().version());
        return events;
    }

    private List<StreamEvent> end(Reason reason) {
        ended = true;
        return List.of(new StreamEvent.Ended(reader.position(), reason));
    }
}
