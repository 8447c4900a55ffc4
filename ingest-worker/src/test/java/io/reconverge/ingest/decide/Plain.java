package io.reconverge.ingest.decide;

import io.reconverge.wire.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// JSON as plain maps, lists, strings, decimals and booleans, equal when they say the same; and RFC
/// 7396 on them, word for word.
final class Plain {

    /// JSON's null, which is another thing than no value.
    enum Null {
        NULL
    }

    private Plain() {}

    static @Nullable Map<String, Object> of(@Nullable JsonObject object) {
        return object == null ? null : members(object.tree());
    }

    private static Map<String, Object> members(JsonNode object) {
        Map<String, Object> members = new TreeMap<>();
        object.forEachEntry((name, value) -> members.put(name, value(value)));
        return members;
    }

    private static Object value(JsonNode node) {
        if (node.isObject()) {
            return members(node);
        }
        if (node.isArray()) {
            List<Object> elements = new ArrayList<>();
            node.forEach(element -> elements.add(value(element)));
            return elements;
        }
        if (node.isNumber()) {
            BigDecimal number = node.decimalValue();
            return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.isNull() ? Null.NULL : node.stringValue();
    }

    static Map<String, Object> patched(@Nullable Object target, Map<String, Object> patch) {
        Map<String, Object> result = new TreeMap<>();
        if (target instanceof Map<?, ?> members) {
            members.forEach((name, value) -> result.put((String) name, value));
        }
        patch.forEach((name, value) -> {
            if (value == Null.NULL) {
                result.remove(name);
            } else {
                result.put(name, patchedValue(result.get(name), value));
            }
        });
        return result;
    }

    private static Object patchedValue(@Nullable Object target, Object patch) {
        if (!(patch instanceof Map<?, ?> members)) {
            return patch;
        }
        Map<String, Object> inner = new TreeMap<>();
        members.forEach((name, value) -> inner.put((String) name, value));
        return patched(target, inner);
    }
}
