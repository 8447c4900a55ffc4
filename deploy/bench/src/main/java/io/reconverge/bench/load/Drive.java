package io.reconverge.bench.load;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpResponse;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// One load on one server, from its first connection to its last answer. All of it happens on one
/// event loop.
final class Drive {
    /// How long answers are waited for after the time; what is still not there has failed.
    private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(5);

    private final URI server;
    private final Traffic traffic;
    private final int connections;
    private final long timeNanos;

    /// Between requests; 0 for as fast as they are answered.
    private final double intervalNanos;

    private final long requestsMax;
    private final List<Lane> lanes = new ArrayList<>();
    private final ArrayDeque<Lane> idle = new ArrayDeque<>();
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private final Histogram micros = new Histogram(1, LONGEST_MICROS, 3);
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private @Nullable EventLoop loop;
    private long begin;
    private long due;
    private long sent;
    private long done;
    private long failed;
    private boolean ended;

    /// @param perSecond 0 for as fast as they are answered
    /// @param requestsMax that are sent, if the time is enough for them
    Drive(
            URI server,
            Traffic traffic,
            int connections,
            Duration time,
            double perSecond,
            long requestsMax) {
        this.requestsMax = requestsMax;
        this.server = server;
        this.traffic = traffic;
        this.connections = connections;
        this.timeNanos = time.toNanos();
        this.intervalNanos = perSecond == 0 ? 0 : 1e9 / perSecond;
    }

    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /// Connects all, then begins.
    void start(Load load) {
        EventLoop own = load.group().next();
        loop = own;
        own.execute(() -> connect(load, 0));
    }

    private void connect(Load load, int number) {
        if (number == connections) {
            begin();
            return;
        }
        var lane = new Lane(number, this);
        load.connect(server, lane::attach)
                .addListener(connected -> {
                    if (connected.isSuccess()) {
                        lanes.add(lane);
                        connect(load, number + 1);
                    } else {
                        outcome.completeExceptionally(connected.cause());
                    }
                });
    }

    private void begin() {
        begin = System.nanoTime();
        if (intervalNanos == 0) {
            for (Lane lane : lanes) {
                if (sent < requestsMax) {
                    sent++;
                    send(lane, begin);
                } else {
                    idle.add(lane);
                }
            }
        } else {
            idle.addAll(lanes);
            due = begin;
            tick();
        }
        schedule(this::end, timeNanos);
    }

    /// Sends what is due, each on the connection that has been idle for longest.
    private void tick() {
        long now = System.nanoTime();
        while (due <= now && due - begin < timeNanos) {
            Lane lane = nextIdle();
            if (lane == null) {
                waiting.add(due);
            } else {
                send(lane, due);
            }
            sent++;
            due = begin + (long) (sent * intervalNanos);
        }
        if (due - begin < timeNanos) {
            schedule(this::tick, Math.max(0, due - System.nanoTime()));
        }
    }

    /// None that the server has closed meanwhile.
    private @Nullable Lane nextIdle() {
        Lane lane = idle.poll();
        while (lane != null && !lane.isOpen()) {
            lanes.remove(lane);
            lane = idle.poll();
        }
        return lane;
    }

    private void send(Lane lane, long intended) {
        lane.send(traffic.next(lane.number(), intended), intended);
    }

    /// An answer, or the end of a connection that should have brought one.
    void answered(Lane lane, long intended, boolean good) {
        long now = System.nanoTime();
        boolean within = now - begin <= timeNanos;
        if (good) {
            if (within || intervalNanos > 0) {
                micros.recordValue(Math.clamp((now - intended) / 1_000, 1, LONGEST_MICROS));
                done++;
            }
        } else {
            failed++;
        }
        if (!lane.isOpen()) {
            lanes.remove(lane);
        } else if (intervalNanos == 0) {
            if (within && sent < requestsMax) {
                sent++;
                send(lane, now);
            } else {
                idle.add(lane);
                ended |= sent == requestsMax;
            }
        } else {
            Long next = waiting.poll();
            if (next == null) {
                idle.add(lane);
            } else {
                send(lane, next);
            }
        }
        if (ended || lanes.isEmpty()) {
            finishWhenIdle();
        }
    }

    boolean accepts(Lane lane, long intended, FullHttpResponse answer) {
        return traffic.accepts(lane.number(), intended, answer);
    }

    private void end() {
        ended = true;
        schedule(this::finish, PATIENCE_NANOS);
        finishWhenIdle();
    }

    private void finishWhenIdle() {
        if (waiting.isEmpty() && idle.size() == lanes.size()) {
            finish();
        }
    }

    private void finish() {
        if (outcome.isDone()) {
            return;
        }
        failed += waiting.size() + lanes.size() - idle.size();
        lanes.forEach(Lane::close);
        double seconds = Math.min(System.nanoTime() - begin, timeNanos) / 1e9;
        outcome.complete(new Outcome(micros, done, failed, seconds, traffic.worth()));
    }

    private void schedule(Runnable task, long nanos) {
        EventLoop own = loop;
        if (own != null) {
            own.schedule(task, nanos, TimeUnit.NANOSECONDS);
        }
    }
}
