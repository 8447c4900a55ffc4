package io.reconverge.bench.scenario;

import io.reconverge.bench.load.Puts;
import io.reconverge.bench.load.Streams;
import io.reconverge.bench.report.Check;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Row;
import io.reconverge.parts.fleet.Member;
import io.reconverge.parts.fleet.Role;
import io.reconverge.parts.fleet.Usage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Ten thousand streams on which nothing happens: the memory of each, and what a write costs while
/// they are there. They go through two gateways: a stream takes two open files in one, of which
/// many machines let a process have 20,000 at most.
final class IdleStreams {
    private static final int STREAMS = 10_000;
    private static final int IN_QUICK = 300;

    /// Of one user: as many devices.
    private static final int DEVICES = 5;

    private static final double WRITES_PER_SECOND = 50;
    private static final Duration OPENING = Duration.ofMinutes(5);
    private static final double MEBIBYTE = 1024 * 1024;

    private IdleStreams() {}

    static void measure(Stage stage, Findings found) {
        int wanted = stage.settings().either(STREAMS, IN_QUICK);
        URI gateway = stage.fleet().gateway();
        List<String> users = stage.tokens("idle", wanted / DEVICES);
        Puts puts = new Puts(gateway, users, 1);
        // so that each space is there
        stage.load().send(gateway, puts, 16, users.size());
        Window alone = writes(stage, puts);
        List<String> devices = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            devices.addAll(users);
        }
        List<String> here = devices.subList(0, wanted / 2);
        List<String> there = devices.subList(wanted / 2, devices.size());
        Member second = stage.fleet().another(Role.GATEWAY, Map.of());
        try (Streams streams = new Streams(stage.load())) {
            second.start();
            Map<String, Usage> before = stage.fleet().usage();
            int first = streams.open(gateway, here, List.of(), OPENING);
            int open = streams.open(second.uri(), there, List.of(), OPENING);
            stage.say("%,d of %,d idle streams are open", open, wanted);
            Stage.pause(Duration.ofSeconds(stage.settings().either(30, 1)));
            Map<String, Usage> after = stage.fleet().usage();
            streams.reset();
            Meter quiet = Meter.start(stage.fleet());
            Duration listening = stage.settings().window();
            Stage.pause(listening);
            Map<String, Double> idle = quiet.seconds();
            Window among = writes(stage, puts);
            streams.awaitQuiet();
            double feed = memory(after, "feed-1");
            Row.Builder row =
                    Row.of("reconverge", "%,d idle streams".formatted(open))
                            .with("feed MiB", feed / MEBIBYTE)
                            .with(
                                    "feed KiB a stream",
                                    (feed - memory(before, "feed-1")) / 1024 / Math.max(1, open))
                            .with(
                                    "gateway KiB a stream",
                                    (memory(after, "gateway-1") - memory(before, "gateway-1"))
                                            / 1024
                                            / Math.max(1, first))
                            .with("feed % of a processor", share(idle, "feed", listening))
                            .with("gateway % of a processor", share(idle, "gateway", listening))
                            .with(
                                    "events a write",
                                    streams.events() / (double) among.outcome().done())
                            .with("event p50 ms", streams.micros().getValueAtPercentile(50) / 1e3)
                            .with("event p99 ms", streams.micros().getValueAtPercentile(99) / 1e3);
            for (String kind : List.of("feed", "gateway", "postgres")) {
                row.with(kind + " µs a write", among.cpuMicros(kind))
                        .with(kind + " µs without streams", alone.cpuMicros(kind));
            }
            found.rows().add(row.row());
            found.checks()
                    .add(
                            Check.atLeast(
                                    "%,d idle streams at once".formatted(wanted),
                                    open,
                                    wanted,
                                    ""));
            if (!stage.settings().quick()) {
                found.checks()
                        .add(
                                Check.atMost(
                                        "%,d idle streams in under 500 MiB of the feed's memory"
                                                .formatted(wanted),
                                        // fewer are no measure
                                        open < wanted ? Double.NaN : feed / MEBIBYTE,
                                        500,
                                        "MiB"));
            }
        } finally {
            stage.fleet().endBeside(second);
        }
    }

    private static Window writes(Stage stage, Puts puts) {
        return Window.of(
                stage.fleet(),
                () ->
                        stage.load()
                                .pace(
                                        stage.fleet().gateway(),
                                        puts,
                                        16,
                                        stage.settings().window(),
                                        WRITES_PER_SECOND));
    }

    private static double memory(Map<String, Usage> usage, String name) {
        return usage.getOrDefault(name, Usage.NONE).proportionalBytes();
    }

    private static double share(Map<String, Double> seconds, String kind, Duration of) {
        return 100 * seconds.getOrDefault(kind, 0.0) / (of.toMillis() / 1e3);
    }
}
