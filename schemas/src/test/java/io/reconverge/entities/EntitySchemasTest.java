package io.reconverge.entities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Violation;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntitySchemasTest {

    private static final String TASK =
            """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "x-reconverge": {"onConflict": "merge"},
              "type": "object",
              "required": ["title"],
              "properties": {
                "title": {"type": "string", "minLength": 1, "maxLength": 3},
                "done": {"type": "boolean"},
                "estimate": {"type": "integer", "maximum": 10},
                "due": {"format": "date"},
                "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}},
                "where": {"type": "object", "required": ["street"], "additionalProperties": false,
                          "properties": {"street": {"type": "string"}}},
                "a/b é": {"$ref": "#/properties/title"},
                "5% + ~1": {"$ref": "#/properties/title"},
                "": {"$ref": "#/properties/title"}
              },
              "patternProperties": {"^x-": {"type": "string"}},
              "additionalProperties": false,
              "$defs": {"tag": {"type": "string", "pattern": "^[a-z]+$"}}
            }
            """;

    @TempDir private Path folder;

    @Test
    void an_object_that_fits_has_no_violations() throws IOException {
        assertThat(
                        task().check(
                                        "task",
                                        json(
                                                """
                                                {"title": "a😀b", "done": true, "estimate": 3.0,
                                                 "due": "2026-11-21", "tags": ["x"], "x-y": "z",
                                                 "where": {"street": "s"}, "a/b é": "q"}
                                                """)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                      | ``          | required property 'title' not found",
                "{'title': ''}                           | /title      | must be at least 1 characters long",
                "{'title': '1234'}                       | /title      | must be at most 3 characters long",
                "{'title': 7}                            | /title      | integer found, string expected",
                "{'title': 't', 'estimate': 1.5}         | /estimate   | number found, integer expected",
                "{'title': 't', 'estimate': 1e400}       | /estimate   | must have a maximum value of 10",
                "{'title': 't', 'tags': ['a', 'B']}      | /tags/1     | does not match the regex pattern ^[a-z]+$",
                "{'title': 't', 'x-y': 1}                | /x-y        | integer found, string expected",
                "{'title': 't', 'p~q/r': 1}              | /p~0q~1r    | is not a member that this type's schema allows",
                "{'title': 't', 'where': {'to': 1, 'street': 's'}} | /where/to | is not a member that this type's schema allows",
                "{'title': 't', 'a/b é': 5}              | /a~1b é     | integer found, string expected",
            })
    void what_does_not_fit_is_pointed_at(String data, String pointer, String message)
            throws IOException {
        assertThat(task().check("task", json(data.replace('\'', '"'))))
                .containsExactly(new Violation(pointer, message));
    }

    @Test
    void every_violation_is_told() throws IOException {
        assertThat(
                        task()
                                .check(
                                        "task",
                                        json("{\"title\": 1, \"done\": 2, \"tags\": [3, 4]}"))
                                .stream()
                                .map(Violation::pointer))
                .containsExactlyInAnyOrder("/title", "/done", "/tags/0", "/tags/1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'done': true}",
                "{'title': null, 'unknown': null}",
                "{'where': {'street': null}}",
                "{'where': {'number': 3}}",
                "{'x-y': 'z'}"
            })
    void a_patch_may_leave_out_and_remove(String patch) throws IOException {
        assertThat(task().checkPatch("task", json(patch.replace('\'', '"')))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'done': 1}            | /done     | integer found, boolean expected",
                "{'tags': ['B']}        | /tags/0   | does not match the regex pattern ^[a-z]+$",
                "{'where': 'here'}      | /where    | string found, object expected",
                "{'unknown': 1}         | /unknown  | is not a member that this type's schema allows",
                "{'x-y': 1}             | /x-y      | integer found, string expected",
                "{'a/b é': 5}           | /a~1b é   | integer found, string expected",
                "{'5% + ~1': 5}         | /5% + ~01 | integer found, string expected",
                "{'': 5}                | /         | integer found, string expected",
            })
    void what_a_patch_sets_is_checked(String patch, String pointer, String message)
            throws IOException {
        assertThat(task().checkPatch("task", json(patch.replace('\'', '"'))))
                .containsExactly(new Violation(pointer, message));
    }

    @ParameterizedTest
    @CsvSource({
        "date, 2026-02-29",
        "date-time, 2026-11-21 10:00",
        "time, noon",
        "duration, 5 minutes",
        "uuid, 1-1-1-1-1",
        "uri, here",
        "uri-reference, '\\'",
        "email, nobody",
        "ipv4, 1.2.3",
        "ipv6, ::g"
    })
    void a_format_is_asserted(String format, String text) throws IOException {
        EntitySchemas schemas =
                with("t", "{\"properties\": {\"v\": {\"format\": \"%s\"}}}".formatted(format));

        assertThat(schemas.check("t", json("{\"v\": \"" + text.replace("\\", "\\\\") + "\"}")))
                .hasSize(1);
    }

    @Test
    void no_text_makes_a_pattern_or_format_slow() throws IOException {
        EntitySchemas schemas =
                with(
                        "t",
                        """
                        {"properties": {"pattern": {"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"},
                          "email": {"format": "email"}, "uri": {"format": "uri"},
                          "pointer": {"format": "json-pointer"}, "host": {"format": "hostname"},
                          "regex": {"format": "regex"}, "template": {"format": "uri-template"}},
                         "patternProperties": {"^(a+)+$": {"type": "string"}}}
                        """);
        String text = "a".repeat(30_000) + "@".repeat(30_000) + "/a.".repeat(10_000) + "(";
        JsonObject data =
                json(
                        """
                        {"pattern":"%1$s","email":"%1$s","uri":"%1$s","pointer":"/%1$s",
                         "host":"%1$s","regex":"%1$s","template":"{%1$s","%1$s":1}
                        """
                                .formatted(text));

        List<Violation> violations =
                Assertions.assertTimeoutPreemptively(
                        Duration.ofSeconds(5), () -> schemas.check("t", data));

        assertThat(violations.stream().map(Violation::pointer))
                .containsExactlyInAnyOrder("/pattern", "/email", "/uri");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e400",
                "-1e400",
                "1e131071",
                "1E-16383",
                "0.5",
                "1.0",
                "0",
                "-0.0",
                "9223372036854775807",
                "9223372036854775808",
                "-9223372036854775809",
                "123456789012345678901234567890.5"
            })
    void any_number_can_be_judged(String number) throws IOException {
        EntitySchemas schemas =
                with(
                        "t",
                        """
                        {"properties": {
                          "minimum": {"type": "integer", "minimum": 1},
                          "maximum": {"type": "integer", "maximum": 1},
                          "exclusiveMinimum": {"type": "integer", "exclusiveMinimum": 1},
                          "exclusiveMaximum": {"type": "integer", "exclusiveMaximum": 1},
                          "number": {"type": "number", "minimum": -1.5, "maximum": 1e30,
                                     "exclusiveMinimum": 1, "exclusiveMaximum": 9},
                          "multipleOf": {"multipleOf": 0.01},
                          "wholeMultiple": {"type": "integer", "multipleOf": 7},
                          "const": {"const": 1},
                          "enum": {"enum": [1, 2.5, 1e400, "1"]},
                          "unique": {"uniqueItems": true},
                          "either": {"type": ["integer", "string"]}}}
                        """);
        List<String> members =
                List.of(
                        "minimum",
                        "maximum",
                        "exclusiveMinimum",
                        "exclusiveMaximum",
                        "number",
                        "multipleOf",
                        "wholeMultiple",
                        "const",
                        "enum",
                        "either");
        StringBuilder data = new StringBuilder("{\"unique\": [1, " + number + ", 1.00]");
        for (String member : members) {
            data.append(", \"%s\": %s".formatted(member, number));
        }

        List<Violation> violations = schemas.check("t", json(data + "}"));

        BigDecimal value = new BigDecimal(number);
        boolean integer = value.stripTrailingZeros().scale() <= 0;
        boolean isOne = value.compareTo(BigDecimal.ONE) == 0;
        assertThat(told(violations, "minimum")).isEqualTo(!integer || value.signum() <= 0);
        assertThat(told(violations, "maximum"))
                .isEqualTo(!integer || value.compareTo(BigDecimal.ONE) > 0);
        assertThat(told(violations, "either")).isEqualTo(!integer);
        assertThat(told(violations, "const")).isEqualTo(!isOne);
        assertThat(told(violations, "enum")).isEqualTo(!isOne && !number.equals("1e400"));
        assertThat(told(violations, "unique")).isTrue();
        assertThat(told(violations, "multipleOf")).isEqualTo(value.scale() > 2);
    }

    private static boolean told(List<Violation> violations, String member) {
        return violations.stream().anyMatch(violation -> violation.pointer().equals("/" + member));
    }

    @Test
    void a_schema_without_end_is_stopped() throws IOException {
        EntitySchemas schemas = with("t", "{\"allOf\": [{\"$ref\": \"#\"}, {\"$ref\": \"#\"}]}");

        assertThat(schemas.check("t", json("{}")))
                .containsExactly(
                        new Violation(
                                "", "takes too many steps to check against its type's schema"));
    }

    @Test
    void at_most_a_hundred_violations_are_told() throws IOException {
        String tags = "[" + "1,".repeat(50_000) + "1]";

        assertThat(task().check("task", json("{\"title\": \"t\", \"tags\": " + tags + "}")))
                .hasSize(100);
    }

    @Test
    void a_schema_may_refer_to_another_of_its_folder() throws IOException {
        Files.createDirectory(folder.resolve("sub"));
        Files.writeString(folder.resolve("sub/place.schema.json"), "{\"required\": [\"street\"]}");
        EntitySchemas schemas =
                with("t", "{\"properties\": {\"at\": {\"$ref\": \"sub/place.schema.json\"}}}");

        assertThat(schemas.check("t", json("{\"at\": {}}")))
                .containsExactly(new Violation("/at", "required property 'street' not found"));
    }

    @Test
    void a_file_of_the_folder_stands_over_one_that_comes_with_reconverge() throws IOException {
        assertThat(EntitySchemas.load(null, true).check("logdate-note", json("{}"))).hasSize(1);
        assertThat(with("logdate-note", "{}").check("logdate-note", json("{}"))).isEmpty();
    }

    @Test
    void a_type_without_a_schema_is_accepted_or_not() {
        assertThat(EntitySchemas.load(null, true).check("what", json("{}"))).isEmpty();
        assertThat(EntitySchemas.load(null, true).accepts("what")).isTrue();
        EntitySchemas strict = EntitySchemas.load(null, false);
        assertThat(strict.accepts("what")).isFalse();
        assertThat(strict.accepts("logdate-note")).isTrue();
        assertThat(strict.check("what", json("{}"))).hasSize(1);
        assertThat(strict.checkPatch("what", json("{}"))).hasSize(1);
    }

    @Test
    void a_type_says_what_becomes_of_its_conflicts() throws IOException {
        assertThat(task().onConflict("task")).isEqualTo(OnConflict.MERGE);
        assertThat(task().onConflict("logdate-note")).isEqualTo(OnConflict.LWW);
        assertThat(task().onConflict("what")).isEqualTo(OnConflict.LWW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json",
                "{\"type\": \"object\", \"type\": \"array\"}",
                "[]",
                "{\"type\": \"objekt\"}",
                "{\"properties\": []}",
                "{\"$ref\": \"#/$defs/nowhere\"}",
                "{\"properties\": {\"a\": {\"items\": {\"$ref\": \"#/$defs/nowhere\"}}}}",
                "{\"$ref\": \"other.schema.json\"}",
                "{\"$ref\": \"http://127.0.0.1:9/x.schema.json\"}",
                "{\"$ref\": \"file:///etc/hostname\"}",
                "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}",
                "{\"properties\": {\"a\": {\"pattern\": \"(\"}}}",
                "{\"properties\": {\"a\": {\"pattern\": \"(a)\\\\1\"}}}",
                "{\"patternProperties\": {\"(?=a)\": {}}}",
                "{\"x-reconverge\": {\"onConflict\": \"newest\"}}",
                "{\"x-reconverge\": {\"onconflict\": \"lww\"}}",
                "{\"x-reconverge\": \"lww\"}"
            })
    void a_file_that_is_no_schema_stops_the_start_and_is_named(String content) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with("broken", content))
                .withMessageContaining("broken.schema.json");
    }

    @Test
    void a_file_or_folder_that_is_badly_named_stops_the_start() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntitySchemas.load(folder.resolve("nowhere"), true))
                .withMessageContaining("nowhere");
        Files.createDirectory(folder.resolve("sub"));
        Files.writeString(folder.resolve("sub/t.schema.json"), "{}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with("t", "{}"))
                .withMessageContaining("/sub/t.schema.json");
        Files.delete(folder.resolve("sub/t.schema.json"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with("Upper", "{}"))
                .withMessageContaining("Upper.schema.json");
    }

    private EntitySchemas task() throws IOException {
        return with("task", TASK);
    }

    private EntitySchemas with(String type, String schema) throws IOException {
        Files.writeString(folder.resolve(type + ".schema.json"), schema);
        return EntitySchemas.load(folder, true);
    }

    private static JsonObject json(String text) {
        return JsonObject.ofText(text);
    }
}
