package io.reconverge.bench.scenario;

import io.reconverge.bench.load.Humans;
import io.reconverge.bench.load.Puts;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Row;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/// Many people at a human pace.
public final class Users implements Scenario {
    private static final List<Integer> USERS = List.of(1_000, 5_000);
    private static final List<Integer> IN_QUICK = List.of(100, 300);

    /// Of each user: a push every thirty seconds, and a poll every fifteen.
    private static final double REQUESTS_PER_SECOND = 0.1;

    private static final int PUSH_ONE_IN = 3;
    private static final int WARM_UP_CONNECTIONS = 64;

    @Override
    public String name() {
        return "users";
    }

    @Override
    public Findings run(Stage stage) {
        Findings found =
                Findings.of(
                        name(),
                        "Thousands of people, each pushing a change every thirty seconds and polling every fifteen: what do they see?");
        URI gateway = stage.fleet().gateway();
        stage.warmUp(gateway, new Puts(gateway, stage.tokens(), 1), WARM_UP_CONNECTIONS);
        for (int users : stage.settings().quick() ? IN_QUICK : USERS) {
            List<String> tokens = stage.tokens(users);
            double rate = users * REQUESTS_PER_SECOND;
            Duration time = stage.settings().window().multipliedBy(stage.settings().rounds() * 2L);
            stage.load()
                    .pace(
                            gateway,
                            new Humans(gateway, tokens, PUSH_ONE_IN),
                            users,
                            stage.settings().warmUp(),
                            rate);
            var humans = new Humans(gateway, tokens, PUSH_ONE_IN);
            Window window =
                    Window.of(
                            stage.fleet(),
                            () -> stage.load().pace(gateway, humans, users, time, rate));
            found.rows()
                    .add(
                            Row.of("reconverge", "%,d users".formatted(users))
                                    .with("requests/s", window.outcome().requestsPerSecond())
                                    .with("failed", window.outcome().failed())
                                    .with("push p50 ms", millis(humans.pushes(), 50))
                                    .with("push p99 ms", millis(humans.pushes(), 99))
                                    .with("poll p50 ms", millis(humans.polls(), 50))
                                    .with("poll p99 ms", millis(humans.polls(), 99))
                                    .with("processors", processors(window))
                                    .row());
        }
        found.notes()
                .add(
                        "Processors: how many were busy on average with all of Reconverge and PostgreSQL. A first poll brings all that a user has.");
        return found;
    }

    private static double processors(Window window) {
        return window.cpuSeconds().entrySet().stream()
                        .filter(kind -> !kind.getKey().equals("load"))
                        .mapToDouble(kind -> kind.getValue())
                        .sum()
                / window.outcome().seconds();
    }

    private static double millis(Histogram micros, double percentile) {
        return micros.getValueAtPercentile(percentile) / 1e3;
    }
}
