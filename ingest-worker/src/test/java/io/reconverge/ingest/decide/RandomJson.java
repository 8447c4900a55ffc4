package io.reconverge.ingest.decide;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Small objects over few members and few values, so that writes meet; the same numbers spelled one
/// way and another.
final class RandomJson {

    private static final List<String> VALUES =
            List.of(
                    "0",
                    "-0.0",
                    "1",
                    "1.0",
                    "10e-1",
                    "true",
                    "\"\"",
                    "\"tide\"",
                    "\"1\"",
                    "[]",
                    "[1,{\"x\":null}]",
                    "{}",
                    "{\"x\":1}",
                    "{\"x\":1.0,\"y\":2}",
                    "{\"y\":2}",
                    "{\"z\":{\"x\":1}}");

    private static final List<String> PATCHES =
            List.of("null", "{\"x\":null}", "{\"x\":2}", "{\"z\":{\"x\":null,\"w\":0}}");

    private RandomJson() {}

    /// What a user might make of what the device has, or something new.
    static JsonObject edited(Random random, @Nullable JsonObject seen) {
        ObjectNode data = WireJson.MAPPER.createObjectNode();
        if (seen != null && random.nextInt(4) > 0) {
            data.setAll(seen.tree());
        }
        for (int edits = random.nextInt(3); edits >= 0; edits--) {
            String member = member(random);
            switch (random.nextInt(5)) {
                case 0 -> data.remove(member);
                case 1 -> data.putNull(member);
                default -> data.set(member, value(random, VALUES));
            }
        }
        return JsonObject.of(data);
    }

    static JsonObject patch(Random random) {
        ObjectNode patch = WireJson.MAPPER.createObjectNode();
        for (int edits = random.nextInt(4); edits > 0; edits--) {
            patch.set(member(random), value(random, random.nextInt(3) == 0 ? PATCHES : VALUES));
        }
        return JsonObject.of(patch);
    }

    private static String member(Random random) {
        return switch (random.nextInt(14)) {
            case 0 -> "odd";
            case 1 -> "even";
            default -> List.of("a", "b", "c", "d").get(random.nextInt(4));
        };
    }

    private static JsonNode value(Random random, List<String> values) {
        return WireJson.MAPPER.readTree(values.get(random.nextInt(values.size())));
    }
}
