package io.reconverge.client.sync;

import io.reconverge.client.replica.Exchange;
import io.reconverge.client.replica.Place;
import io.reconverge.client.replica.Replica;
import io.reconverge.wire.Entity;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The live stream of a space: at most one is open. All methods are the loop's.
///
/// What it brings during a run is held until the run ends: stored at once, it would move the cursor
/// on, and the page that is on its way with just the same in it would count no more.
final class LiveFeed {

    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);

    /// Events that wait to be stored; of more a page brings 500 at once.
    static final int WAITING_MAX = 1_000;

    private record Event(Entity entity, String cursor) {}

    private final Replica replica;
    private final String space;
    private final Exchange exchange;
    private final Transport transport;
    private final EventLoop loop;
    private final BooleanSupplier inRun;
    private final Consumer<SyncEvent> report;
    private final Queue<Event> waiting = new ArrayDeque<>();
    private @Nullable Stream stream;
    private boolean storing;

    /// @param inRun whether a request is in the air
    LiveFeed(
            Replica replica,
            String space,
            Transport transport,
            EventLoop loop,
            BooleanSupplier inRun,
            Consumer<SyncEvent> report) {
        this.replica = replica;
        this.space = space;
        this.exchange = replica.space(space).exchange();
        this.transport = transport;
        this.loop = loop;
        this.inRun = inRun;
        this.report = report;
    }

    /// Opens the stream where the replica is, unless one is open or nothing was read yet.
    void open() {
        if (stream != null) {
            return;
        }
        Place place = exchange.place();
        String cursor = place.cursor();
        if (cursor != null) {
            Stream opened = new Stream(place.reading());
            stream = opened;
            opened.call = transport.live(space, replica.deviceId(), cursor, opened);
        }
    }

    void close() {
        Stream open = stream;
        stream = null;
        waiting.clear();
        if (open != null) {
            open.call.cancel();
        }
    }

    /// Stores what waits, one after the other, unless a run is on its way.
    void store() {
        if (!storing && !waiting.isEmpty() && !inRun.getAsBoolean()) {
            storing = loop.execute(this::storeNext);
        }
    }

    private void storeNext() {
        storing = false;
        Stream open = stream;
        if (open == null || inRun.getAsBoolean()) {
            return;
        }
        Event event = waiting.poll();
        if (event == null) {
            return;
        }
        open.unstored.decrementAndGet();
        try {
            switch (exchange.live(open.reading, event.entity, event.cursor)) {
                case STORED -> report.accept(new SyncEvent.LiveEvent());
                case STALE, STUCK -> giveUp();
            }
        } catch (RuntimeException e) {
            // it cannot be left out: the next one's cursor would be past it
            LOG.warn("What the live stream brought of {} could not be stored.", space, e);
            close();
            report.accept(new SyncEvent.LiveLost(loop.jitter()));
        }
        store();
    }

    /// Pages do it from here, soon.
    private void giveUp() {
        close();
        report.accept(new SyncEvent.LiveLost(0));
    }

    private void ended(Transport.LiveEnd end) {
        stream = null;
        waiting.clear();
        report.accept(
                switch (end) {
                    case LOST -> new SyncEvent.LiveLost(loop.jitter());
                    case TOKEN_EXPIRED, CURSOR_EXPIRED -> new SyncEvent.LiveLost(0);
                    case UNAUTHORIZED -> new SyncEvent.TokenLost();
                });
    }

    /// Called by any thread. What comes of a stream that is not the open one is dropped.
    private final class Stream implements Transport.Live {

        private final long reading;
        private final AtomicInteger unstored = new AtomicInteger();
        private Transport.Call call = () -> {};

        Stream(long reading) {
            this.reading = reading;
        }

        @Override
        public void change(Entity entity, String cursor) {
            int before = unstored.getAndIncrement();
            if (before < WAITING_MAX) {
                onLoop(() -> {
                    waiting.add(new Event(entity, cursor));
                    store();
                });
            } else if (before == WAITING_MAX) {
                onLoop(LiveFeed.this::giveUp);
            }
        }

        @Override
        public void caughtUp(String cursor) {}

        @Override
        public void ended(Transport.LiveEnd end) {
            onLoop(() -> LiveFeed.this.ended(end));
        }

        private void onLoop(Runnable task) {
            loop.execute(() -> {
                if (stream == this) {
                    task.run();
                }
            });
        }
    }
}
