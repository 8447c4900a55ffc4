package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.Replica;
import io.reconverge.chaos.check.Evidence.ReplicaEntity;
import io.reconverge.chaos.check.Evidence.ReplicaSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// I9: nothing waits on any device, and all that hold a space hold the same.
final class Convergence {

    private Convergence() {}

    private record Held(String device, Map<String, ReplicaEntity> live) {}

    static List<String> violations(Evidence evidence) {
        List<String> violations = new ArrayList<>();
        Map<String, Held> first = new HashMap<>();
        for (Replica replica : evidence.replicas()) {
            for (ReplicaSpace space : replica.spaces()) {
                if (space.waiting() > 0) {
                    violations.add(
                            "%d changes of %s still wait in %s"
                                    .formatted(space.waiting(), replica.device(), space.space()));
                }
                Held held = new Held(replica.device(), live(space));
                Held other = first.putIfAbsent(space.space(), held);
                if (other != null && !other.live().equals(held.live())) {
                    violations.add(
                            "%s and %s do not hold the same of %s: %s"
                                    .formatted(
                                            other.device(),
                                            held.device(),
                                            space.space(),
                                            firstDifference(other.live(), held.live())));
                }
            }
        }
        return violations;
    }

    private static Map<String, ReplicaEntity> live(ReplicaSpace space) {
        Map<String, ReplicaEntity> live = new TreeMap<>();
        for (ReplicaEntity entity : space.entities()) {
            if (entity.data() != null) {
                live.put(entity.type() + "/" + entity.id(), entity);
            }
        }
        return live;
    }

    private static String firstDifference(
            Map<String, ReplicaEntity> one, Map<String, ReplicaEntity> other) {
        TreeMap<String, ReplicaEntity> all = new TreeMap<>(one);
        all.putAll(other);
        for (String name : all.keySet()) {
            ReplicaEntity here = one.get(name);
            if (here == null || !here.equals(other.get(name))) {
                return "%s and %s".formatted(here, other.get(name));
            }
        }
        return "nothing";
    }
}
