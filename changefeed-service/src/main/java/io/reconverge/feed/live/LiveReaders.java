package io.reconverge.feed.live;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.feed.page.EntityPages;
import io.reconverge.feed.page.TypeFilter;
import io.reconverge.service.access.Admission;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Cursor;
import org.springframework.stereotype.Component;

/// Opens readers.
@Component
final class LiveReaders {

    private final Subscriptions subscriptions;
    private final EntityPages pages;
    private final SpaceAccess access;
    private final LiveReader.Deliveries deliveries;

    LiveReaders(
            Subscriptions subscriptions,
            EntityPages pages,
            SpaceAccess access,
            MeterRegistry meters) {
        this.subscriptions = subscriptions;
        this.pages = pages;
        this.access = access;
        this.deliveries =
                new LiveReader.Deliveries(
                        deliveries("tail", meters), deliveries("postgres", meters));
    }

    /// The reader is subscribed before it first reads, so that nothing falls between.
    ///
    /// @param places one of these is the reader's until it is closed
    /// @throws io.reconverge.service.problem.ProblemException `unavailable`, `rate-limited`
    LiveReader open(Places places, Admission admission, TypeFilter types, Cursor position) {
        places.take();
        try {
            return new LiveReader(
                    pages,
                    access,
                    admission,
                    places,
                    subscriptions.open(admission.space()),
                    types,
                    position,
                    deliveries);
        } catch (ProblemException refused) {
            places.giveBack();
            throw refused;
        }
    }

    private static Counter deliveries(String from, MeterRegistry meters) {
        return Counter.builder("reconverge.feed.deliveries")
                .description("Entities given to live streams and long polls")
                .tag("from", from)
                .register(meters);
    }
}
