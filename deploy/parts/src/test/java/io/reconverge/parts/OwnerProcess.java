package io.reconverge.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A JVM of its own that runs one part, so that a test can kill it.
record OwnerProcess(Process process, String said) implements AutoCloseable {

    static OwnerProcess start(Class<?> main, Path directory) throws IOException {
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx256m",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        main.getName(),
                                        directory.toString()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready ")) {
                return new OwnerProcess(process, line.substring("ready ".length()));
            }
        }
        throw new AssertionError("the process ended before it was ready: " + process);
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        assertThat(process.isAlive()).isTrue();
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
