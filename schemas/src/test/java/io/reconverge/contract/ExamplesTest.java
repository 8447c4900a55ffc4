package io.reconverge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ResultRecord;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.SyncRequestReader;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WireJson;
import io.reconverge.wire.WriteRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Holds each example both to its JSON Schema and to what reads such a document.
class ExamplesTest {

    /// What the services write and read as records.
    private static final Map<String, Class<?>> RECORDS =
            Map.of(
                    "entity", Entity.class,
                    "problem", Problem.class,
                    "violation", Violation.class,
                    "change-result", ChangeResult.class,
                    "change-event", ChangeEvent.class,
                    "write-record", WriteRecord.class,
                    "result-record", ResultRecord.class);

    /// What clients send.
    private static final Set<String> REQUESTS = Set.of("change", "sync-request");

    @ParameterizedTest
    @MethodSource("valid")
    void a_valid_document_passes_its_schema_and_its_reader(Path example) {
        JsonNode document = WireJson.MAPPER.readTree(Contract.read(example));

        assertThat(Contract.faults(Contract.schema(schemaOf(example)), document)).isEmpty();
        assertThatCode(() -> readIfRead(example)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("validRecords")
    void a_valid_record_is_written_as_it_was(Path example) {
        Class<?> type = RECORDS.get(nameOf(example));
        Object read = WireJson.MAPPER.readValue(Contract.read(example), type);

        byte[] written = WireJson.MAPPER.writerFor(type).writeValueAsBytes(read);

        assertThat(WireJson.MAPPER.readTree(written))
                .isEqualTo(WireJson.MAPPER.readTree(Contract.read(example)));
    }

    @ParameterizedTest
    @MethodSource("validRequests")
    void the_changes_of_a_request_are_written_as_the_schema_has_them(Path example) {
        for (Object change : request(example).changes()) {
            JsonNode written = WireJson.MAPPER.valueToTree(change);

            assertThat(Contract.faults(Contract.schema("json/change.schema.json"), written))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void an_invalid_document_is_refused_by_its_schema_and_its_reader(Path example) {
        JsonNode document = WireJson.MAPPER.readTree(Contract.read(example));

        assertThat(Contract.faults(Contract.schema(schemaOf(example)), document)).isNotEmpty();
        if (isRead(example)) {
            assertRefused(example);
        }
    }

    @ParameterizedTest
    @MethodSource("invalidToTheReader")
    void what_only_the_reader_can_see_is_refused_by_it(Path example) {
        assertRefused(example);
        Schema schema = Contract.schema(schemaOf(example));
        parsed(example)
                .ifPresent(document -> assertThat(Contract.faults(schema, document)).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("invalidToTheSchema")
    void what_only_the_schema_says_is_said_by_it(Path example) {
        JsonNode document = WireJson.MAPPER.readTree(Contract.read(example));

        assertThat(Contract.faults(Contract.schema(schemaOf(example)), document)).isNotEmpty();
        assertThatCode(() -> readIfRead(example)).doesNotThrowAnyException();
    }

    @Test
    void every_schema_has_valid_and_invalid_examples() {
        Set<String> names =
                Contract.files("json", ".schema.json")
                        .map(file -> file.getFileName().toString().replace(".schema.json", ""))
                        .filter(name -> !name.equals("common"))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(valid().map(ExamplesTest::nameOf).distinct())
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(invalid().map(ExamplesTest::nameOf).distinct())
                .containsExactlyInAnyOrderElementsOf(names);
    }

    /// Nothing when even a lenient parser cannot read it.
    private static Optional<JsonNode> parsed(Path example) {
        try {
            return Optional.of(WireJson.MAPPER.readTree(Contract.read(example)));
        } catch (JacksonException noJson) {
            return Optional.empty();
        }
    }

    private static void assertRefused(Path example) {
        assertThatThrownBy(() -> readIfRead(example))
                .isInstanceOfAny(InvalidDocument.class, JacksonException.class);
    }

    private static boolean isRead(Path example) {
        return REQUESTS.contains(nameOf(example)) || RECORDS.containsKey(nameOf(example));
    }

    private static void readIfRead(Path example) {
        if (REQUESTS.contains(nameOf(example))) {
            request(example);
        } else if (RECORDS.containsKey(nameOf(example))) {
            WireJson.MAPPER.readValue(Contract.read(example), RECORDS.get(nameOf(example)));
        }
    }

    private static SyncRequest request(Path example) {
        byte[] body = Contract.read(example);
        if (nameOf(example).equals("change")) {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(
                    "{\"deviceId\":\"d\",\"changes\":[".getBytes(StandardCharsets.UTF_8));
            request.writeBytes(body);
            request.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
            body = request.toByteArray();
        }
        return SyncRequestReader.read(body, 1_767_200_000_000L);
    }

    private static String nameOf(Path example) {
        return example.getName(example.getNameCount() - 2).toString();
    }

    private static String schemaOf(Path example) {
        return "json/" + nameOf(example) + ".schema.json";
    }

    private static Stream<Path> valid() {
        return Contract.files("examples/valid", ".json");
    }

    private static Stream<Path> validRecords() {
        return valid().filter(example -> RECORDS.containsKey(nameOf(example)));
    }

    private static Stream<Path> validRequests() {
        return valid().filter(example -> REQUESTS.contains(nameOf(example)));
    }

    private static Stream<Path> invalid() {
        return Contract.files("examples/invalid", ".json");
    }

    private static Stream<Path> invalidToTheReader() {
        return Contract.files("examples/invalid-to-the-reader", ".json");
    }

    private static Stream<Path> invalidToTheSchema() {
        return Contract.files("examples/invalid-to-the-schema", ".json");
    }
}
