package io.reconverge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A description of an API in YAML.
///
/// @param file from the root
record Document(String file, JsonNode root) {

    private static final YAMLMapper YAML = new YAMLMapper();

    static Document of(String file) {
        return new Document(file, YAML.readTree(Contract.read(Contract.ROOT.resolve(file))));
    }

    /// What stands at a pointer, or where that refers to.
    JsonNode at(String pointer) {
        return resolved(root.at(pointer));
    }

    /// The node itself, or what it refers to within this document.
    JsonNode resolved(JsonNode node) {
        String reference = node.path("$ref").stringValue("");
        return reference.startsWith("#") ? root.at(reference.substring(1)) : node;
    }

    /// Every object in the document, with its pointer.
    void forEachObject(BiConsumer<String, JsonNode> visitor) {
        visit(JsonPointer.empty(), root, visitor);
    }

    void assertThatReferencesResolve() {
        forEachObject((pointer, object) -> {
            String reference = object.path("$ref").stringValue("");
            if (reference.startsWith("#")) {
                assertThat(root.at(reference.substring(1)).isMissingNode())
                        .as("%s at %s", reference, pointer)
                        .isFalse();
            } else if (!reference.isEmpty()) {
                assertThat(targetOf(reference).isMissingNode())
                        .as("%s at %s", reference, pointer)
                        .isFalse();
            }
        });
    }

    void assertThatFits(String pointer, JsonNode schema, JsonNode example) {
        Schema compiled = Contract.schemaWithin(file, pointer, schema);
        assertThat(Contract.faults(compiled, example)).as(pointer).isEmpty();
    }

    private JsonNode targetOf(String reference) {
        int fragment = reference.indexOf('#');
        String path = fragment < 0 ? reference : reference.substring(0, fragment);
        Path target = Contract.ROOT.resolve(file).resolveSibling(path).normalize();
        assertThat(Files.exists(target)).as(reference).isTrue();
        JsonNode content = YAML.readTree(Contract.read(target));
        return fragment < 0 ? content : content.at(reference.substring(fragment + 1));
    }

    private static void visit(
            JsonPointer pointer, JsonNode node, BiConsumer<String, JsonNode> visitor) {
        if (node.isObject()) {
            visitor.accept(pointer.toString(), node);
            node.forEachEntry((name, value) -> visit(pointer.appendProperty(name), value, visitor));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                visit(pointer.appendIndex(i), node.get(i), visitor);
            }
        }
    }
}
