package io.reconverge.entities;

import io.reconverge.wire.Pointer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a type's schema says of a merge patch by itself: of each top-level member that it sets,
/// what `properties`, `patternProperties` and `additionalProperties` say of that member.
///
/// The rest of the schema speaks of the entity as a whole, which is not known yet. A member that is
/// an object is a patch in turn, of which only the result can be judged.
final class PatchSchema {

    private final SchemaFile file;

    private PatchSchema(SchemaFile file) {
        this.file = file;
    }

    static JsonNode of(SchemaFile file) {
        return file.schema() instanceof ObjectNode schema
                ? new PatchSchema(file).of(schema)
                : file.schema();
    }

    private ObjectNode of(ObjectNode whole) {
        ObjectNode patch = whole.objectNode();
        for (String keyword : List.of("properties", "patternProperties")) {
            if (whole.get(keyword) instanceof ObjectNode members) {
                ObjectNode judged = patch.putObject(keyword);
                for (String name : members.propertyNames()) {
                    String pointer = Pointer.to("/" + keyword, name);
                    judged.set(name, unlessObject(members.get(name), pointer));
                }
            }
        }
        JsonNode others = whole.get("additionalProperties");
        if (others != null) {
            patch.set("additionalProperties", unlessObject(others, "/additionalProperties"));
        }
        return patch;
    }

    private JsonNode unlessObject(JsonNode subschema, String pointer) {
        if (!subschema.isObject()) {
            return subschema;
        }
        ObjectNode conditional = JsonNodeFactory.instance.objectNode();
        conditional.putObject("if").put("type", "object");
        conditional.putObject("else").put("$ref", file.location() + "#" + escaped(pointer));
        return conditional;
    }

    private static String escaped(String pointer) {
        try {
            // the validator reads a plus sign as a space
            return new URI(null, null, pointer).getRawFragment().replace("+", "%2B");
        } catch (URISyntaxException everyFragmentCanBeEscaped) {
            throw new AssertionError(everyFragmentCanBeEscaped);
        }
    }
}
