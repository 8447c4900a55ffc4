package io.reconverge.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reconverge.chaos.schedule.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A run with few faults; long ones are the command's.
class ShortRunTest {

    /// Within some seconds a worker, the broker, the database and a process of devices are killed,
    /// a worker stands still, and the way to the broker is cut.
    private static final long SEED = 333;

    private static final int FAULTS = 6;

    @Test
    @Timeout(900)
    void nothing_is_lost_in_a_few_faults() throws IOException, InterruptedException {
        assumeTrue(servicesAreBuilt(), "the services' jars are made by ./mvnw package");
        Path folder = Files.createTempDirectory("reconverge-chaos-");
        RunPlan plan = new RunPlan(SEED, FAULTS, 20, 2, 2, 3, folder);

        Outcome outcome =
                new Run(plan, Schedule.draw(SEED, FAULTS), line -> System.out.println(line)).go();

        String report = new Report(outcome, Map.of()).text();
        assertThat(outcome.isGood()).as(report).isTrue();
        assertThat(outcome.counts().replicas()).isEqualTo(20);
        assertThat(outcome.counts().acknowledged()).as(report).isPositive();
        assertThat(outcome.counts().deviceEdits()).as(report).isPositive();
        delete(folder);
    }

    private static boolean servicesAreBuilt() throws IOException {
        Path target = Path.of("..", "..", "gateway", "target");
        if (Files.notExists(target)) {
            return false;
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.anyMatch(file -> file.toString().endsWith("-exec.jar"));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
