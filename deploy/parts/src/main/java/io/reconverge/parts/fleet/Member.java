package io.reconverge.parts.fleet;

import io.reconverge.parts.JavaProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One JVM of a fleet, or another program beside it, with all processes that it starts.
public final class Member implements FleetPart {
    private static final Duration START_LIMIT = Duration.ofSeconds(180);

    private final Role role;
    private final String name;
    private final int port;
    private final List<String> command;
    private final Path log;
    private final Readiness readiness;
    private volatile @Nullable JavaProcess process;

    Member(Role role, String name, int port, List<String> command, Path log, Readiness readiness) {
        this.role = role;
        this.name = name;
        this.port = port;
        this.command = command;
        this.log = log;
        this.readiness = readiness;
    }

    public Role role() {
        return role;
    }

    @Override
    public String name() {
        return name;
    }

    /// Where it answers, on 127.0.0.1.
    public int port() {
        return port;
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /// Where `/actuator/…` is.
    public URI management() {
        return readiness.uri().resolve("/");
    }

    /// What it says, over all its starts.
    public Path log() {
        return log;
    }

    /// How it is started.
    public List<String> command() {
        return command;
    }

    @Override
    public void start() {
        launch();
        awaitReady();
    }

    /// Starts it, and does not wait for anything; does nothing when it runs.
    public synchronized void launch() {
        if (!isAlive()) {
            process = JavaProcess.start(command, log);
        }
    }

    /// Returns once it is ready, by what it says of itself.
    ///
    /// @throws IllegalStateException when it has ended, or is not ready in time
    public void awaitReady() {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!readiness.isReady()) {
            if (!isAlive()) {
                throw new IllegalStateException(name + " ended before it was ready; see " + log);
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "%s is not ready after %s; see %s".formatted(name, START_LIMIT, log));
            }
            pause(Duration.ofMillis(100));
        }
    }

    @Override
    public synchronized void terminate() {
        if (isAlive()) {
            running().terminate();
        }
    }

    @Override
    public synchronized void kill() {
        List<ProcessHandle> itsOwn = descendants().toList();
        if (isAlive()) {
            running().kill();
        }
        itsOwn.forEach(ProcessHandle::destroyForcibly);
        itsOwn.forEach(child -> child.onExit().join());
    }

    @Override
    public void pause() {
        Signals.send("STOP", pids());
    }

    @Override
    public void resume() {
        Signals.send("CONT", pids());
    }

    @Override
    public boolean isAlive() {
        JavaProcess current = process;
        return current != null && current.isAlive();
    }

    @Override
    public List<Long> pids() {
        return isAlive()
                ? Stream.concat(Stream.of(running().pid()), descendants().map(ProcessHandle::pid))
                        .toList()
                : List.of();
    }

    @Override
    public Usage usage() {
        return pids().stream().map(ProcFiles::of).reduce(Usage.NONE, Usage::plus);
    }

    @Override
    public String toString() {
        return name;
    }

    private Stream<ProcessHandle> descendants() {
        return isAlive()
                ? ProcessHandle.of(running().pid()).stream().flatMap(ProcessHandle::descendants)
                : Stream.empty();
    }

    private JavaProcess running() {
        JavaProcess current = process;
        if (current == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return current;
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a fleet started", stop);
        }
    }
}
