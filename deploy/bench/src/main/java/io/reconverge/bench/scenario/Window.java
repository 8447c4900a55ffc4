package io.reconverge.bench.scenario;

import io.reconverge.bench.load.Outcome;
import io.reconverge.parts.fleet.Fleet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A load, and what it cost.
///
/// @param cpuSeconds by kind of process
record Window(Outcome outcome, Map<String, Double> cpuSeconds) {

    static Window of(Fleet fleet, Supplier<Outcome> load) {
        Meter meter = Meter.start(fleet);
        Outcome outcome = load.get();
        return new Window(outcome, meter.seconds());
    }

    Window plus(Window other) {
        Map<String, Double> both = new LinkedHashMap<>(cpuSeconds);
        other.cpuSeconds.forEach((kind, seconds) -> both.merge(kind, seconds, Double::sum));
        return new Window(outcome.plus(other.outcome), both);
    }

    static Window all(List<Window> windows) {
        return windows.stream().reduce(Window::plus).orElseThrow();
    }

    /// Processor time for each change, by kind.
    double cpuMicros(String kind) {
        return cpuSeconds.getOrDefault(kind, 0.0)
                * 1e6
                / Math.max(1, outcome.done() * outcome.worth());
    }

    double failedShare() {
        return outcome.failed() / (double) Math.max(1, outcome.done() + outcome.failed());
    }
}
