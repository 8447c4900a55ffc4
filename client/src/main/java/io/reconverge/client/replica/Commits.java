package io.reconverge.client.replica;

import io.reconverge.wire.EntityKey;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells observers of commits, in their order, one at a time, outside any transaction.
final class Commits {

    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    private final CopyOnWriteArrayList<Observer> observers = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Commit> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger telling = new AtomicInteger();

    /// Of the transaction that is open: guarded by the one that writes.
    private final Map<String, Changes> open = new LinkedHashMap<>();

    /// By identity: one that is given twice is told twice, and each ended for itself.
    private static final class Observer {
        private final Consumer<Commit> told;

        Observer(Consumer<Commit> told) {
            this.told = told;
        }
    }

    private static final class Changes {
        private final Set<EntityKey> entities = new HashSet<>();
        private boolean toSend;
    }

    void changed(String space, EntityKey key, boolean toSend) {
        Changes changes = open.computeIfAbsent(space, _ -> new Changes());
        changes.entities.add(key);
        changes.toSend |= toSend;
    }

    void committed() {
        open.forEach((space, changes) ->
                waiting.add(new Commit(space, changes.entities, changes.toSend)));
        open.clear();
    }

    void rolledBack() {
        open.clear();
    }

    /// Tells what waits, unless somebody is at it, who then goes on.
    void tell() {
        if (waiting.isEmpty() || telling.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Commit commit = waiting.poll(); commit != null; commit = waiting.poll()) {
                for (Observer observer : observers) {
                    tell(observer.told, commit);
                }
            }
            missed = telling.addAndGet(-missed);
        } while (missed != 0);
    }

    private static void tell(Consumer<Commit> observer, Commit commit) {
        try {
            observer.accept(commit);
        } catch (RuntimeException e) {
            LOG.error("An observer of the replica failed; it stays.", e);
        }
    }

    Replica.Observation observe(Consumer<Commit> observer) {
        Observer own = new Observer(observer);
        observers.add(own);
        return () -> observers.remove(own);
    }
}
