package io.reconverge.chaos;

import io.reconverge.chaos.run.Outcome;
import io.reconverge.chaos.run.Report;
import io.reconverge.chaos.run.Run;
import io.reconverge.chaos.run.RunPlan;
import io.reconverge.chaos.schedule.Schedule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command.
@Command(
        name = "deploy/chaos/run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Runs all of Reconverge in processes of its own, has devices and writers work on it while faults hit, lets it come to rest, and checks that nothing was lost. The same seed gives the same faults.",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:nothing was lost",
            "1:something was, or did not come to rest",
            "2:the command was not understood"
        })
public final class Chaos implements Callable<Integer> {
    @Option(
            names = "--seed",
            paramLabel = "S",
            description =
                    "What the faults are drawn from. Default: a random one, which is printed.")
    private @Nullable Long seed;

    @Option(
            names = "--faults",
            paramLabel = "N",
            defaultValue = "60",
            description = "How many. Default: ${DEFAULT-VALUE}.")
    private int faults;

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "24",
            description = "Default: ${DEFAULT-VALUE}.")
    private int devices;

    @Option(
            names = "--writers",
            paramLabel = "N",
            defaultValue = "4",
            description = "Besides the devices, with HTTP of their own. Default: ${DEFAULT-VALUE}.")
    private int writers;

    @Option(names = "--print", description = "Print the schedule, and do nothing.")
    private boolean print;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description =
                    "For the run's data and logs; kept only where something is wrong. Default: a new one in the system's folder for temporary files.")
    private @Nullable Path folder;

    @Option(
            names = "--results",
            paramLabel = "FOLDER",
            description = "For the report. Default: deploy/chaos/results/<date>.")
    private @Nullable Path results;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Chaos()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed;
        Schedule schedule = Schedule.draw(chosen, faults);
        if (print) {
            schedule.faults().forEach(System.out::println);
            return 0;
        }
        Path data = folder == null ? Files.createTempDirectory("reconverge-chaos-") : folder;
        RunPlan plan = new RunPlan(chosen, faults, devices, Math.min(3, devices), writers, 3, data);
        say("Seed %d, %d faults, data in %s".formatted(chosen, faults, data));
        Outcome outcome = new Run(plan, schedule, Chaos::say).go();
        Report report = new Report(outcome, circumstances());
        System.out.println();
        System.out.print(report.text());
        Path there = results == null ? defaultResults() : results;
        report.write(there);
        System.out.println("The report is in " + there + ".");
        if (outcome.isGood() && folder == null) {
            delete(data);
        }
        return outcome.isGood() ? 0 : 1;
    }

    private static void say(String line) {
        System.out.println(
                LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + "  " + line);
    }

    private static Path defaultResults() {
        return Path.of(System.getProperty("reconverge.chaos.home", "deploy/chaos"))
                .resolve("results")
                .resolve(LocalDate.now(ZoneOffset.UTC).toString());
    }

    private Map<String, String> circumstances() throws IOException, InterruptedException {
        Map<String, String> circumstances = new LinkedHashMap<>();
        circumstances.put("commit", said("git", "rev-parse", "--short=12", "HEAD"));
        circumstances.put(
                "machine",
                "%s, %d processors, %s %s, JDK %s"
                        .formatted(
                                model(),
                                Runtime.getRuntime().availableProcessors(),
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                Runtime.version()));
        circumstances.put(
                "command",
                "deploy/chaos/run --seed %s --faults %d --devices %d --writers %d"
                        .formatted(seed == null ? "(random)" : seed, faults, devices, writers));
        return circumstances;
    }

    private static String model() throws IOException {
        Path cpus = Path.of("/proc/cpuinfo");
        if (Files.notExists(cpus)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(cpus).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private static String said(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? said.strip() : "unknown";
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
