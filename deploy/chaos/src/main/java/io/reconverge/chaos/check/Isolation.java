package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.EntityName;
import io.reconverge.chaos.check.Evidence.LogRow;
import io.reconverge.chaos.check.Evidence.Replica;
import io.reconverge.chaos.check.Evidence.ReplicaEntity;
import io.reconverge.chaos.check.Evidence.ReplicaSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// I7: nobody holds a space that they are no member of, nothing of one space lies in another, no
/// change of a stranger was taken.
///
/// Each entity that the harness writes names the space that it was written into, so what has gone
/// astray is known by its content, whatever the columns beside it say.
final class Isolation {

    private Isolation() {}

    static List<String> violations(Evidence evidence) {
        List<String> violations = new ArrayList<>();
        for (LogRow row : evidence.log()) {
            if (evidence.forbidden().contains(row.changeId())) {
                violations.add("%s is of %s, who may not write there".formatted(row, row.actor()));
            }
            astray(evidence, row.space(), row.data(), "the log's " + row, violations);
        }
        evidence.entities()
                .forEach(row ->
                        astray(
                                evidence,
                                row.space(),
                                row.data(),
                                "the table's " + row.entity(),
                                violations));
        evidence.published()
                .forEach(record ->
                        astray(
                                evidence,
                                record.key(),
                                record.value().get("data"),
                                "the topic's " + record,
                                violations));
        Map<EntityName, Fold.State> states = Fold.states(evidence);
        for (Replica replica : evidence.replicas()) {
            for (ReplicaSpace space : replica.spaces()) {
                if (!belongs(evidence, states, replica.user(), space.space())) {
                    violations.add(
                            "%s of %s holds %s, of which they are no member"
                                    .formatted(replica.device(), replica.user(), space.space()));
                }
                for (ReplicaEntity entity : space.entities()) {
                    astray(
                            evidence,
                            space.space(),
                            entity.data(),
                            "%s's %s/%s".formatted(replica.device(), entity.type(), entity.id()),
                            violations);
                }
            }
        }
        return violations;
    }

    private static boolean belongs(
            Evidence evidence, Map<EntityName, Fold.State> states, String user, String space) {
        String owner = evidence.owners().get(space);
        if (owner != null) {
            return owner.equals(user);
        }
        Fold.State member = states.get(new EntityName(space, "member", user));
        return member != null && member.isLive();
    }

    private static void astray(
            Evidence evidence,
            String space,
            @Nullable JsonNode data,
            String what,
            List<String> violations) {
        JsonNode home = data == null ? null : data.get("home");
        if (home != null && !home.asString().equals(evidence.homes().get(space))) {
            violations.add("%s was written for %s".formatted(what, home.asString()));
        }
    }
}
