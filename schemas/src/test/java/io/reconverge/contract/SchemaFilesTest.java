package io.reconverge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.ProblemType;
import io.reconverge.wire.StrictJson;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class SchemaFilesTest {

    @ParameterizedTest
    @MethodSource("schemas")
    void a_schema_is_one_and_its_references_resolve(Path file) {
        JsonNode schema = StrictJson.parse(Contract.read(file));

        assertThat(Contract.faults(Contract.metaSchema(), schema)).isEmpty();
        assertThat(schema.path("title").asString()).isNotEmpty();
        assertThat(schema.path("description").asString()).endsWith(".");
        Contract.schema(Contract.ROOT.relativize(file).toString());
    }

    @Test
    void the_types_of_problems_are_those_of_the_records() {
        JsonNode schema =
                StrictJson.parse(Contract.read(Contract.ROOT.resolve("json/problem.schema.json")));

        assertThat(schema.at("/properties/type/enum").values().stream().map(JsonNode::stringValue))
                .containsExactlyElementsOf(
                        Arrays.stream(ProblemType.values()).map(ProblemType::urn).toList());
    }

    @Test
    void the_contract_goes_along_as_resources() {
        for (String name :
                new String[] {
                    "json/change.schema.json",
                    "openapi/reconverge.yaml",
                    "asyncapi/reconverge.yaml",
                    "entities/index.txt"
                }) {
            assertThat(getClass().getClassLoader().getResource("contract/" + name))
                    .as(name)
                    .isNotNull();
        }
    }

    private static Stream<Path> schemas() {
        return Contract.files("json", ".schema.json");
    }
}
