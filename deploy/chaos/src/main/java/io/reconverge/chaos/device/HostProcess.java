package io.reconverge.chaos.device;

import io.reconverge.chaos.check.Evidence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A [DeviceHost], from outside.
public final class HostProcess implements AutoCloseable {
    private static final int ANSWER_SECONDS = 200;

    private final String name;
    private final HostPlan plan;
    private final Path planFile;
    private final Path log;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private @Nullable Process process;

    /// @param folder of its plan and its log
    public HostProcess(String name, HostPlan plan, Path folder) {
        this.name = name;
        this.plan = plan;
        this.planFile = folder.resolve(name + ".json");
        this.log = folder.resolve(name + ".log");
        JsonMapper.shared().writeValue(planFile.toFile(), plan);
    }

    public String name() {
        return name;
    }

    public synchronized void start() {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                                "-Djava.util.logging.config.file=/dev/null",
                                "-cp",
                                System.getProperty("java.class.path"),
                                DeviceHost.class.getName(),
                                planFile.toString()));
        try {
            Process started =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
            process = started;
            Thread.ofVirtual().start(() -> listen(started));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// SIGKILL.
    public synchronized void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            running.onExit().join();
        }
    }

    /// No more edits.
    public void quiet() {
        ask("quiet", "quiet");
    }

    /// @param sent changes that waited to be sent
    /// @param unsettled what has not come to rest yet
    public record Round(long sent, long unsettled, String trouble) {}

    /// Has every device send and read all there is.
    public Round settle() {
        String[] words = ask("settle", "settled").split(" ", 4);
        return new Round(Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]);
    }

    public void stop() {
        ask("stop", "stopped");
    }

    /// What its devices did, and what their files hold. Once it has stopped.
    public List<Evidence.Replica> replicas() {
        return plan.devices().stream().map(ReplicaFile::read).toList();
    }

    public List<Evidence.Edit> edits() {
        return plan.devices().stream()
                .flatMap(device ->
                        Journal.in(Path.of(device.folder()))
                                .edits(device.name(), ReplicaFile.deviceId(device))
                                .stream())
                .toList();
    }

    private String ask(String command, String answer) {
        try {
            Process running = process;
            if (running == null) {
                throw new IllegalStateException(name + " was not started");
            }
            Writer commands = running.outputWriter(StandardCharsets.UTF_8);
            commands.write(command + "\n");
            commands.flush();
            for (; ; ) {
                String said = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
                if (said == null) {
                    throw new IllegalStateException(
                            "%s does not answer to %s; see %s".formatted(name, command, log));
                }
                if (said.startsWith(answer)) {
                    return said;
                }
                if (said.startsWith("failed")) {
                    throw new IllegalStateException("a device of %s %s".formatted(name, said));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(name + " is gone; see " + log, failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    private void listen(Process of) {
        try (BufferedReader said = of.inputReader(StandardCharsets.UTF_8)) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.startsWith("> ")) {
                    answers.add(line.substring(2));
                } else {
                    Files.writeString(
                            log,
                            line + "\n",
                            java.nio.file.StandardOpenOption.CREATE,
                            java.nio.file.StandardOpenOption.APPEND);
                }
            }
        } catch (IOException killed) {
            // it says nothing more
        }
    }

    @Override
    public void close() {
        kill();
    }
}
