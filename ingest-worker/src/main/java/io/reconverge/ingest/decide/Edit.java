package io.reconverge.ingest.decide;

import io.reconverge.wire.MergePatch;
import io.reconverge.wire.SameJson;
import io.reconverge.wire.WireJson;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a change does to an entity, top-level member by top-level member.
///
/// @param members each with what it becomes, null for one that is removed
record Edit(Map<String, @Nullable JsonNode> members) {

    /// What a merge patch does to `data`.
    static Edit ofPatch(ObjectNode patch, ObjectNode data) {
        Map<String, @Nullable JsonNode> members = new LinkedHashMap<>();
        for (var member : patch.properties()) {
            String name = member.getKey();
            members.put(name, MergePatch.memberAfter(data.get(name), member.getValue()));
        }
        return new Edit(members);
    }

    /// What has to be done to `from` to make it `to`.
    static Edit between(ObjectNode from, ObjectNode to) {
        Set<String> names = new LinkedHashSet<>(to.propertyNames());
        names.addAll(from.propertyNames());
        Map<String, @Nullable JsonNode> members = new LinkedHashMap<>();
        for (String name : names) {
            if (!SameJson.same(from.get(name), to.get(name))) {
                members.put(name, to.get(name));
            }
        }
        return new Edit(members);
    }

    /// `data` with the edits of those members made.
    ObjectNode apply(ObjectNode data, Set<String> taken) {
        ObjectNode result = WireJson.MAPPER.createObjectNode();
        result.setAll(data);
        for (String name : taken) {
            JsonNode value = members.get(name);
            if (value == null) {
                result.remove(name);
            } else {
                result.set(name, value);
            }
        }
        return result;
    }
}
