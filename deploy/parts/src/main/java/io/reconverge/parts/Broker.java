package io.reconverge.parts;

import java.nio.file.Path;

/// A Kafka broker that keeps what it acknowledged, over [#stop] and [#start], and over a kill of
/// the process.
///
/// Topics are not made by themselves: whoever needs one creates it. Records of up to 8 MiB fit.
public sealed interface Broker extends AutoCloseable permits EmbeddedBroker, ContainerBroker {

    /// Starts a broker in this process, and returns once it answers. What it acknowledges is on the
    /// disk, so it also outlasts a loss of power.
    ///
    /// @param directory where its data is, or will be; made when absent
    /// @param port of its listener on 127.0.0.1; 0 takes a free one, kept from then on
    static Broker start(Path directory, int port) {
        return start(directory, port, true);
    }

    /// @param flushes whether a record is on the disk before it is acknowledged; else it is with
    ///   the operating system, as in a cluster whose replicas stand in for each other, and outlasts
    ///   a kill of the process only
    static Broker start(Path directory, int port, boolean flushes) {
        return start(directory, port, flushes, port);
    }

    /// @param advertisedPort where clients are told to find it, for what stands between them and it
    static Broker start(Path directory, int port, boolean flushes, int advertisedPort) {
        return EmbeddedBroker.start(directory, port, flushes, advertisedPort);
    }

    /// `host:port`, the same for as long as this object lives.
    String bootstrapServers();

    /// Starts a stopped broker again, on the same port and data; does nothing when it runs.
    void start();

    /// Stops it in order; does nothing when it is stopped.
    void stop();

    @Override
    void close();
}
