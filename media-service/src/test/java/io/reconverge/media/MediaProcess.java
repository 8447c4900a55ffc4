package io.reconverge.media;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.web.reactive.function.client.WebClientRequestException;

/// The service in a process of its own, to be killed, or stopped for a while, as the kernel does
/// it.
public final class MediaProcess implements MediaServer {

    /// Long enough for a process to start on a machine that has much else to do.
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Corner corner;
    private final Process process;
    private final int port;
    private final Path output;

    private MediaProcess(Corner corner, Process process, int port, Path output) {
        this.corner = corner;
        this.process = process;
        this.port = port;
        this.output = output;
    }

    /// Returns once it serves requests.
    ///
    /// @param settings `name=value`; with `server.port` it can take the place of one that is no
    ///   more
    public static MediaProcess start(Corner corner, String... settings) {
        return start(corner, 160, settings);
    }

    /// The same with another heap than 160 MiB. Direct memory has the same bound.
    public static MediaProcess start(Corner corner, int heapMebibytes, String... settings) {
        int port =
                Stream.of(settings)
                        .filter(setting -> setting.startsWith("server.port="))
                        .map(setting -> Integer.parseInt(setting.substring(12)))
                        .findAny()
                        .orElseGet(MediaProcess::freePort);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + heapMebibytes + "m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+ExitOnOutOfMemoryError",
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                MediaApplication.class.getName()));
        command.addAll(List.of(corner.arguments(with(settings, "server.port=" + port))));
        try {
            Path output =
                    Files.createTempFile(
                            Files.createDirectories(Path.of("target", "processes")),
                            "media-",
                            ".log");
            var started =
                    new MediaProcess(
                            corner,
                            new ProcessBuilder(command)
                                    .redirectErrorStream(true)
                                    .redirectOutput(output.toFile())
                                    .start(),
                            port,
                            output);
            await().alias(started.toString()).atMost(PATIENCE).until(started::serves);
            return started;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Corner corner() {
        return corner;
    }

    /// SIGKILL: returns when it is no more.
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /// SIGSTOP: it stands still and knows nothing of it.
    public void pause() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    /// SIGTERM: it ends what is under way, and this returns when it is no more.
    public void terminate() {
        process.destroy();
        awaitEnd();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Whether this is in its log.
    public boolean said(String text) {
        try {
            return Files.readString(output).contains(text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public String toString() {
        return "the media service's output is in " + output;
    }

    private boolean serves() {
        if (!process.isAlive()) {
            throw new IllegalStateException("it ended at once: " + this);
        }
        try {
            return healthy("readiness");
        } catch (WebClientRequestException notYet) {
            return false;
        }
    }

    private static String[] with(String[] settings, String another) {
        return Stream.concat(Stream.of(settings), Stream.of(another)).toArray(String[]::new);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                throw new IllegalStateException("it does not end: " + this);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
    }
}
