package io.reconverge.bench;

import io.reconverge.bench.scenario.Scenario;
import io.reconverge.bench.scenario.Single;
import java.util.List;
import picocli.CommandLine;

/// All there are, in the order in which they run.
final class Scenarios {
    static final List<Scenario> ALL = List.of(new Single());

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
