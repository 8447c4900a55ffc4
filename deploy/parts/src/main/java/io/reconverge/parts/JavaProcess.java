package io.reconverge.parts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program in a process of its own, to be killed, or stopped for a while, as the kernel does it.
/// What it says goes to a file: for a program of this class path, one in `target/processes`.
public final class JavaProcess implements AutoCloseable {

    private static final int END_SECONDS = 40;

    private final Process process;
    private final Path output;

    private JavaProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /// Starts it, and does not wait for anything.
    ///
    /// @param options of the JVM, besides those that every JVM of Reconverge runs with
    public static JavaProcess start(Class<?> main, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        try {
            Path output =
                    Files.createTempFile(
                            Files.createDirectories(Path.of("target", "processes")),
                            main.getSimpleName() + "-",
                            ".log");
            return start(command, output);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Starts any program, and does not wait for anything.
    ///
    /// @param output gets what it says, after what the file already holds
    public static JavaProcess start(List<String> command, Path output) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                            .start();
            return new JavaProcess(process, output);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// SIGKILL: returns when it is no more.
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /// SIGTERM: it ends what is under way, and this returns when it is no more.
    public void terminate() {
        process.destroy();
        awaitEnd();
    }

    /// SIGSTOP: it stands still and knows nothing of it.
    public void pause() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    /// Whether this is in what it said.
    public boolean said(String text) {
        try {
            return Files.readString(output).contains(text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public String toString() {
        return "process %d, whose output is in %s".formatted(process.pid(), output);
    }

    private void signal(String name) {
        try {
            int exit =
                    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                            .start()
                            .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " failed");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("it does not end: " + this);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
