package io.reconverge.client.sync;

import java.util.function.DoubleSupplier;

/// A loop in virtual time.
class VirtualLoop implements EventLoop {

    private final VirtualTime time;
    private final DoubleSupplier chance;

    VirtualLoop(VirtualTime time, DoubleSupplier chance) {
        this.time = time;
        this.chance = chance;
    }

    /// What is done when a task is due: the task.
    void run(Runnable task) {
        task.run();
    }

    @Override
    public long nowMillis() {
        return time.nowMillis();
    }

    @Override
    public double jitter() {
        return chance.getAsDouble();
    }

    @Override
    public boolean execute(Runnable task) {
        time.after(0, () -> run(task));
        return true;
    }

    @Override
    public Timer at(long atMillis, Runnable task) {
        boolean[] cancelled = {false};
        time.at(
                atMillis,
                () -> {
                    if (!cancelled[0]) {
                        run(task);
                    }
                });
        return () -> cancelled[0] = true;
    }

    @Override
    public void tell(Runnable call) {
        execute(call);
    }

    @Override
    public void close() {}
}
