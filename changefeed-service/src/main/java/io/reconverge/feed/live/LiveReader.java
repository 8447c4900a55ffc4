package io.reconverge.feed.live;

import io.micrometer.core.instrument.Counter;
import io.reconverge.feed.page.EntityPages;
import io.reconverge.feed.page.Page;
import io.reconverge.feed.page.PageLimit;
import io.reconverge.feed.page.TypeFilter;
import io.reconverge.service.access.Admission;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Follows a space from a cursor on: by its tail where it can, through PostgreSQL where it must.
/// For one reader, one call at a time.
final class LiveReader implements AutoCloseable {

    private final EntityPages pages;
    private final SpaceAccess access;
    private final Admission admission;
    private final Places places;
    private final Subscription subscription;
    private final TypeFilter types;
    private final Deliveries deliveries;
    private Cursor position;
    private boolean behind = true;
    private boolean removed;

    LiveReader(
            EntityPages pages,
            SpaceAccess access,
            Admission admission,
            Places places,
            Subscription subscription,
            TypeFilter types,
            Cursor position,
            Deliveries deliveries) {
        this.pages = pages;
        this.access = access;
        this.admission = admission;
        this.places = places;
        this.subscription = subscription;
        this.types = types;
        this.position = position;
        this.deliveries = deliveries;
    }

    /// @param straight entities passed on as the tail brought them
    /// @param caughtUp entities read from PostgreSQL
    record Deliveries(Counter straight, Counter caughtUp) {}

    /// Everything up to here was given.
    Cursor position() {
        return position;
    }

    /// Whether only [#catchUp] leads on.
    boolean isBehind() {
        behind |= subscription.hasGap();
        return behind;
    }

    boolean isEnding() {
        return subscription.isEnding();
    }

    /// The next change as the tail brought it; null when there is none, or the reader is behind.
    @Nullable LiveChange take() {
        while (!isBehind() && !removed) {
            LiveChange change = subscription.poll();
            if (change == null) {
                return null;
            }
            switch (step(change)) {
                case DELIVER -> {
                    position = new Cursor(position.epoch(), change.version());
                    deliveries.straight().increment();
                    return change;
                }
                case PASS -> position = new Cursor(position.epoch(), change.version());
                case IGNORE -> {}
                case CATCH_UP -> behind = true;
            }
        }
        return null;
    }

    /// Whether the tail brought something that this reader wants. It is not taken: [#catchUp] is
    /// where to get it.
    boolean isStirred() {
        while (!isBehind() && !removed) {
            LiveChange change = subscription.poll();
            if (change == null) {
                return false;
            }
            switch (step(change)) {
                case DELIVER, CATCH_UP -> behind = true;
                case PASS -> position = new Cursor(position.epoch(), change.version());
                case IGNORE -> {}
            }
        }
        return true;
    }

    /// A reader who is removed reads what was before, and nothing after; and what was taken away as
    /// a whole has to be asked for anew.
    private Step step(LiveChange change) {
        Step step = Step.of(position, change, types);
        if (step == Step.IGNORE || step == Step.CATCH_UP) {
            return step;
        }
        removed |= change.removes(admission.subject());
        return removed || change.erases() ? Step.CATCH_UP : step;
    }

    /// Whether the reader ceased to be a member of the space.
    boolean isRemoved() {
        return removed;
    }

    /// Reads on in PostgreSQL.
    ///
    /// @return fails with a [io.reconverge.service.problem.ProblemException]: `cursor-expired`,
    ///   `not-a-member`
    Mono<Page<Entity>> catchUp(PageLimit limit) {
        return Mono.defer(() -> {
            subscription.restart();
            return pages.since(subscription.space(), position, types, limit)
                    // after the page: what it has was read while its reader was a member
                    .delayUntil(page -> access.still(admission))
                    .doOnNext(page -> {
                        position = page.cursor();
                        behind = page.hasMore();
                        deliveries.caughtUp().increment(page.items().size());
                    });
        });
    }

    /// Completes when there is something new to look at.
    Mono<Void> changed() {
        return subscription.changed();
    }

    @Override
    public void close() {
        subscription.close();
        places.giveBack();
    }
}
