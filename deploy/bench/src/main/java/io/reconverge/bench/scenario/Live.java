package io.reconverge.bench.scenario;

import io.reconverge.bench.load.Load;
import io.reconverge.bench.load.Outcome;
import io.reconverge.bench.load.Puts;
import io.reconverge.bench.load.Streams;
import io.reconverge.bench.report.Check;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Plot;
import io.reconverge.bench.report.Plot.Kind;
import io.reconverge.bench.report.Plot.Series;
import io.reconverge.bench.report.Row;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A write on one device, and the event of it on another.
public final class Live implements Scenario {
    private static final int CONNECTIONS = 64;
    private static final int WATCHED_USERS = 200;
    private static final Duration OPENING = Duration.ofMinutes(3);
    private static final List<Integer> SHARES = List.of(10, 50, 90);

    @Override
    public String name() {
        return "live";
    }

    @Override
    public Findings run(Stage stage) {
        Findings found =
                Findings.of(
                        name(),
                        "How long from a write on one device to its event on another, and what do streams cost on which nothing happens?");
        URI gateway = stage.fleet().gateway();
        List<String> users =
                stage.tokens("live", Math.min(WATCHED_USERS, stage.settings().users()));
        Load load = stage.load();
        Puts puts = new Puts(gateway, users, 1);
        stage.warmUp(gateway, puts, CONNECTIONS);
        try (Streams streams = new Streams(load)) {
            int open = streams.open(gateway, users, List.of(), OPENING);
            stage.say("%,d of %,d streams are open", open, users.size());
            // with the streams open: what they cost is part of what the machine can take
            double most =
                    load.saturate(gateway, puts, CONNECTIONS, stage.settings().window())
                            .perSecond();
            List<Series> curves = new ArrayList<>();
            for (int share : SHARES) {
                streams.awaitQuiet();
                curves.add(at(stage, found, streams, puts, share, most));
            }
            found.plots()
                    .add(
                            new Plot(
                                    "From write to event",
                                    Kind.LINES,
                                    "one event in so many is slower",
                                    "ms",
                                    true,
                                    curves));
        }
        stage.settle();
        IdleStreams.measure(stage, found);
        return found;
    }

    private static Series at(
            Stage stage, Findings found, Streams streams, Puts puts, int share, double most) {
        streams.reset();
        double rate = most * share / 100;
        Duration time = stage.settings().window().multipliedBy(stage.settings().rounds());
        Window window =
                Window.of(
                        stage.fleet(),
                        () ->
                                stage.load()
                                        .pace(
                                                stage.fleet().gateway(),
                                                puts,
                                                CONNECTIONS,
                                                time,
                                                rate));
        streams.awaitQuiet();
        Outcome written = window.outcome();
        Outcome seen = new Outcome(streams.micros(), streams.events(), 0, written.seconds(), 1);
        found.rows()
                .add(
                        Row.of("reconverge", "%d %% of %,.0f/s".formatted(share, most))
                                .with("writes", written.done())
                                .with("events", seen.done())
                                .with("write p50 ms", written.millis(50))
                                .with("write p99 ms", written.millis(99))
                                .with("event p50 ms", seen.millis(50))
                                .with("event p99 ms", seen.millis(99))
                                .with("event p99.9 ms", seen.millis(99.9))
                                .with("feed µs", window.cpuMicros("feed"))
                                .with("gateway µs", window.cpuMicros("gateway"))
                                .row());
        if (share == 50) {
            found.checks().add(Check.atMost("at 50 % p50 under 15 ms", seen.millis(50), 15, "ms"));
            found.checks().add(Check.atMost("at 50 % p99 under 60 ms", seen.millis(99), 60, "ms"));
            found.checks()
                    .add(
                            Check.atLeast(
                                    "at 50 %% an event for each of %,d writes"
                                            .formatted(written.done()),
                                    seen.done(),
                                    written.done(),
                                    ""));
        }
        return Curves.percentiles("%d %%".formatted(share), seen);
    }
}
