package io.reconverge.chaos.writer;

import io.reconverge.chaos.check.Evidence.Acknowledgement;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What writers were told. Safe for many threads.
public final class Acknowledgements {
    private final Queue<Acknowledgement> told = new ConcurrentLinkedQueue<>();
    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();

    void told(Acknowledgement one) {
        told.add(one);
    }

    /// That a stranger sent a change under this id.
    void forbidden(String changeId) {
        forbidden.add(changeId);
    }

    public List<Acknowledgement> all() {
        return List.copyOf(told);
    }

    public Set<String> forbidden() {
        return Set.copyOf(forbidden);
    }
}
