package io.reconverge.bench.scenario;

import io.reconverge.bench.load.Gets;
import io.reconverge.bench.load.Humans;
import io.reconverge.bench.load.Outcome;
import io.reconverge.bench.load.Puts;
import io.reconverge.bench.load.Traffic;
import io.reconverge.bench.report.Check;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Plot;
import io.reconverge.bench.report.Plot.Kind;
import io.reconverge.bench.report.Plot.Series;
import io.reconverge.bench.report.Row;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The same pushes, polls and pages on a database that grows a thousandfold.
public final class Growth implements Scenario {
    private static final int CONNECTIONS = 32;
    private static final double PER_SECOND = 200;
    private static final int PAGE = 100;
    private static final double FLAT = 1.2;

    /// What is there in all, of spaces and of log rows.
    private record Level(int spaces, int rows) {}

    private static final List<Level> LEVELS =
            List.of(
                    new Level(1_000, 1_000_000),
                    new Level(100_000, 3_000_000),
                    new Level(1_000_000, 10_000_000));

    private static final int QUICK_DIVISOR = 100;

    /// The cost of one kind of request at each level.
    private record Cost(double p50, double cpuMicros) {}

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public Findings run(Stage stage) {
        Findings found =
                Findings.of(
                        name(),
                        "From a thousand spaces to a million, and to ten million log rows: do a push, a poll and a page cost the same?");
        var filler = new Filler(stage.fleet().database());
        Map<String, List<Cost>> costs = new LinkedHashMap<>();
        List<Level> levels =
                stage.settings().quick()
                        ? LEVELS.stream()
                                .map(level ->
                                        new Level(
                                                Math.max(1, level.spaces() / QUICK_DIVISOR),
                                                level.rows() / QUICK_DIVISOR))
                                .toList()
                        : LEVELS;
        List<String> users = stage.tokens();
        // so that what the users have does not grow meanwhile
        stage.load()
                .send(
                        stage.fleet().gateway(),
                        new Puts(stage.fleet().gateway(), users, PAGE, PAGE),
                        CONNECTIONS,
                        users.size());
        stage.warmUp(
                stage.fleet().gateway(),
                new Puts(stage.fleet().gateway(), users, 1, PAGE),
                CONNECTIONS);
        for (Level level : levels) {
            filler.fillTo(level.spaces(), level.rows());
            stage.say("%,d spaces and %,d log rows are there", level.spaces(), level.rows());
            Stage.pause(Duration.ofSeconds(stage.settings().either(30, 1)));
            measure(stage, found, costs, level, users);
        }
        fill(found, costs, levels);
        return found;
    }

    private static void measure(
            Stage stage,
            Findings found,
            Map<String, List<Cost>> costs,
            Level level,
            List<String> users) {
        URI gateway = stage.fleet().gateway();
        List<String> pollers = users.subList(0, Math.min(users.size(), CONNECTIONS));
        Humans polls = new Humans(gateway, pollers, 0);
        // each learns its cursor
        stage.load().send(gateway, polls, pollers.size(), pollers.size() * 2L);
        Map<String, Traffic> kinds = new LinkedHashMap<>();
        kinds.put("push", new Puts(gateway, users, 1, PAGE));
        kinds.put("poll", polls);
        kinds.put(
                "page of 100", new Gets(gateway, users, "/v1/spaces/me/changes?limit=" + PAGE, 1));
        kinds.forEach((kind, traffic) -> {
            // a poller has its own connection
            int connections = traffic == polls ? pollers.size() : CONNECTIONS;
            List<Window> windows = new ArrayList<>();
            for (int round = 0; round < stage.settings().rounds(); round++) {
                windows.add(
                        Window.of(
                                stage.fleet(),
                                () ->
                                        stage.load()
                                                .pace(
                                                        gateway,
                                                        traffic,
                                                        connections,
                                                        stage.settings().window(),
                                                        PER_SECOND)));
                stage.settle();
            }
            Window window = Window.all(windows);
            Outcome outcome = window.outcome();
            double cpu =
                    List.of("gateway", "worker", "feed", "postgres").stream()
                            .mapToDouble(window::cpuMicros)
                            .sum();
            costs.computeIfAbsent(kind, none -> new ArrayList<>())
                    .add(new Cost(outcome.millis(50), cpu));
            found.rows()
                    .add(
                            Row.of(
                                            kind,
                                            "%,d spaces, %,d log rows"
                                                    .formatted(level.spaces(), level.rows()))
                                    .with("p50 ms", outcome.millis(50))
                                    .with("p99 ms", outcome.millis(99))
                                    .with("failed", outcome.failed())
                                    .with("postgres µs", window.cpuMicros("postgres"))
                                    .with("all µs", cpu)
                                    .row());
        });
    }

    private static void fill(Findings found, Map<String, List<Cost>> costs, List<Level> levels) {
        List<Series> lines = new ArrayList<>();
        costs.forEach((kind, all) -> {
            Series line = Series.line(kind);
            for (int i = 0; i < all.size(); i++) {
                line.add(levels.get(i).rows(), all.get(i).cpuMicros());
            }
            lines.add(line);
            found.checks()
                    .add(
                            Check.atMost(
                                    "%s: processor time at the most within 20 %% of that at the least"
                                            .formatted(kind),
                                    all.getLast().cpuMicros() / all.getFirst().cpuMicros(),
                                    FLAT,
                                    "×"));
            found.checks()
                    .add(
                            Check.atMost(
                                    "%s: p50 at the most within 20 %% of that at the least"
                                            .formatted(kind),
                                    all.getLast().p50() / all.getFirst().p50(),
                                    FLAT,
                                    "×"));
        });
        found.plots()
                .add(
                        new Plot(
                                "Processor time of one request",
                                Kind.LINES,
                                "log rows",
                                "µs",
                                true,
                                lines));
    }
}
