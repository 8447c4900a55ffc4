package io.reconverge.bench.scenario;

import io.reconverge.parts.fleet.Fleet;
import io.reconverge.parts.fleet.Usage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What each kind of process takes from one moment to another; `load` is this process.
final class Meter {
    private final Fleet fleet;
    private final Map<String, Usage> before;

    private Meter(Fleet fleet) {
        this.fleet = fleet;
        this.before = now();
    }

    static Meter start(Fleet fleet) {
        return new Meter(fleet);
    }

    /// Seconds of processor time since the start, by kind: `gateway`, `worker`, `postgres` …
    Map<String, Double> seconds() {
        return since(usage -> usage.cpuNanos() / 1e9);
    }

    /// How often threads have changed places on the processors since the start, by kind.
    Map<String, Double> switches() {
        return since(Usage::switches);
    }

    private Map<String, Double> since(ToDoubleFunction<Usage> value) {
        Map<String, Double> since = new LinkedHashMap<>();
        now().forEach((kind, usage) ->
                since.put(
                        kind,
                        Math.max(
                                0,
                                value.applyAsDouble(usage)
                                        - value.applyAsDouble(
                                                before.getOrDefault(kind, Usage.NONE)))));
        return since;
    }

    private Map<String, Usage> now() {
        Map<String, Usage> usages = new LinkedHashMap<>();
        fleet.usage()
                .forEach((name, usage) ->
                        usages.merge(name.replaceAll("-\\d+$", ""), usage, Usage::plus));
        usages.put("load", Usage.ofProcess(ProcessHandle.current().pid()));
        return usages;
    }
}
