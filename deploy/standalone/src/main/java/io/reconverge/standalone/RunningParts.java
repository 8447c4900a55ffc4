package io.reconverge.standalone;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What runs, so that it can be stopped in order: the services first, while what they stand on
/// still answers.
final class RunningParts {
    private static final Logger LOG = LoggerFactory.getLogger(RunningParts.class);
    private static final long START_PATIENCE_SECONDS = 30;

    private final Progress progress;
    private final Map<Listener, AutoCloseable> parts = new EnumMap<>(Listener.class);
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile boolean stopping;

    RunningParts(Progress progress) {
        this.progress = progress;
    }

    <T extends AutoCloseable> T add(Listener listener, T part) {
        synchronized (parts) {
            parts.put(listener, part);
        }
        return part;
    }

    /// Whether a stop was asked for, so that nothing more need be started.
    boolean stopping() {
        return stopping;
    }

    /// Nothing more is added from now on.
    void complete() {
        started.countDown();
    }

    /// Waits for a start under way to notice, then stops everything that runs.
    void stop() throws InterruptedException {
        stopping = true;
        if (!started.await(START_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn(
                    "a start under way did not end; what it still brings up is left to the system");
        }
        for (Listener listener : Listener.values()) {
            @Nullable AutoCloseable part;
            synchronized (parts) {
                part = parts.remove(listener);
            }
            if (part != null) {
                stop(listener, part);
            }
        }
    }

    private void stop(Listener listener, AutoCloseable part) {
        long begin = System.nanoTime();
        try {
            part.close();
            progress.stopped(listener, begin);
        } catch (Exception e) {
            LOG.error("the {} did not stop in order", listener.title(), e);
            progress.say(
                    "  %s did not stop in order: %s".formatted(listener.title(), e.getMessage()));
        }
    }
}
