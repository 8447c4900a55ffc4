package io.reconverge.client.sync;

/// Where an engine runs: one task after the other, now or at a time, with a clock and chance.
///
/// Tests run engines in virtual time through another one than apps do.
public interface EventLoop extends AutoCloseable {

    /// By a clock that never goes back, from any beginning.
    long nowMillis();

    /// A random number, 0 or more and less than 1.
    double jitter();

    /// Does a task after those given before. Returns at once.
    ///
    /// @return false where the loop is closed, and the task will not be done
    boolean execute(Runnable task);

    /// Does a task when [#nowMillis] has come to `atMillis`, as one of the loop's.
    Timer at(long atMillis, Runnable task);

    /// Calls what belongs to the app, which may take its time, elsewhere.
    void tell(Runnable call);

    /// Does what was given, and takes no more.
    @Override
    void close();

    /// A task that waits for its time.
    @FunctionalInterface
    interface Timer {
        /// Does nothing when the task was done.
        void cancel();
    }
}
