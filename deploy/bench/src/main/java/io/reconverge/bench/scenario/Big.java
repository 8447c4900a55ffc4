package io.reconverge.bench.scenario;

import io.reconverge.bench.load.Puts;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Row;
import java.net.URI;
import java.util.List;

/// Requests as large as they may be, one at a time.
public final class Big implements Scenario {
    private static final List<Integer> SIZES = List.of(1_000, 5_000);

    @Override
    public String name() {
        return "big";
    }

    @Override
    public Findings run(Stage stage) {
        Findings found =
                Findings.of(
                        name(),
                        "Single requests of a thousand changes and more: how long does each take?");
        URI gateway = stage.fleet().gateway();
        List<String> users = stage.tokens("big", 4);
        int requests = stage.settings().either(50, 3);
        for (int size : SIZES) {
            Puts puts = new Puts(gateway, users, size, 10_000);
            stage.load().send(gateway, puts, 1, stage.settings().either(20, 1));
            Window window =
                    Window.of(stage.fleet(), () -> stage.load().send(gateway, puts, 1, requests));
            double seconds = window.outcome().micros().getMean() * requests / 1e6;
            found.rows()
                    .add(
                            Row.of("reconverge", "%,d changes a request".formatted(size))
                                    .with("changes/s", size * window.outcome().done() / seconds)
                                    .with("p50 ms", window.outcome().millis(50))
                                    .with("p99 ms", window.outcome().millis(99))
                                    .with("failed", window.outcome().failed())
                                    .with("gateway µs", window.cpuMicros("gateway"))
                                    .with("worker µs", window.cpuMicros("worker"))
                                    .with("broker µs", window.cpuMicros("broker"))
                                    .with("postgres µs", window.cpuMicros("postgres"))
                                    .row());
        }
        return found;
    }
}
