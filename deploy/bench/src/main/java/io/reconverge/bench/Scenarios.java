package io.reconverge.bench;

import io.reconverge.bench.scenario.Batch;
import io.reconverge.bench.scenario.Big;
import io.reconverge.bench.scenario.FirstSync;
import io.reconverge.bench.scenario.Growth;
import io.reconverge.bench.scenario.Live;
import io.reconverge.bench.scenario.Media;
import io.reconverge.bench.scenario.OnTheWire;
import io.reconverge.bench.scenario.Peers;
import io.reconverge.bench.scenario.Profile;
import io.reconverge.bench.scenario.Scenario;
import io.reconverge.bench.scenario.Single;
import io.reconverge.bench.scenario.Users;
import java.util.List;
import picocli.CommandLine;

/// All there are, in the order in which they run.
final class Scenarios {
    static final List<Scenario> ALL =
            List.of(
                    new Single(),
                    new Profile(),
                    new Batch(),
                    new FirstSync(),
                    new Live(),
                    new OnTheWire(),
                    new Growth(),
                    new Users(),
                    new Big(),
                    new Media(),
                    new Peers());

    private Scenarios() {}

    /// @param names none for all
    static List<Scenario> named(List<String> names) {
        return names.isEmpty() ? ALL : names.stream().map(Scenarios::named).toList();
    }

    private static Scenario named(String name) {
        return ALL.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new CommandLine.ParameterException(
                                new CommandLine(new Bench()),
                                "There is no scenario %s; there are %s."
                                        .formatted(
                                                name,
                                                String.join(
                                                        ", ",
                                                        ALL.stream()
                                                                .map(Scenario::name)
                                                                .toList()))));
    }
}
