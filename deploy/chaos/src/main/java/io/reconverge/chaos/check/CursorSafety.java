package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.EntityName;
import io.reconverge.chaos.check.Evidence.Replica;
import io.reconverge.chaos.check.Evidence.ReplicaEntity;
import io.reconverge.chaos.check.Evidence.ReplicaSpace;
import io.reconverge.chaos.check.Evidence.SpaceRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// I4: a device whose cursor has reached the head holds, of every entity, what the log says that it
/// is, and nothing else.
final class CursorSafety {

    private CursorSafety() {}

    static List<String> violations(Evidence evidence) {
        List<String> violations = new ArrayList<>();
        Map<EntityName, Fold.State> states = Fold.states(evidence);
        Map<String, Set<EntityName>> live = new HashMap<>();
        states.forEach((name, state) -> {
            if (state.isLive()) {
                live.computeIfAbsent(name.space(), _ -> new HashSet<>()).add(name);
            }
        });
        Map<String, Long> heads = new HashMap<>();
        for (SpaceRow space : evidence.spaces()) {
            heads.put(space.space(), space.head());
        }
        for (Replica replica : evidence.replicas()) {
            for (ReplicaSpace space : replica.spaces()) {
                String where = "%s's %s".formatted(replica.device(), space.space());
                long head = heads.getOrDefault(space.space(), 0L);
                if (space.version() != head) {
                    violations.add(
                            "%s has read to %d of %d".formatted(where, space.version(), head));
                }
                Set<EntityName> missing = new HashSet<>(live.getOrDefault(space.space(), Set.of()));
                for (ReplicaEntity entity : space.entities()) {
                    EntityName name = new EntityName(space.space(), entity.type(), entity.id());
                    missing.remove(name);
                    String difference = difference(entity, states.get(name));
                    if (difference != null) {
                        violations.add("%s: %s %s".formatted(where, name, difference));
                    }
                }
                missing.forEach(name -> violations.add("%s lacks %s".formatted(where, name)));
            }
        }
        return violations;
    }

    private static @Nullable String difference(ReplicaEntity entity, Fold.@Nullable State state) {
        JsonNode data = state == null ? null : state.defining().data();
        if (!Objects.equals(entity.data(), data)) {
            return "is %s, and by the log %s".formatted(entity.data(), data);
        }
        long version = state == null ? 0 : state.version();
        return entity.data() != null && entity.version() != version
                ? "is at version %d instead of %d".formatted(entity.version(), version)
                : null;
    }
}
