package io.reconverge.bench.scenario;

import io.reconverge.bench.report.Findings;
import io.reconverge.parts.fleet.FleetPlan;

/// One question to the fleet.
public interface Scenario {

    /// On the command line.
    String name();

    /// The plan of the fleet, changed to what this cannot do without.
    default FleetPlan plan(FleetPlan others) {
        return others;
    }

    Findings run(Stage stage);
}
