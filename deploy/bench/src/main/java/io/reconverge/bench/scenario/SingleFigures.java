package io.reconverge.bench.scenario;

import io.reconverge.bench.direct.Direct;
import io.reconverge.bench.load.Outcome;
import io.reconverge.bench.report.Check;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Plot;
import io.reconverge.bench.report.Plot.Kind;
import io.reconverge.bench.report.Plot.Series;
import io.reconverge.bench.report.Row;
import io.reconverge.bench.scenario.Single.Level;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What [Single] measured, as rows, targets and pictures.
final class SingleFigures {
    static final String OURS = "reconverge";

    private static final List<String> KINDS =
            List.of("postgres", "gateway", "worker", "broker", "feed", Direct.NAME);

    private SingleFigures() {}

    static void fill(Findings found, List<Level> levels) {
        for (Level level : levels) {
            String condition = "%,d connections".formatted(level.connections());
            rows(found, condition + ", saturated", level.saturated());
            rows(found, "%s, %,.0f/s".formatted(condition, level.rate()), level.steady());
        }
        levels.forEach(level -> check(found, level));
        plot(found, levels);
    }

    private static void rows(Findings found, String condition, Duel duel) {
        found.rows().add(row(OURS, condition, duel.ours()));
        found.rows().add(row(Direct.NAME, condition, duel.theirs()));
    }

    static Row row(String subject, String condition, Window window) {
        Outcome outcome = window.outcome();
        Row.Builder row =
                Row.of(subject, condition)
                        .with("changes/s", outcome.perSecond())
                        .with("p50 ms", outcome.millis(50))
                        .with("p99 ms", outcome.millis(99))
                        .with("p99.9 ms", outcome.millis(99.9))
                        .with("failed", outcome.failed());
        KINDS.forEach(kind -> row.with(kind + " µs", window.cpuMicros(kind)));
        return row.with("all µs", KINDS.stream().mapToDouble(window::cpuMicros).sum())
                .with("load µs", window.cpuMicros("load"))
                .row();
    }

    private static void check(Findings found, Level level) {
        List<Check> checks = found.checks();
        if (level.connections() == 1) {
            checks.add(
                    Check.atMost(
                            "one lone client's p50 under 5 ms",
                            level.saturated().ours().outcome().millis(50),
                            5,
                            "ms"));
        }
        if (level.connections() >= 64) {
            double wanted = level.connections() == 1_000 ? 2 : 1;
            checks.add(
                    Check.atLeast(
                            "at %,d connections at least %.0f × direct"
                                    .formatted(level.connections(), wanted),
                            level.saturated().ratio(),
                            wanted,
                            "×"));
            double bound = level.steady().theirs().outcome().millis(99);
            checks.add(
                    Check.atMost(
                            "at %,d connections p99 at the same rate no worse than direct's %.1f ms"
                                    .formatted(level.connections(), bound),
                            level.steady().ours().outcome().millis(99),
                            bound,
                            "ms"));
        }
        if (level.connections() == 1_000) {
            checks.add(
                    Check.atMost(
                            "Postgres's time for a change at 1,000 connections at most a fifth of direct's",
                            level.saturated().ours().cpuMicros("postgres")
                                    / level.saturated().theirs().cpuMicros("postgres"),
                            0.2,
                            "×"));
        }
    }

    private static void plot(Findings found, List<Level> levels) {
        found.plots()
                .add(
                        new Plot(
                                "Saturation",
                                Kind.LINES,
                                "connections",
                                "changes a second",
                                true,
                                List.of(
                                        line(
                                                OURS,
                                                levels,
                                                level ->
                                                        level.saturated()
                                                                .ours()
                                                                .outcome()
                                                                .perSecond()),
                                        line(
                                                Direct.NAME,
                                                levels,
                                                level ->
                                                        level.saturated()
                                                                .theirs()
                                                                .outcome()
                                                                .perSecond()))));
        found.plots()
                .add(
                        new Plot(
                                "p99 at the same rate, 30 % of the lesser saturation",
                                Kind.LINES,
                                "connections",
                                "ms",
                                true,
                                List.of(
                                        line(
                                                OURS,
                                                levels,
                                                level ->
                                                        level.steady().ours().outcome().millis(99)),
                                        line(
                                                Direct.NAME,
                                                levels,
                                                level ->
                                                        level.steady()
                                                                .theirs()
                                                                .outcome()
                                                                .millis(99)))));
        Level most = levels.getLast();
        String connections = "%,d connections".formatted(most.connections());
        found.plots()
                .add(
                        new Plot(
                                "Latency at %s and the same rate".formatted(connections),
                                Kind.LINES,
                                "one request in so many is slower",
                                "ms",
                                true,
                                List.of(
                                        Curves.percentiles(OURS, most.steady().ours().outcome()),
                                        Curves.percentiles(
                                                Direct.NAME, most.steady().theirs().outcome()))));
        found.plots()
                .add(
                        new Plot(
                                "Processor time for a change at %s, saturated"
                                        .formatted(connections),
                                Kind.BARS,
                                "",
                                "µs",
                                false,
                                KINDS.stream()
                                        .map(kind -> costs(kind, most.saturated()))
                                        .toList()));
    }

    private static Series line(String name, List<Level> levels, ToDoubleFunction<Level> value) {
        Series line = Series.line(name);
        levels.forEach(level -> line.add(level.connections(), value.applyAsDouble(level)));
        return line;
    }

    private static Series costs(String kind, Duel duel) {
        Series bars = Series.bars(kind);
        bars.add(OURS, duel.ours().cpuMicros(kind));
        bars.add(Direct.NAME, duel.theirs().cpuMicros(kind));
        return bars;
    }
}
