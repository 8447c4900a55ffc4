package io.reconverge.bench.scenario;

import io.reconverge.bench.report.Findings;

/// One question to the fleet.
public interface Scenario {

    /// On the command line.
    String name();

    Findings run(Stage stage);
}
