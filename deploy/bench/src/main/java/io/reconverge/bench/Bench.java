package io.reconverge.bench;

import io.reconverge.bench.load.Load;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Page;
import io.reconverge.bench.report.Report;
import io.reconverge.bench.report.Table;
import io.reconverge.bench.scenario.Scenario;
import io.reconverge.bench.scenario.Stage;
import io.reconverge.parts.fleet.Fleet;
import io.reconverge.parts.fleet.FleetPlan;
import io.reconverge.parts.fleet.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Starts a fleet, puts the questions to it one after the other, and writes down what it found.
@Command(
        name = "deploy/bench/run",
        description = "Measures Reconverge as it is deployed, each service in its own process.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Bench implements Callable<Integer> {
    @Parameters(
            paramLabel = "scenario",
            description = "which ones, of: ${COMPLETION-CANDIDATES}; all when none is named",
            completionCandidates = Names.class)
    List<String> names = new ArrayList<>();

    @Option(
            names = "--quick",
            description = "a few seconds each, to see that it works; the figures mean nothing")
    boolean quick;

    @Option(names = "--workers", description = "ingest workers (${DEFAULT-VALUE})")
    int workers = 1;

    @Option(
            names = "--gateways",
            description = "gateways; load goes to the first (${DEFAULT-VALUE})")
    int gateways = 1;

    @Option(
            names = "--jvm",
            paramLabel = "service=options",
            description =
                    "other options for the JVM of broker, store, worker, feed, media or gateway, separated by spaces")
    Map<String, String> jvm = new LinkedHashMap<>();

    @Option(
            names = "--set",
            paramLabel = "service:property=value",
            description = "a setting of a service")
    Map<String, String> properties = new LinkedHashMap<>();

    @Option(
            names = "--no-flush",
            description =
                    "let the broker acknowledge before a record is on the disk, as in a cluster whose replicas stand in for each other")
    boolean noFlush;

    @Option(
            names = "--data",
            description = "folder for the fleet's data, which must be empty (a temporary one)")
    @Nullable Path data;

    @Option(
            names = "--results",
            description = "folder for the report (deploy/bench/results/ and the date)")
    @Nullable Path results;

    /// What picocli shows as choices.
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Names() {
            super(Scenarios.ALL.stream().map(Scenario::name).toList());
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<Scenario> scenarios = Scenarios.named(names);
        Path folder = data != null ? data : Files.createTempDirectory("reconverge-bench-");
        ZonedDateTime started = ZonedDateTime.now();
        System.out.println("The fleet starts; its data and logs are in " + folder);
        try (Load load = new Load();
                Fleet fleet = Fleet.start(folder, plan(scenarios))) {
            Stage stage = new Stage(BenchSettings.of(quick, folder), fleet, load, System.out);
            Map<String, String> processes = new LinkedHashMap<>(Processes.of(fleet));
            List<Findings> all = new ArrayList<>();
            Path target =
                    results != null
                            ? results
                            : Checkout.folder()
                                    .resolve("deploy/bench/results")
                                    .resolve(
                                            LocalDateTime.now()
                                                    .format(
                                                            DateTimeFormatter.ofPattern(
                                                                    quick
                                                                            ? "'quick-'yyyy-MM-dd-HHmm"
                                                                            : "yyyy-MM-dd-HHmm")));
            Table table = new Table(System.out);
            for (Scenario scenario : scenarios) {
                System.out.println(scenario.name());
                Findings found = scenario.run(stage);
                table.print(found);
                all.add(found);
                processes.putAll(Processes.of(fleet));
                // after each, so that a long run that is ended leaves what it has
                Page.write(
                        new Report(
                                started.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME),
                                Checkout.commit(),
                                command(),
                                Machine.facts(),
                                processes,
                                all),
                        target);
            }
            System.out.println("\nThe report is in " + target);
        }
        return 0;
    }

    private FleetPlan plan(List<Scenario> scenarios) {
        FleetPlan plan =
                FleetPlan.ONE_OF_EACH
                        .with(Role.WORKER, workers)
                        .with(Role.GATEWAY, gateways)
                        .withFlushes(!noFlush)
                        // a load comes from few addresses and users
                        .withProperty(
                                Role.GATEWAY,
                                "reconverge.gateway.limit.address-per-minute",
                                "10000000")
                        .withProperty(
                                Role.GATEWAY,
                                "reconverge.gateway.limit.user-per-minute",
                                "10000000")
                        .withProperty(Role.FEED, "reconverge.feed.streams", "20000");
        for (Map.Entry<String, String> options : jvm.entrySet()) {
            plan =
                    plan.withJvm(
                            role(options.getKey()),
                            List.of(options.getValue().strip().split("\\s+")));
        }
        for (Map.Entry<String, String> property : properties.entrySet()) {
            String[] parts = property.getKey().split(":", 2);
            plan = plan.withProperty(role(parts[0]), parts[1], property.getValue());
        }
        for (Scenario scenario : scenarios) {
            plan = scenario.plan(plan);
        }
        return plan;
    }

    private static Role role(String title) {
        for (Role role : Role.values()) {
            if (role.title().equals(title)) {
                return role;
            }
        }
        throw new IllegalArgumentException("there is no service " + title);
    }

    private String command() {
        var command = new StringBuilder("deploy/bench/run");
        if (quick) {
            command.append(" --quick");
        }
        if (workers != 1) {
            command.append(" --workers ").append(workers);
        }
        if (gateways != 1) {
            command.append(" --gateways ").append(gateways);
        }
        if (noFlush) {
            command.append(" --no-flush");
        }
        jvm.forEach((role, options) -> command.append(" --jvm '%s=%s'".formatted(role, options)));
        properties.forEach((name, value) -> command.append(" --set %s=%s".formatted(name, value)));
        Objects.requireNonNull(names).forEach(name -> command.append(' ').append(name));
        return command.toString();
    }
}
