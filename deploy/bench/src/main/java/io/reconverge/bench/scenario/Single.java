package io.reconverge.bench.scenario;

import io.reconverge.bench.direct.Direct;
import io.reconverge.bench.load.Load;
import io.reconverge.bench.load.Puts;
import io.reconverge.bench.report.Findings;
import io.reconverge.parts.fleet.FleetPlan;
import io.reconverge.parts.fleet.Member;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One change a request, on Reconverge and on the direct service in turns: as fast as they can, and
/// at one rate that both can keep.
public final class Single implements Scenario {
    private static final List<Integer> CONNECTIONS = List.of(1, 8, 64, 256, 1_000);
    private static final List<Integer> POOLS = List.of(8, 16, 32);
    private static final int WARM_UP_CONNECTIONS = 256;
    private static final int DIRECT_HEAP = 768;
    private static final int TUNING_CONNECTIONS = 256;

    /// Of the lesser saturation.
    private static final double SHARE = 0.3;

    @Override
    public String name() {
        return "single";
    }

    @Override
    public Findings run(Stage stage) {
        Findings found =
                Findings.of(
                        name(),
                        "One change a request: how many a second, how fast, and at what cost, against a service that writes each to PostgreSQL at once?");
        Member direct = startDirect(stage, tunedPool(stage, found));
        URI ours = stage.fleet().gateway();
        for (URI server : List.of(ours, direct.uri())) {
            stage.warmUp(server, puts(stage, server), WARM_UP_CONNECTIONS);
        }
        List<Level> levels = new ArrayList<>();
        for (int connections : CONNECTIONS) {
            levels.add(measured(stage, ours, direct.uri(), connections));
        }
        stage.fleet().endBeside(direct);
        SingleFigures.fill(found, levels);
        return found;
    }

    /// What was measured with so many connections.
    ///
    /// @param rate of `steady`, in changes a second
    record Level(int connections, Duel saturated, double rate, Duel steady) {}

    private static Level measured(Stage stage, URI ours, URI theirs, int connections) {
        Load load = stage.load();
        Duration time = stage.settings().window();
        Duel saturated =
                Duel.of(
                        stage,
                        () -> load.saturate(ours, puts(stage, ours), connections, time),
                        () -> load.saturate(theirs, puts(stage, theirs), connections, time));
        double rate = SHARE * saturated.lesserRate();
        Duel steady =
                Duel.of(
                        stage,
                        () -> load.pace(ours, puts(stage, ours), connections, time, rate),
                        () -> load.pace(theirs, puts(stage, theirs), connections, time, rate));
        stage.say(
                "%,d connections: %,.0f/s against %,.0f/s",
                connections,
                saturated.ours().outcome().perSecond(),
                saturated.theirs().outcome().perSecond());
        return new Level(connections, saturated, rate, steady);
    }

    /// The size of the pool with which the direct service does best.
    private static int tunedPool(Stage stage, Findings found) {
        if (stage.settings().quick()) {
            return POOLS.get(1);
        }
        int best = 0;
        double most = 0;
        for (int pool : POOLS) {
            Member direct = startDirect(stage, pool);
            URI server = direct.uri();
            Duration time = stage.settings().window();
            Puts puts = puts(stage, server);
            stage.warmUp(server, puts, TUNING_CONNECTIONS);
            double rate = stage.load().saturate(server, puts, TUNING_CONNECTIONS, time).perSecond();
            stage.fleet().endBeside(direct);
            stage.say("direct with a pool of %d: %,.0f changes/s", pool, rate);
            if (rate > most) {
                most = rate;
                best = pool;
            }
        }
        found.notes()
                .add(
                        "The direct service has a pool of %d connections, with which it did best of %s."
                                .formatted(best, POOLS));
        return best;
    }

    private static Member startDirect(Stage stage, int pool) {
        return Direct.start(stage.fleet(), FleetPlan.heap(DIRECT_HEAP), pool);
    }

    private static Puts puts(Stage stage, URI server) {
        return new Puts(server, stage.tokens(), 1);
    }
}
