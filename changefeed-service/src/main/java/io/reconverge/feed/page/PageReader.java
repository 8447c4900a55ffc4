package io.reconverge.feed.page;

import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.wire.Cursor;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/// Makes a page of one statement's rows. Each row has the space's `epoch`, `head` and `oldest`; of
/// these rows one at least comes when the space has a row, its `version` null when nothing is new.
/// `stored` is the size of the page's data up to this row, as the database stores them: compressed,
/// so it is less than what comes of them. The first row with which it reaches the limit is the
/// last.
///
/// @param row what a row with a `version` holds
/// @param size bytes of data in it
public record PageReader<T>(Postgres postgres, Function<Columns, T> row, ToIntFunction<T> size) {

    /// @param statement asks for one item more than the limit
    /// @throws io.reconverge.service.problem.ProblemException `cursor-expired`
    public Mono<Page<T>> read(
            DatabaseClient.GenericExecuteSpec statement, Cursor cursor, PageLimit limit) {
        return Mono.defer(() -> {
            var reading = new Reading(limit);
            return postgres.answer(
                    statement
                            .map(Columns.as(reading::take))
                            .all()
                            .takeWhile(goOn -> goOn)
                            .then(Mono.fromSupplier(() -> reading.page(cursor))));
        });
    }

    private final class Reading {

        private final PageLimit limit;
        private final Bounded<T> items;
        private SpaceState space = SpaceState.UNWRITTEN;
        private long last;

        Reading(PageLimit limit) {
            this.limit = limit;
            this.items = new Bounded<>(limit);
        }

        /// @return whether to read on
        boolean take(Columns next) {
            space =
                    new SpaceState(
                            next.number("epoch"), next.number("head"), next.number("oldest"));
            Long version = next.numberOrNull("version");
            if (version == null) {
                return true;
            }
            T item = row.apply(next);
            if (!items.take(item, size.applyAsInt(item))) {
                return false;
            }
            if (version <= last) {
                throw new IllegalStateException("version " + version + " came after " + last);
            }
            last = version;
            if (next.number("stored") >= limit.bytes() && version < space.head()) {
                items.close();
            }
            return true;
        }

        Page<T> page(Cursor cursor) {
            space.admit(cursor);
            boolean full = items.isFull();
            return new Page<>(
                    items.items(), space.at(full ? last : space.head()), space.head(), full);
        }
    }
}
