package io.reconverge.bench.scenario;

import io.reconverge.bench.load.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The same load on Reconverge and on something else, in turns, each round one of each.
record Duel(Window ours, Window theirs) {

    static Duel of(Stage stage, Supplier<Outcome> ours, Supplier<Outcome> theirs) {
        List<Window> our = new ArrayList<>();
        List<Window> their = new ArrayList<>();
        for (int round = 0; round < stage.settings().rounds(); round++) {
            our.add(Window.of(stage.fleet(), ours));
            stage.settle();
            their.add(Window.of(stage.fleet(), theirs));
            stage.settle();
        }
        return new Duel(Window.all(our), Window.all(their));
    }

    /// Of what is done in a second.
    double ratio() {
        return ours.outcome().perSecond() / theirs.outcome().perSecond();
    }

    double lesserRate() {
        return Math.min(ours.outcome().perSecond(), theirs.outcome().perSecond());
    }
}
