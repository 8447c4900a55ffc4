package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A standalone in a process of its own, on a folder and a gateway port that stay the same over its
/// restarts.
///
/// Not for several threads at once.
final class StandaloneProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Class<?> main;
    private final Path data;
    private final Map<String, String> environment;
    private final List<String> said = new ArrayList<>();
    private @Nullable Process process;

    private StandaloneProcess(Class<?> main, Path data, Map<String, String> environment) {
        this.main = main;
        this.data = data;
        this.environment = new HashMap<>(environment);
    }

    /// Not started yet.
    ///
    /// @param data the folder that keeps everything
    static StandaloneProcess on(Path data) {
        return of(Standalone.class, data);
    }

    static StandaloneProcess of(Class<?> main, Path data) {
        return new StandaloneProcess(
                main,
                data,
                Map.of(
                        "RECONVERGE_DATA",
                        data.toString(),
                        "RECONVERGE_PORT",
                        Integer.toString(Ports.free())));
    }

    /// What the next start is told; the variables as `deploy/standalone/start` knows them.
    StandaloneProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /// Returns when all services are ready.
    StandaloneProcess start() {
        launch();
        assertThat(awaitLine("Reconverge is ready")).as("said: %s", said).isTrue();
        return this;
    }

    /// For a start that is to fail: runs it to its end.
    ///
    /// @return its exit code
    int startInVain() {
        launch();
        awaitLine("Reconverge is ready");
        assertThat(waitFor(START_LIMIT)).as("ended").isTrue();
        return running().exitValue();
    }

    /// The lines that it printed since its last start.
    List<String> said() {
        synchronized (said) {
            return List.copyOf(said);
        }
    }

    String gateway() {
        return "http://127.0.0.1:" + environment.get("RECONVERGE_PORT");
    }

    /// A token as a person gets it: with `deploy/standalone/token`.
    String token(String name) {
        try {
            var script = new ProcessBuilder(Path.of("token").toAbsolutePath().toString(), name);
            script.environment().put("RECONVERGE_DATA", data.toString());
            script.redirectError(ProcessBuilder.Redirect.DISCARD);
            Process running = script.start();
            String token =
                    new String(
                                    running.getInputStream().readAllBytes(),
                                    java.nio.charset.StandardCharsets.UTF_8)
                            .strip();
            assertThat(running.waitFor()).as("the exit code of token").isZero();
            return token;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// SIGKILL, as when the machine's memory runs out.
    void kill() {
        running().destroyForcibly();
        assertThat(waitFor(STOP_LIMIT)).isTrue();
    }

    /// Ctrl-C, and waits for the end.
    void stop() {
        try {
            assertThat(
                            new ProcessBuilder("kill", "-INT", Long.toString(running().pid()))
                                    .start()
                                    .waitFor())
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        assertThat(waitFor(STOP_LIMIT)).as("stopped after Ctrl-C").isTrue();
    }

    /// The port that a part had at the last start, by the part's key in `ports.properties`.
    int port(String part) {
        try {
            return Files.readAllLines(data.resolve("ports.properties")).stream()
                    .filter(line -> line.startsWith(part + "="))
                    .map(line -> Integer.valueOf(line.substring(part.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The process id of the running database, also that of one left behind.
    long database() {
        try {
            return Long.parseLong(
                    Files.readAllLines(data.resolve("database/data/postmaster.pid"))
                            .getFirst()
                            .strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Process current = process;
        if (current != null && current.isAlive()) {
            stop();
        }
    }

    private void launch() {
        said.clear();
        try {
            shareUnpackedPrograms();
            var builder =
                    new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx512m",
                            "--sun-misc-unsafe-memory-access=allow",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            main.getName());
            builder.environment().keySet().removeIf(name -> name.startsWith("RECONVERGE_"));
            builder.environment().putAll(environment);
            process = builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// PostgreSQL's programs are unpacked once for all tests, not once for each folder.
    private void shareUnpackedPrograms() throws IOException {
        Path programs = data.resolve("database").resolve("programs");
        if (Files.isDirectory(data.resolveSibling(".")) && Files.notExists(programs)) {
            Path shared =
                    Files.createDirectories(
                            Path.of("target", "postgres-programs").toAbsolutePath());
            Files.createDirectories(programs.getParent());
            Files.createSymbolicLink(programs, shared);
        }
    }

    /// Reads on in a thread of its own, so that the process never waits for a reader.
    private boolean awaitLine(String begin) {
        var found = new java.util.concurrent.CompletableFuture<Boolean>();
        BufferedReader out = running().inputReader();
        Thread.ofPlatform()
                .daemon()
                .name("standalone-output")
                .start(() -> {
                    out.lines()
                            .forEach(line -> {
                                synchronized (said) {
                                    said.add(line);
                                }
                                if (line.startsWith(begin)) {
                                    found.complete(true);
                                }
                            });
                    found.complete(false);
                });
        return found.completeOnTimeout(false, START_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    private boolean waitFor(Duration limit) {
        try {
            return running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process running() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("it was not started");
        }
        return current;
    }
}
