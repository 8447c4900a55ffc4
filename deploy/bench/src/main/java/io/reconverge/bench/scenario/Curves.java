package io.reconverge.bench.scenario;

import io.reconverge.bench.load.Outcome;
import io.reconverge.bench.report.Plot.Series;

/// Latencies as a line.
final class Curves {
    private static final double[] ONE_IN = {
        1.0001, 1.1, 1.25, 1.5, 2, 3, 4, 5, 7, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000,
        10_000
    };

    private Curves() {}

    /// At x: what one request in x exceeds.
    static Series percentiles(String name, Outcome outcome) {
        Series line = Series.line(name);
        for (double one : ONE_IN) {
            if (one <= outcome.done()) {
                line.add(one, outcome.millis(100 * (1 - 1 / one)));
            }
        }
        return line;
    }
}
