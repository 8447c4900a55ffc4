package io.reconverge.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real process that runs one command after the other, killed wherever it is.
class KilledCommandTest {

    private static final int KILLS = 5;

    @TempDir private Path folder;

    @Test
    void whatever_said_that_it_was_saved_is_there_after_a_kill() throws Exception {
        Random random = new Random(5);
        List<String> saved = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            saved.addAll(killed(kill, 1 + random.nextInt(20), random.nextInt(5_000_000)));
        }
        Terminal terminal = new Terminal(folder);

        assertThat(saved).hasSizeGreaterThanOrEqualTo(KILLS);
        for (String id : saved) {
            assertThat(terminal.run("get", "note", id).code()).as(id).isEqualTo(0);
        }
    }

    /// The ids that a child said were saved before it was killed.
    private List<String> killed(int round, int lines, int nanos) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                folder.toString(),
                                String.valueOf(round))
                        .redirectError(folder.resolve("child.err").toFile())
                        .start();
        List<String> saved = new ArrayList<>();
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.matches("saved note/\\d+-\\d+;")) {
                    saved.add(line.substring("saved note/".length(), line.length() - 1));
                }
                if (saved.size() == lines) {
                    long until = System.nanoTime() + nanos;
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    // not the Process's own way, which closes what is left in the pipe
                    child.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(saved)
                .as("the child lived until it was killed")
                .hasSizeGreaterThanOrEqualTo(lines);
        return saved;
    }

    static final class Child {

        public static void main(String[] arguments) {
            Surroundings surroundings = Surroundings.ofProcess();
            for (int i = 0; ; i++) {
                String id = arguments[1] + "-" + i;
                int code =
                        Reconverge.execute(
                                surroundings,
                                "-q",
                                "--home",
                                arguments[0],
                                "put",
                                "note",
                                id,
                                "n=" + i);
                if (code != 0) {
                    System.exit(code);
                }
                // the end of the line says that it is whole
                surroundings.out().println("saved note/" + id + ";");
            }
        }
    }
}
