package io.reconverge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SyncRequestReader;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenApiTest {

    private static final Document API = Document.of("openapi/reconverge.yaml");

    @Test
    void every_reference_resolves() {
        assertThat(API.root().path("openapi").asString()).startsWith("3.1");
        API.assertThatReferencesResolve();
    }

    @Test
    void every_component_is_used() {
        Set<String> used = new HashSet<>();
        API.forEachObject((pointer, object) -> used.add(object.path("$ref").stringValue("")));
        for (String kind : List.of("parameters", "headers", "responses")) {
            for (String name : API.at("/components/" + kind).propertyNames()) {
                assertThat(used).contains("#/components/" + kind + "/" + name);
            }
        }
    }

    @Test
    void the_table_of_problem_types_is_that_of_the_records() {
        JsonNode table = API.at("/x-problem-types");

        assertThat(table.propertyNames())
                .containsExactlyElementsOf(
                        Arrays.stream(ProblemType.values()).map(ProblemType::slug).toList());
        for (ProblemType type : ProblemType.values()) {
            assertThat(table.path(type.slug()).path("status").asInt()).isEqualTo(type.status());
            assertThat(table.path(type.slug()).path("title").asString()).isEqualTo(type.title());
        }
    }

    @Test
    void every_problem_type_is_told_somewhere_and_each_under_its_own_status() {
        Set<ProblemType> told = EnumSet.noneOf(ProblemType.class);
        for (JsonNode slug : API.at("/x-problems-of-changes/types")) {
            told.add(typeOf(slug.asString()));
        }
        forEachOperation((pointer, operation) ->
                operation
                        .path("responses")
                        .forEachEntry((status, response) -> {
                            for (ProblemType type : problemsOf(response)) {
                                told.add(type);
                                assertThat(status)
                                        .as("%s %s", pointer, type)
                                        .isEqualTo(Integer.toString(type.status()));
                            }
                        }));

        assertThat(told).containsExactlyInAnyOrder(ProblemType.values());
    }

    @Test
    void every_operation_says_how_it_can_fail() {
        Set<String> ids = new HashSet<>();
        forEachOperation((pointer, operation) -> {
            assertThat(ids.add(operation.path("operationId").asString())).as(pointer).isTrue();
            assertThat(operation.path("summary").asString()).as(pointer).isNotEmpty();
            assertThat(operation.path("responses").propertyNames())
                    .as(pointer)
                    .contains("401", "405", "429", "500", "503");
            if (operation.has("requestBody")) {
                assertThat(operation.path("responses").propertyNames())
                        .as(pointer)
                        .contains("400", "408", "413", "415");
            }
        });
        assertThat(ids).hasSizeGreaterThan(10);
    }

    @Test
    void every_answer_has_the_headers_that_all_have() {
        forEachOperation((pointer, operation) ->
                operation
                        .path("responses")
                        .forEach(response ->
                                assertThat(API.resolved(response).path("headers").propertyNames())
                                        .as(pointer)
                                        .contains("X-Request-Id", "RateLimit")));
    }

    @Test
    void every_success_of_an_upload_that_can_be_resumed_says_the_version_of_tus() {
        List<String> checked = new ArrayList<>();
        forEachOperation((pointer, operation) -> {
            if (pointer.contains("~1media~1uploads")) {
                operation
                        .path("responses")
                        .forEachEntry((status, response) -> {
                            if (status.startsWith("2")) {
                                assertThat(API.resolved(response).path("headers").propertyNames())
                                        .as("%s %s", pointer, status)
                                        .contains("Tus-Resumable");
                                checked.add(pointer);
                            }
                        });
            }
        });
        assertThat(checked).hasSizeGreaterThan(5);
    }

    @Test
    void every_example_fits_its_schema() {
        List<String> checked = new ArrayList<>();
        API.forEachObject((pointer, object) -> {
            JsonNode schema = object.path("schema");
            if (object.has("example")) {
                API.assertThatFits(pointer, schema, object.get("example"));
                checked.add(pointer);
            }
            if (object.has("schema") && object.has("examples")) {
                object.get("examples")
                        .forEachEntry((name, example) -> {
                            API.assertThatFits(pointer + "/" + name, schema, example.get("value"));
                            checked.add(pointer);
                        });
            }
        });
        assertThat(checked).hasSizeGreaterThan(40);
    }

    @Test
    void every_example_of_a_sync_request_is_read() {
        JsonNode examples =
                API.at(
                        "/paths/~1v1~1spaces~1{space}~1sync/post/requestBody/content/application~1json/examples");
        assertThat(examples).isNotEmpty();
        for (JsonNode example : examples) {
            byte[] body = WireJson.MAPPER.writeValueAsBytes(example.get("value"));
            assertThat(SyncRequestReader.read(body, 0).deviceId()).isNotEmpty();
        }
    }

    private static void forEachOperation(BiConsumer<String, JsonNode> visitor) {
        API.forEachObject((pointer, object) -> {
            if (object.has("operationId")) {
                visitor.accept(pointer, object);
            }
        });
    }

    private static List<ProblemType> problemsOf(JsonNode response) {
        List<ProblemType> types = new ArrayList<>();
        for (JsonNode urn :
                API.resolved(response)
                        .at("/content/application~1problem+json/schema/properties/type/enum")) {
            types.add(typeOf(urn.asString().replace("urn:reconverge:problem:", "")));
        }
        return types;
    }

    private static ProblemType typeOf(String slug) {
        return Arrays.stream(ProblemType.values())
                .filter(type -> type.slug().equals(slug))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such problem type: " + slug));
    }
}
