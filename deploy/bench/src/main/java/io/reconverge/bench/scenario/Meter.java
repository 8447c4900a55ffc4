package io.reconverge.bench.scenario;

import io.reconverge.parts.fleet.Fleet;
import io.reconverge.parts.fleet.Usage;
import java.util.LinkedHashMap;
import java.util.Map;

/// Processor time of each kind of process from one moment to another; `load` is this process.
final class Meter {
    private final Fleet fleet;
    private final Map<String, Long> before;

    private Meter(Fleet fleet) {
        this.fleet = fleet;
        this.before = now();
    }

    static Meter start(Fleet fleet) {
        return new Meter(fleet);
    }

    /// Seconds since the start, by kind: `gateway`, `worker`, `postgres` …
    Map<String, Double> seconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        now().forEach((kind, nanos) ->
                seconds.put(kind, Math.max(0, nanos - before.getOrDefault(kind, 0L)) / 1e9));
        return seconds;
    }

    private Map<String, Long> now() {
        Map<String, Long> nanos = new LinkedHashMap<>();
        fleet.usage()
                .forEach((name, usage) ->
                        nanos.merge(name.replaceAll("-\\d+$", ""), usage.cpuNanos(), Long::sum));
        nanos.put("load", Usage.ofProcess(ProcessHandle.current().pid()).cpuNanos());
        return nanos;
    }
}
