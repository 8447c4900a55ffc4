package io.reconverge.media;

import static org.awaitility.Awaitility.await;

import io.reconverge.parts.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.web.reactive.function.client.WebClientRequestException;

/// The service in a process of its own, to be killed, or stopped for a while, as the kernel does
/// it.
public final class MediaProcess implements MediaServer {

    /// Long enough for a process to start on a machine that has much else to do.
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Corner corner;
    private final JavaProcess process;
    private final int port;

    private MediaProcess(Corner corner, JavaProcess process, int port) {
        this.corner = corner;
        this.process = process;
        this.port = port;
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
        var started =
                new MediaProcess(
                        corner,
                        JavaProcess.start(
                                MediaApplication.class,
                                List.of(
                                        "-Xmx" + heapMebibytes + "m",
                                        // every buffer is watched, not one in 128
                                        "-Dio.netty.leakDetection.samplingInterval=1",
                                        "-XX:+ExitOnOutOfMemoryError"),
                                List.of(corner.arguments(with(settings, "server.port=" + port)))),
                        port);
        await().alias(started.toString()).atMost(PATIENCE).until(started::serves);
        return started;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Corner corner() {
        return corner;
    }

    public JavaProcess process() {
        return process;
    }

    @Override
    public String toString() {
        return "the media service: " + process;
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

    /// Fails when a buffer was found that nobody gave back.
    @Override
    public void close() {
        process.close();
        if (process.said("LEAK: ")) {
            throw new IllegalStateException("a buffer was not released: " + this);
        }
    }
}
