package io.reconverge.client;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Small objects over few members and few values, so that edits meet.
public final class RandomData {

    private static final List<String> VALUES =
            List.of("0", "1", "1.0", "true", "\"\"", "\"tide\"", "[]", "[1,{\"x\":null}]", "null");

    private RandomData() {}

    /// What an app may put.
    public static JsonObject put(Random random) {
        return JsonObject.of(object(random, 0));
    }

    /// What an app may patch with.
    public static JsonObject patch(Random random) {
        return JsonObject.of(object(random, 0));
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = WireJson.MAPPER.createObjectNode();
        for (int members = random.nextInt(4); members > 0; members--) {
            String name = List.of("a", "b", "c", "d").get(random.nextInt(4));
            object.set(name, value(random, depth));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return depth < 2 && random.nextInt(2) == 0
                ? object(random, depth + 1)
                : WireJson.MAPPER.readTree(VALUES.get(random.nextInt(VALUES.size())));
    }

    /// JSON written with single quotes.
    public static JsonObject json(String singleQuoted) {
        return JsonObject.ofText(singleQuoted.replace('\'', '"'));
    }
}
