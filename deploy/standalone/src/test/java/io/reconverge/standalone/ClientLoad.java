package io.reconverge.standalone;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.ClientSettings;
import io.reconverge.client.ReconvergeClient;
import io.reconverge.client.TokenSupplier;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.sync.SyncResult;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.SpaceId;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A client in a process of its own, that does one large thing and prints what it took. Run by
/// [ClientLoadTest].
///
/// Arguments: the folder of its file; `write`, or `sync`; a number of entities, or the gateway's
/// address. For a sync the token is in the environment, `TOKEN`.
final class ClientLoad {

    private static final int WRITES_AT_ONCE = 500;
    private static final ReplicaSettings SETTINGS =
            ReplicaSettings.defaults().withOutboxMax(100_000);

    private ClientLoad() {}

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        long begun = System.nanoTime();
        String said =
                switch (arguments[1]) {
                    case "write" -> write(folder, Integer.parseInt(arguments[2]));
                    case "sync" -> sync(folder, URI.create(arguments[2]));
                    default -> throw new IllegalArgumentException(arguments[1]);
                };
        System.out.println(said + figures(Duration.ofNanos(System.nanoTime() - begun)));
    }

    private static String figures(Duration took) {
        return "%d ms in all, heap at most %d MiB of %d, resident at most %d MiB, %d ms of garbage collection"
                .formatted(
                        took.toMillis(),
                        peakHeapBytes() >> 20,
                        Runtime.getRuntime().maxMemory() >> 20,
                        peakResidentBytes() >> 20,
                        ManagementFactory.getGarbageCollectorMXBeans().stream()
                                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                                .sum());
    }

    /// Garbage included; the pools' peaks need not be at one time.
    private static long peakHeapBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    /// What the kernel says; 0 where it says nothing.
    private static long peakResidentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException notLinux) {
            return 0;
        }
    }

    private static String write(Path folder, int entities) {
        try (Replica replica = Replica.open(folder.resolve("replica.db"), SETTINGS)) {
            for (int i = 0; i < entities; i += WRITES_AT_ONCE) {
                int from = i;
                replica.atomically(() -> {
                    for (int j = from; j < Math.min(entities, from + WRITES_AT_ONCE); j++) {
                        replica.me().put("load", "e-" + j, data(j));
                    }
                    return null;
                });
            }
            return "%d SQLite statements, ".formatted(replica.statements());
        }
    }

    /// What a note is like.
    static JsonObject data(int number) {
        return JsonObject.ofText(
                """
                {"title":"Note %d","body":"%s","tags":["a","b"],"stars":%d,"weight":1.50,"done":false}\
                """
                        .formatted(number, "Low tide at seven. ".repeat(5), number % 6));
    }

    private static String sync(Path folder, URI gateway) {
        ClientSettings settings = ClientSettings.of(gateway).withReplica(SETTINGS);
        TokenSupplier tokens = TokenSupplier.of(requireNonNull(System.getenv("TOKEN")));
        try (ReconvergeClient client = ReconvergeClient.open(folder, settings, tokens)) {
            SyncResult result = client.sync(SpaceId.ME).join();
            if (!result.isDone()) {
                throw new IllegalStateException("not expected here: " + result);
            }
            return "%d requests, %d SQLite statements, "
                    .formatted(result.requests(), client.replica().statements());
        }
    }
}
