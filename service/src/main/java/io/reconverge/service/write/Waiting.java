package io.reconverge.service.write;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The requests that wait for their results, by request id. Safe for use by many threads.
final class Waiting {

    private final int max;
    private final ConcurrentHashMap<UUID, Slot> slots = new ConcurrentHashMap<>();

    Waiting(int max) {
        this.max = max;
    }

    int size() {
        return slots.size();
    }

    /// Empty when as many wait as may. A slot is to be closed, whatever comes of the request.
    Optional<Slot> open(UUID requestId) {
        if (slots.size() >= max) {
            return Optional.empty();
        }
        Slot slot = new Slot(requestId);
        slots.put(requestId, slot);
        return Optional.of(slot);
    }

    /// Hands the result to whoever waits for it; a second one for the same request has no taker.
    void deliver(UUID requestId, byte[] result) {
        Slot slot = slots.remove(requestId);
        if (slot != null) {
            slot.result.tryEmitValue(result).orThrow();
        }
    }

    final class Slot {
        private final UUID requestId;
        private final Sinks.One<byte[]> result = Sinks.one();

        private Slot(UUID requestId) {
            this.requestId = requestId;
        }

        /// On the thread that delivers: hand over to another before doing anything with it.
        Mono<byte[]> result() {
            return result.asMono();
        }

        void close() {
            slots.remove(requestId, this);
        }
    }
}
