package io.reconverge.parts;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.testcontainers.containers.GenericContainer;

/// One container with one port, which is the same on this host after a stop: chosen here, not by
/// the engine.
final class ContainerPart {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final GenericContainer<?> container;
    private final Callable<?> answers;
    private boolean running;

    private ContainerPart(GenericContainer<?> container, Callable<?> answers) {
        this.container = container;
        this.answers = answers;
    }

    /// @param answers fails for as long as the part inside does not serve
    static ContainerPart start(GenericContainer<?> container, int portInside, Callable<?> answers) {
        QuietLogs.install();
        container.setPortBindings(List.of("%d:%d".formatted(Ports.free(), portInside)));
        container.start();
        var part = new ContainerPart(container, answers);
        part.running = true;
        part.await();
        return part;
    }

    synchronized void start() {
        if (!running) {
            container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
            running = true;
            await();
        }
    }

    synchronized void stop() {
        if (running) {
            container.getDockerClient().stopContainerCmd(container.getContainerId()).exec();
            running = false;
        }
    }

    synchronized void kill() {
        if (running) {
            container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
            running = false;
        }
    }

    synchronized void close() {
        running = false;
        container.stop();
    }

    private void await() {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                answers.call();
                return;
            } catch (Exception e) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(
                            "%s does not answer after %s"
                                    .formatted(container.getDockerImageName(), LIMIT),
                            e);
                }
                pause(e);
            }
        }
    }

    private static void pause(Exception reason) {
        try {
            Thread.sleep(Duration.ofMillis(200));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a container started", reason);
        }
    }
}
