package io.reconverge.parts.fleet;

import java.util.List;

/// One part of a fleet, to be watched, and to be stopped and started again at will.
public sealed interface FleetPart permits Member, DatabasePart {

    /// Unique in its fleet: `worker-1`, `broker-1`, `postgres` …
    String name();

    /// Starts it on the addresses and data that it had, and returns once it is ready; does nothing
    /// when it runs.
    void start();

    /// SIGTERM; returns when it is no more.
    void terminate();

    /// SIGKILL; returns when it is no more.
    void kill();

    /// SIGSTOP: it stands still and knows nothing of it.
    void pause();

    /// SIGCONT.
    void resume();

    boolean isAlive();

    /// All of its processes.
    List<Long> pids();

    /// Since its last start.
    Usage usage();
}
