package io.reconverge.client.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.reconverge.wire.WireJson;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON of which there is one spelling: members in the order of their names by UTF-16 units, as RFC
/// 8785 has them, no spaces, and numbers with the digits that they have.
final class Canonical {

    private Canonical() {}

    static byte[] bytes(JsonNode node) {
        return WireJson.MAPPER.writeValueAsString(sorted(node)).getBytes(UTF_8);
    }

    private static JsonNode sorted(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                Map<String, JsonNode> members = new TreeMap<>();
                object.properties()
                        .forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
                ObjectNode sorted = WireJson.MAPPER.createObjectNode();
                members.forEach(sorted::set);
                yield sorted;
            }
            case ArrayNode array -> {
                ArrayNode sorted = WireJson.MAPPER.createArrayNode();
                array.forEach(element -> sorted.add(sorted(element)));
                yield sorted;
            }
            default -> node;
        };
    }
}
