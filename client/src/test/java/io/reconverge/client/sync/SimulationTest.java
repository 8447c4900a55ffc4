package io.reconverge.client.sync;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/// What holds whatever users, devices, network and server do. `-Dreconverge.seed=7` runs one seed
/// alone, `-Dreconverge.seeds=100000` runs so many.
class SimulationTest {

    private static final long SEEDS = Long.getLong("reconverge.seeds", 1_000);

    private final Logger log = (Logger) LoggerFactory.getLogger("io.reconverge.client");
    private final Level level = log.getLevel();

    /// What is meant to fail says so at length.
    @BeforeEach
    void beQuiet() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        log.setLevel(level);
    }

    @Test
    void all_devices_come_to_be_the_same_and_nothing_is_lost() {
        Long one = Long.getLong("reconverge.seed");
        Map<String, Integer> seen = new ConcurrentHashMap<>();
        if (one != null) {
            run(one, seen);
            return;
        }
        LongStream.range(0, SEEDS).parallel().forEach(seed -> run(seed, seen));
        assertThat(seen.keySet())
                .as("what can go wrong did")
                .containsExactlyInAnyOrder(
                        "no connection",
                        "request lost",
                        "answer lost",
                        "silence",
                        "late",
                        "again later",
                        "again, and the second answer counts",
                        "busy",
                        "unauthorized",
                        "server failed",
                        "invalid",
                        "live LOST",
                        "live TOKEN_EXPIRED",
                        "live UNAUTHORIZED",
                        "live CURSOR_EXPIRED");
    }

    private static void run(long seed, Map<String, Integer> seen) {
        try {
            Path folder = Files.createTempDirectory(memory(), "reconverge-simulation");
            try {
                Simulation simulation = new Simulation(seed, folder);
                try {
                    simulation.run();
                } finally {
                    simulation.close();
                }
                simulation.network.seen.forEach(
                        (what, times) -> seen.merge(what, times, Integer::sum));
            } finally {
                FileSystemUtils.deleteRecursively(folder);
            }
        } catch (AssertionError | RuntimeException | IOException failure) {
            throw new AssertionError("-Dreconverge.seed=" + seed, failure);
        }
    }

    /// Where files cost nothing, if there is such a place.
    private static Path memory() {
        Path shared = Path.of("/dev/shm");
        return Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
    }
}
