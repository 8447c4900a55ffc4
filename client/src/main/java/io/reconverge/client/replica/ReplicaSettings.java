package io.reconverge.client.replica;

import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.wire.SyncRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The bounds of a replica, and what is to be done about conflicts.
///
/// @param outboxMax entries in all; 1..1,000,000
/// @param batchMax changes in a request; 1..5,000
/// @param batchMaxBytes JSON of the changes in a request, one change excepted; 1 KiB..3 MiB
/// @param triesMax of a change that the server fails on, before it is parked; 1..100
/// @param parkedStaleAfter when a parked change counts as stale; it stays
/// @param conflictsKept how long settled conflicts are, with what lost; at least a day
/// @param logMax lines of the sync log; 0..100,000
/// @param pageMax entities in a page; 1..5,000
/// @param receiptsMax ids in a request for receipts; 1..500
/// @param strategies by type
/// @param strategy of all other types
public record ReplicaSettings(
        int outboxMax,
        int batchMax,
        int batchMaxBytes,
        int triesMax,
        Duration parkedStaleAfter,
        Duration conflictsKept,
        int logMax,
        int pageMax,
        int receiptsMax,
        Map<String, ConflictStrategy> strategies,
        ConflictStrategy strategy) {

    public ReplicaSettings {
        within("outboxMax", outboxMax, 1, 1_000_000);
        within("batchMax", batchMax, 1, SyncRequest.CHANGES_MAX);
        within("batchMaxBytes", batchMaxBytes, 1024, 3 * 1024 * 1024);
        within("triesMax", triesMax, 1, 100);
        within("logMax", logMax, 0, 100_000);
        within("pageMax", pageMax, 1, SyncRequest.LIMIT_MAX);
        within("receiptsMax", receiptsMax, 1, 500);
        if (parkedStaleAfter.isNegative()) {
            throw new IllegalArgumentException("parkedStaleAfter must not be negative");
        }
        if (conflictsKept.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("conflictsKept must be at least a day");
        }
        strategies = Map.copyOf(strategies);
    }

    public static ReplicaSettings defaults() {
        return new ReplicaSettings(
                1_000,
                500,
                1024 * 1024,
                5,
                Duration.ofDays(30),
                Duration.ofDays(90),
                1_000,
                SyncRequest.LIMIT_DEFAULT,
                100,
                Map.of(),
                new ConflictStrategy.ServerDecides());
    }

    /// These, with `strategy` for entities of a type.
    public ReplicaSettings withStrategy(String type, ConflictStrategy strategy) {
        Map<String, ConflictStrategy> strategies = new HashMap<>(this.strategies);
        strategies.put(type, strategy);
        return new ReplicaSettings(
                outboxMax,
                batchMax,
                batchMaxBytes,
                triesMax,
                parkedStaleAfter,
                conflictsKept,
                logMax,
                pageMax,
                receiptsMax,
                strategies,
                this.strategy);
    }

    /// These, with room for so many entries in the outbox.
    public ReplicaSettings withOutboxMax(int outboxMax) {
        return new ReplicaSettings(
                outboxMax,
                batchMax,
                batchMaxBytes,
                triesMax,
                parkedStaleAfter,
                conflictsKept,
                logMax,
                pageMax,
                receiptsMax,
                strategies,
                strategy);
    }

    /// These, with batches of at most so many changes and bytes.
    public ReplicaSettings withBatches(int batchMax, int batchMaxBytes) {
        return new ReplicaSettings(
                outboxMax,
                batchMax,
                batchMaxBytes,
                triesMax,
                parkedStaleAfter,
                conflictsKept,
                logMax,
                pageMax,
                receiptsMax,
                strategies,
                strategy);
    }

    ConflictStrategy strategyOf(String type) {
        return strategies.getOrDefault(type, strategy);
    }

    private static void within(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s must be %d..%d, was %d".formatted(name, min, max, value));
        }
    }
}
