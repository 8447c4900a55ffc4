package io.reconverge.bench.scenario;

import io.reconverge.bench.direct.Ceiling;
import io.reconverge.bench.load.Load;
import io.reconverge.bench.load.Puts;
import io.reconverge.bench.report.Check;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Plot;
import io.reconverge.bench.report.Plot.Kind;
import io.reconverge.bench.report.Plot.Series;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// A hundred changes a request, against the same rows written by nothing but SQL.
public final class Batch implements Scenario {
    private static final int CHANGES = 100;
    private static final int CONNECTIONS = 16;
    private static final List<Integer> WRITERS = List.of(1, 2, 4);

    @Override
    public String name() {
        return "batch";
    }

    @Override
    public Findings run(Stage stage) {
        Findings found =
                Findings.of(
                        name(),
                        "A hundred changes a request: how near to what PostgreSQL takes of the same rows in a bare loop?");
        Load load = stage.load();
        URI gateway = stage.fleet().gateway();
        var ceiling = new Ceiling(stage.fleet().database(), stage.settings().users());
        Duration time = stage.settings().window();
        var puts = new Puts(gateway, stage.tokens(), CHANGES);
        stage.warmUp(gateway, puts, CONNECTIONS);
        int writers = best(stage, ceiling, time);
        Duel duel =
                Duel.of(
                        stage,
                        () -> load.saturate(gateway, puts, CONNECTIONS, time),
                        () -> ceiling.run(writers, time));
        String condition = "%d changes a request".formatted(CHANGES);
        found.rows().add(SingleFigures.row("reconverge", condition, duel.ours()));
        found.rows().add(SingleFigures.row("ceiling", condition, duel.theirs()));
        found.checks().add(Check.atLeast("at least 75 % of the ceiling", duel.ratio(), 0.75, "×"));
        Series rates = Series.bars("changes a second");
        rates.add("reconverge", duel.ours().outcome().perSecond());
        rates.add("ceiling", duel.theirs().outcome().perSecond());
        found.plots()
                .add(new Plot("Batches", Kind.BARS, "", "changes a second", false, List.of(rates)));
        found.notes()
                .add(
                        "The ceiling is reached with %d connections of 2,000 changes a transaction, from within the load generator's process."
                                .formatted(writers));
        return found;
    }

    /// How many connections reach highest.
    private static int best(Stage stage, Ceiling ceiling, Duration time) {
        int best = 0;
        double most = 0;
        for (int writers : WRITERS) {
            double rate = ceiling.run(writers, time).perSecond();
            stage.say("ceiling with %d connections: %,.0f changes/s", writers, rate);
            if (rate > most) {
                most = rate;
                best = writers;
            }
        }
        return best;
    }
}
