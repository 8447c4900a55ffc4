package io.reconverge.entities;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class BundledSchemasTest {

    private static final Path FOLDER = Path.of("entities");
    private static final String SUFFIX = ".schema.json";

    /// Whose types have plain names.
    private static final Path OWN = Path.of("reconverge");

    private static final EntitySchemas SCHEMAS = EntitySchemas.load(null, false);

    @Test
    void the_index_lists_every_file() throws IOException {
        List<String> names =
                files().map(file -> FOLDER.relativize(file).toString().replace('\\', '/'))
                        .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                        .toList();

        assertThat(Files.readAllLines(FOLDER.resolve("index.txt")))
                .containsExactlyElementsOf(names);
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_type_begins_with_its_app_and_tells_about_itself(Path file) throws IOException {
        JsonNode schema = StrictJson.parse(Files.readAllBytes(file));

        Path app = FOLDER.relativize(file).getName(0);
        assertThat(typeOf(file)).startsWith(app.equals(OWN) ? "" : app + "-");
        assertThat(schema.path("title").asString()).isNotEmpty();
        assertThat(schema.path("description").asString()).endsWith(".");
        assertThat(schema.path("x-reconverge").has("onConflict")).isTrue();
        assertThat(schema.path("examples")).isNotEmpty();
        assertThat(schema.path("properties").values())
                .allSatisfy(property -> assertThat(property.has("description")).isTrue());
    }

    @ParameterizedTest
    @MethodSource("files")
    void its_examples_are_valid(Path file) throws IOException {
        for (ObjectNode example : examplesOf(file)) {
            assertThat(SCHEMAS.check(typeOf(file), JsonObject.of(example))).isEmpty();
            assertThat(SCHEMAS.checkPatch(typeOf(file), JsonObject.of(example))).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void its_examples_with_a_member_missing_or_of_no_kind_are_not(Path file) throws IOException {
        JsonNode schema = StrictJson.parse(Files.readAllBytes(file));
        for (ObjectNode example : examplesOf(file)) {
            for (JsonNode required : schema.path("required")) {
                ObjectNode changed = example.deepCopy();
                changed.remove(required.asString());
                assertThat(SCHEMAS.check(typeOf(file), JsonObject.of(changed)))
                        .as("without %s", required)
                        .isNotEmpty();
            }
            for (String member : schema.path("properties").propertyNames()) {
                ObjectNode changed = example.deepCopy();
                changed.putArray(member).addArray();
                assertThat(SCHEMAS.check(typeOf(file), JsonObject.of(changed)))
                        .as("%s of no kind", member)
                        .isNotEmpty();
            }
        }
    }

    private static List<ObjectNode> examplesOf(Path file) throws IOException {
        return StrictJson.parse(Files.readAllBytes(file)).path("examples").values().stream()
                .map(ObjectNode.class::cast)
                .toList();
    }

    private static String typeOf(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(FOLDER)) {
            return all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList().stream();
        }
    }
}
