package io.reconverge.chaos.schedule;

import java.util.List;

/// What can happen to what.
public enum FaultKind {
    /// SIGKILL, and a start after a while.
    KILL(List.of("gateway-1", "worker-1", "worker-2", "worker-3", "feed-1", "media-1")),
    /// SIGSTOP, and SIGCONT after a while.
    PAUSE(List.of("gateway-1", "worker-1", "worker-2", "worker-3", "feed-1", "media-1")),
    /// The broker is killed hard, and started after a while.
    BROKER_KILL(List.of("broker-1")),
    /// All processes of PostgreSQL are killed hard, and it is started after a while.
    DATABASE_KILL(List.of("postgres")),
    /// All connections of a link are reset, and no new ones let in for a while.
    CUT(List.of("link-devices", "link-broker", "link-postgres")),
    /// All that goes over a link is held up.
    DELAY(List.of("link-devices", "link-broker", "link-postgres")),
    /// All connections of a link lose one of their directions, and are reset after a while.
    HALF_CLOSE(List.of("link-devices", "link-broker", "link-postgres")),
    /// All services are restarted in order, one after the other.
    ROLLING_RESTART(List.of("services")),
    /// Workers join and leave in quick succession.
    REBALANCE_STORM(List.of("workers")),
    /// The disk that the broker writes to is full, and is emptied and the broker started after a
    /// while.
    DISK_FULL(List.of("broker-1")),
    /// A process of devices is killed, and started after a while.
    DEVICES_KILL(List.of("devices-1", "devices-2", "devices-3"));

    private final List<String> targets;

    FaultKind(List<String> targets) {
        this.targets = targets;
    }

    /// By their names.
    public List<String> targets() {
        return targets;
    }
}
