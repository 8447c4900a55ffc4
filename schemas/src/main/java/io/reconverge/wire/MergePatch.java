package io.reconverge.wire;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON Merge Patch, RFC 7396, section 2. Trees are shared and never changed: what a patch leaves
/// alone is the same node before and after.
public final class MergePatch {

    private MergePatch() {}

    /// @param target null for none
    public static ObjectNode apply(@Nullable JsonNode target, ObjectNode patch) {
        ObjectNode result = WireJson.MAPPER.createObjectNode();
        if (target instanceof ObjectNode object) {
            result.setAll(object);
        }
        for (var member : patch.properties()) {
            if (member.getValue().isNull()) {
                result.remove(member.getKey());
            } else {
                result.set(member.getKey(), member(result.get(member.getKey()), member.getValue()));
            }
        }
        return result;
    }

    /// What a member becomes, null for a member that is removed.
    public static @Nullable JsonNode memberAfter(@Nullable JsonNode member, JsonNode patch) {
        return patch.isNull() ? null : member(member, patch);
    }

    private static JsonNode member(@Nullable JsonNode member, JsonNode patch) {
        return patch instanceof ObjectNode object ? apply(member, object) : patch;
    }
}
