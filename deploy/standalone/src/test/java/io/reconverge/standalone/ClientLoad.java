package io.reconverge.standalone;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.TokenSupplier;
import io.reconverge.client.http.HttpTransport;
import io.reconverge.client.http.Origin;
import io.reconverge.client.replica.Backlog;
import io.reconverge.client.replica.Batch;
import io.reconverge.client.replica.Exchange;
import io.reconverge.client.replica.Page;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.ReplicaSettings;
import io.reconverge.client.replica.Run;
import io.reconverge.client.sync.Pushed;
import io.reconverge.client.sync.Reply;
import io.reconverge.client.sync.Transport;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.JsonObject;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// A client in a process of its own, that does one large thing and prints what it took. Run by
/// [ClientLoadTest].
///
/// Arguments: the folder of its file; `write`, or `sync`; a number of entities, or the gateway's
/// address. For a sync the token is in the environment, `TOKEN`.
final class ClientLoad {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WRITES_AT_ONCE = 500;

    private final Replica replica;
    private final Transport transport;
    private int requests;
    private long waitedNanos;

    private ClientLoad(Replica replica, Transport transport) {
        this.replica = replica;
        this.transport = transport;
    }

    public static void main(String[] arguments) {
        Path file = Path.of(arguments[0]).resolve("replica.db");
        ReplicaSettings settings = ReplicaSettings.defaults().withOutboxMax(100_000);
        try (Replica replica = Replica.open(file, settings)) {
            long opened = replica.statements();
            long begun = System.nanoTime();
            String said =
                    switch (arguments[1]) {
                        case "write" -> write(replica, Integer.parseInt(arguments[2]));
                        case "sync" -> sync(replica, URI.create(arguments[2]));
                        default -> throw new IllegalArgumentException(arguments[1]);
                    };
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            System.out.println(said + figures(took, replica.statements() - opened));
        }
    }

    private static String figures(Duration took, long statements) {
        return "%d ms in all, %d ms of processors, %d SQLite statements, heap at most %d MiB of %d, resident at most %d MiB, %d ms of garbage collection"
                .formatted(
                        took.toMillis(),
                        ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .orElse(Duration.ZERO)
                                .toMillis(),
                        statements,
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

    private static String write(Replica replica, int entities) {
        for (int i = 0; i < entities; i += WRITES_AT_ONCE) {
            int from = i;
            replica.atomically(() -> {
                for (int j = from; j < Math.min(entities, from + WRITES_AT_ONCE); j++) {
                    replica.me().put("load", "e-" + j, data(j));
                }
                return null;
            });
        }
        return "";
    }

    /// What a note is like.
    static JsonObject data(int number) {
        return JsonObject.ofText(
                """
                {"title":"Note %d","body":"%s","tags":["a","b"],"stars":%d,"weight":1.50,"done":false}\
                """
                        .formatted(number, "Low tide at seven. ".repeat(5), number % 6));
    }

    private static String sync(Replica replica, URI gateway) {
        Origin origin =
                new Origin(
                        gateway,
                        Origin.httpClient(LIMIT),
                        TokenSupplier.of(requireNonNull(System.getenv("TOKEN"))),
                        replica::claim,
                        LIMIT);
        ClientLoad load = new ClientLoad(replica, new HttpTransport(origin, LIMIT));
        load.sync();
        return "%d requests, %d ms of waiting for their answers, "
                .formatted(load.requests, load.waitedNanos / 1_000_000);
    }

    /// One run, as the client's SPEC.md has it.
    private void sync() {
        Exchange exchange = replica.me().exchange();
        Run run = exchange.begin();
        boolean readToTheEnd = false;
        while (true) {
            Backlog left = exchange.left(run);
            if (left.unasked()) {
                List<UUID> ids = exchange.receiptsToAsk(run);
                List<ChangeResult> results = ask(then -> transport.receipts("me", ids, then));
                exchange.settleReceipts(run, results);
            } else if (left.unsent()) {
                Batch batch = exchange.take(run).orElseThrow();
                Pushed pushed = ask(then -> transport.push("me", batch, then));
                exchange.settle(run, batch.request(), pushed.results());
                Page page = pushed.page();
                readToTheEnd = page != null && !page.hasMore();
                if (page != null) {
                    exchange.page(batch.cursor(), page);
                }
            } else if (!readToTheEnd) {
                String cursor = exchange.cursor();
                Page page =
                        ask(then -> transport.page("me", replica.deviceId(), cursor, 500, then));
                exchange.page(cursor, page);
                readToTheEnd = !page.hasMore();
            } else {
                return;
            }
        }
    }

    private <T> T ask(Consumer<Consumer<Reply<T>>> request) {
        requests++;
        long begun = System.nanoTime();
        CompletableFuture<Reply<T>> reply = new CompletableFuture<>();
        request.accept(reply::complete);
        Reply<T> ended = reply.join();
        waitedNanos += System.nanoTime() - begun;
        if (ended instanceof Reply.Ok<T>(T value)) {
            return value;
        }
        throw new IllegalStateException("not expected here: " + ended);
    }
}
