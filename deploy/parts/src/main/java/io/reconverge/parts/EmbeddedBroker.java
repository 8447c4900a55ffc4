package io.reconverge.parts;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/// A KRaft broker and its controller, in this process.
final class EmbeddedBroker implements Broker {
    /// A record of 8 MiB, with room for its batch and headers.
    static final int LARGEST_BATCH_BYTES = 9 * 1024 * 1024;

    private static final String HOST = "127.0.0.1";

    private final Path directory;
    private final boolean flushes;
    private final boolean portIsFixed;
    private final int advertisedPort;
    private int port;
    private @Nullable KafkaRaftServer server;

    private EmbeddedBroker(Path directory, int port, boolean flushes, int advertisedPort) {
        this.directory = directory;
        this.flushes = flushes;
        this.portIsFixed = port != 0;
        this.advertisedPort = advertisedPort;
        this.port = port;
    }

    /// @param flushes whether a record is on the disk before it is acknowledged. Only a loss of
    ///   power tells the difference, not a kill of the process
    static EmbeddedBroker start(Path directory, int port, boolean flushes) {
        return start(directory, port, flushes, port);
    }

    /// @param advertisedPort where clients are told to find it; 0, as the port, takes the free one
    static EmbeddedBroker start(Path directory, int port, boolean flushes, int advertisedPort) {
        QuietLogs.install();
        var broker = new EmbeddedBroker(directory.toAbsolutePath(), port, flushes, advertisedPort);
        broker.format();
        broker.firstStart();
        return broker;
    }

    @Override
    public synchronized String bootstrapServers() {
        return HOST + ":" + port;
    }

    @Override
    public synchronized void start() {
        if (server == null) {
            startOnce();
        }
    }

    @Override
    public synchronized void stop() {
        KafkaRaftServer running = server;
        if (running != null) {
            running.shutdown();
            running.awaitShutdown();
            server = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    private void format() {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try (var discarded =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.createDirectories(directory);
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(1)
                    .setDirectories(List.of(directory.toString()))
                    .setMetadataLogDirectory(directory.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setIgnoreFormatted(true)
                    .setPrintStream(discarded)
                    .run();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the broker's folder cannot be written: " + directory, e);
        } catch (Exception e) {
            throw new IllegalStateException(
                    "the broker's folder cannot be formatted: " + directory, e);
        }
    }

    private synchronized void firstStart() {
        if (portIsFixed) {
            startOnce();
        } else {
            Ports.onFree(free -> {
                port = free;
                startOnce();
            });
        }
    }

    private void startOnce() {
        if (!Ports.isFree(port)) {
            throw new PortTakenException(port, "broker");
        }
        var starting =
                new KafkaRaftServer(
                        new KafkaConfig(settings(Ports.free(), Ports.free()), false), Time.SYSTEM);
        try {
            starting.startup();
        } catch (RuntimeException e) {
            starting.shutdown();
            if (!Ports.isFree(port)) {
                throw new PortTakenException(port, "broker");
            }
            throw new IllegalStateException(
                    "the broker did not start on port %d".formatted(port), e);
        }
        server = starting;
    }

    /// The broker's own talk with itself has a listener of its own: what stands between clients and
    /// it is not for that.
    private Map<String, String> settings(int controllerPort, int ownPort) {
        int advertised = advertisedPort == 0 ? port : advertisedPort;
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@%s:%d".formatted(HOST, controllerPort)),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry(
                        "listeners",
                        "PLAINTEXT://%s:%d,OWN://%s:%d,CONTROLLER://%s:%d"
                                .formatted(HOST, port, HOST, ownPort, HOST, controllerPort)),
                Map.entry(
                        "advertised.listeners",
                        "PLAINTEXT://%s:%d,OWN://%s:%d".formatted(HOST, advertised, HOST, ownPort)),
                Map.entry("inter.broker.listener.name", "OWN"),
                Map.entry(
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,OWN:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", directory.toString()),
                Map.entry("auto.create.topics.enable", "false"),
                // there is no replica to fall back on
                Map.entry(
                        "log.flush.interval.messages", Long.toString(flushes ? 1 : Long.MAX_VALUE)),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "4"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                // after a kill the controller waits for the dead broker's session to end
                Map.entry("broker.session.timeout.ms", "2000"),
                Map.entry("broker.heartbeat.interval.ms", "500"),
                Map.entry("message.max.bytes", Integer.toString(LARGEST_BATCH_BYTES)),
                Map.entry("replica.fetch.max.bytes", Integer.toString(LARGEST_BATCH_BYTES)),
                Map.entry(
                        "replica.fetch.response.max.bytes", Integer.toString(LARGEST_BATCH_BYTES)),
                // taken from the heap at start; the default is 128 MiB
                Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(8 * 1024 * 1024)),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"));
    }
}
