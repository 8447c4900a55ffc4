package io.reconverge.client.media;

import io.reconverge.client.replica.Replica;
import java.time.Clock;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells observers how far files are: the beginning and the end of each transfer, and between them
/// no more often than they can look.
final class Progress {

    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
    private static final long SPACING_MILLIS = 200;

    private final CopyOnWriteArrayList<Told> observers = new CopyOnWriteArrayList<>();
    private final Clock clock;

    Progress(Clock clock) {
        this.clock = clock;
    }

    /// By identity: one that is given twice is told twice, and each ended for itself.
    private static final class Told {
        private final Consumer<MediaProgress> observer;

        Told(Consumer<MediaProgress> observer) {
            this.observer = observer;
        }
    }

    Replica.Observation observe(Consumer<MediaProgress> observer) {
        Told told = new Told(observer);
        observers.add(told);
        return () -> observers.remove(told);
    }

    /// The beginning of a transfer.
    Line begin(
            String space,
            String mediaId,
            MediaProgress.Direction direction,
            long done,
            long total) {
        return new Line(new MediaProgress(space, mediaId, direction, done, total, false));
    }

    /// One transfer.
    final class Line implements AutoCloseable {
        private MediaProgress last;
        private long toldAtMillis;

        private Line(MediaProgress first) {
            last = first;
            tell(first);
        }

        /// So many bytes are done.
        synchronized void at(long done) {
            last = at(done, false);
            if (clock.millis() - toldAtMillis >= SPACING_MILLIS) {
                tell(last);
            }
        }

        private MediaProgress at(long done, boolean ended) {
            return new MediaProgress(
                    last.space(), last.mediaId(), last.direction(), done, last.total(), ended);
        }

        private void tell(MediaProgress progress) {
            toldAtMillis = clock.millis();
            for (Told told : observers) {
                try {
                    told.observer.accept(progress);
                } catch (RuntimeException e) {
                    LOG.error("An observer of files failed; it stays.", e);
                }
            }
        }

        /// The end, however far it came.
        @Override
        public synchronized void close() {
            tell(at(last.done(), true));
        }
    }
}
