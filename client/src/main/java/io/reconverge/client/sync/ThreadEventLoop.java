package io.reconverge.client.sync;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A virtual thread of its own, which keeps no process alive.
public final class ThreadEventLoop implements EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadEventLoop.class);

    private final ScheduledThreadPoolExecutor thread;
    private final String name;

    /// @param name of the thread
    public ThreadEventLoop(String name) {
        this.name = name;
        this.thread = new ScheduledThreadPoolExecutor(1, Thread.ofVirtual().name(name).factory());
        this.thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public double jitter() {
        return ThreadLocalRandom.current().nextDouble();
    }

    @Override
    public boolean execute(Runnable task) {
        try {
            thread.execute(logged(task));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public Timer at(long atMillis, Runnable task) {
        try {
            ScheduledFuture<?> due =
                    thread.schedule(
                            logged(task),
                            Math.max(0, atMillis - nowMillis()),
                            TimeUnit.MILLISECONDS);
            return () -> due.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    @Override
    public void tell(Runnable call) {
        Thread.ofVirtual().name(name + "-app").start(call);
    }

    private static Runnable logged(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("A task of the sync engine failed.", e);
                throw e;
            }
        };
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
