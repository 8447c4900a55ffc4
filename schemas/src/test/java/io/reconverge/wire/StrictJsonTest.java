package io.reconverge.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class StrictJsonTest {

    @Test
    void a_document_is_read_as_it_is_written() {
        String document =
                """
                {"a":[1,-2.50,true,false,null,"é😀\\n"],"b":{"":0},"c":12345678901234567890.10}\
                """;

        JsonNode tree = parse(document);

        assertThat(WireJson.MAPPER.writeValueAsString(tree)).isEqualTo(document);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "null", "\"text\"", "12", " [ ] ", "{}\n"})
    void any_value_may_be_a_document(String document) {
        assertThat(parse(document)).isEqualTo(WireJson.MAPPER.readTree(document));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "1.10",
                "100000000000000000000000000000000",
                "1e400",
                "1E-400",
                "1e131071",
                "1E-16383",
                "0.5e131072",
                "123e131069",
                "0E0",
                "1e00000000000000000005"
            })
    void a_number_that_postgres_can_hold_keeps_its_digits(String number) {
        assertThat(parse(number).decimalValue()).isEqualTo(new BigDecimal(number));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e131072",
                "1e999999999",
                "-1e999999999999999999999",
                "123e131070",
                "1e2147483648",
                "0e999999999",
                "0.0e131075"
            })
    void a_number_with_too_many_digits_before_the_point_is_refused(String number) {
        assertThat(violationsOf("{\"n\":[" + number + "]}"))
                .containsExactly(
                        new Violation("/n/0", "has more than 131072 digits before the point"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1E-16384",
                "10e-16384",
                "1E-20000",
                "0.1e-16383",
                "0e-999999999999999999",
                "1e-2147483649"
            })
    void a_number_with_too_many_digits_after_the_point_is_refused(String number) {
        assertThat(violationsOf("{\"n\":" + number + "}"))
                .containsExactly(new Violation("/n", "has more than 16383 digits after the point"));
    }

    @Test
    void a_number_of_more_than_a_thousand_characters_is_refused() {
        assertThat(parse("9".repeat(1_000)).isIntegralNumber()).isTrue();
        assertThat(violationsOf("[" + "9".repeat(1_001) + "]"))
                .containsExactly(new Violation("/0", "is a number of more than 1000 characters"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "01", "+1", "1.", ".5", "1e", "-", "--1"})
    void a_number_that_json_does_not_have_is_refused(String number) {
        assertThat(pointersOf("{\"n\":" + number + "}")).containsExactly("/n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':1,'b':{'c':2,'c':3}}                 | /b/c",
                "{'a':[0,{'x/y':'~','x/y':1}]}             | /a/1/x~1y",
                "{'a~b':'\\u0000'}                         | /a~0b",
                "{'':['ok','\\ud800']}                     | //1",
                "['\\udc00\\ud800']                        | /0",
                "['\\ud83d\\ude00','\\ud83dx']             | /1",
                "{'a':{'b\\u0000':1}}                      | /a",
                "{'a':{'\\udead':1}}                       | /a",
            })
    void what_cannot_be_stored_is_pointed_at(String document, String pointer) {
        assertThat(pointersOf(document.replace('\'', '"'))).containsExactly(pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':1,}          | ``",
                "{'a':{'b':tru}}   | /a/b",
                "{'a':[1,2         | /a/2",
                "{'a':'open        | /a",
                "{'a'              | /a",
                "{'a':1            | ``",
                "{a:1}             | ``",
                "[1,,2]            | /1",
                "{} {}             | ``",
                "[] x              | ``",
                "/* no */ {}       | ``",
                "['\\x']           | /0",
                "{'a':0x10}        | ``",
                "<a/>              | ``",
            })
    void what_is_not_json_is_pointed_at(String document, String pointer) {
        assertThat(pointersOf(document.replace('\'', '"'))).containsExactly(pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t"})
    void an_empty_body_is_refused(String document) {
        assertThat(violationsOf(document))
                .containsExactly(new Violation("", "is empty; a JSON document is expected"));
    }

    @Test
    void bytes_that_are_not_utf_8_are_pointed_at() {
        List<byte[]> notUtf8 =
                List.of(
                        new byte[] {(byte) 0xff},
                        new byte[] {(byte) 0xc0, (byte) 0x80},
                        new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                        new byte[] {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
                        new byte[] {(byte) 0xe2, (byte) 0x82});
        for (byte[] bytes : notUtf8) {
            ByteArrayOutputStream document = new ByteArrayOutputStream();
            document.writeBytes("{\"a\":[\"é\",{\"b\":\"x".getBytes(StandardCharsets.UTF_8));
            int position = document.size();
            document.writeBytes(bytes);
            document.writeBytes("\"}]}".getBytes(StandardCharsets.UTF_8));

            assertThat(violationsOf(document.toByteArray()))
                    .containsExactly(
                            new Violation(
                                    "/a/1/b",
                                    "byte " + position + " of the document is not UTF-8"));
        }
    }

    @Test
    void utf_16_and_a_document_cut_within_a_character_are_refused() {
        assertThat(violationsOf("{}".getBytes(StandardCharsets.UTF_16))).isNotEmpty();
        assertThat(violationsOf("{}".getBytes(StandardCharsets.UTF_16LE))).isNotEmpty();
        byte[] whole = "\"é".getBytes(StandardCharsets.UTF_8);
        assertThat(violationsOf(Arrays.copyOf(whole, 2))).isNotEmpty();
    }

    @Test
    void nesting_is_followed_to_its_limit_and_no_further() {
        assertThat(parse("[".repeat(64) + "]".repeat(64)).isArray()).isTrue();

        List<String> pointers =
                pointersOf("{\"a\":" + "[".repeat(64) + "1" + "]".repeat(64) + ",\"a\":0}");

        assertThat(pointers).containsExactly("/a" + "/0".repeat(63), "/a");
    }

    @Test
    void a_document_of_any_depth_is_refused_without_overflow() {
        for (String opening : List.of("[", "{\"a\":")) {
            for (int depth : new int[] {65, 501, 1_001, 10_000, 800_000}) {
                assertThat(violationsOf(opening.repeat(depth)).getFirst().message())
                        .isEqualTo("is nested deeper than 64");
            }
        }
    }

    @Test
    void at_most_a_hundred_faults_are_told() {
        assertThat(violationsOf("[" + "\"\\u0000\",".repeat(5_000) + "1]")).hasSize(100);
    }

    @Test
    void a_pointer_stops_where_a_name_is_too_long_for_it() {
        String name = "n".repeat(100_000);

        assertThat(pointersOf("{\"a\":{\"" + name + "\":[\"\\u0000\"]}}")).containsExactly("/a");
    }

    @Test
    void four_mebibytes_of_the_worst_are_read_in_good_time() {
        StringBuilder collidingNames = new StringBuilder("{");
        for (int i = 0; i < 1 << 16; i++) {
            collidingNames.append('"');
            for (int bit = 0; bit < 16; bit++) {
                collidingNames.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            collidingNames.append("\":0,");
        }
        collidingNames.append("\"z\":0}");
        List<String> worst =
                List.of(
                        collidingNames.toString(),
                        "{" + "\"a\":0,".repeat(600_000) + "\"a\":0}",
                        "[" + "1e131071,".repeat(400_000) + "1]",
                        "[" + "[],".repeat(1_300_000) + "1]",
                        "[" + "\"\\ud800\",".repeat(400_000) + "1]",
                        "[".repeat(4_000_000),
                        "9".repeat(4_000_000),
                        "\"" + "\\u0000".repeat(600_000) + "\"");
        for (String document : worst) {
            byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
            Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(10),
                    () -> {
                        try {
                            StrictJson.parse(bytes);
                        } catch (InvalidDocument refused) {
                            assertThat(refused.violations()).isNotEmpty();
                        }
                    });
        }
    }

    @Test
    void what_is_told_of_a_fault_can_itself_be_sent() {
        for (String document :
                List.of(
                        "[\\ud800]",
                        "😀",
                        "{\"\\ud800\":[\"\\u0000\"]}",
                        "[\"\u0001\"]",
                        "[\uFEFF]")) {
            for (Violation violation : violationsOf(document)) {
                byte[] sent = WireJson.MAPPER.writeValueAsBytes(violation);
                assertThat(StrictJson.parse(sent).get("message").stringValue())
                        .isEqualTo(violation.message());
            }
        }
    }

    @Test
    void a_body_is_an_object_of_limited_size() {
        assertThat(StrictJson.parseObject("{\"a\": 1.10}".getBytes(StandardCharsets.UTF_8)).text())
                .isEqualTo("{\"a\":1.10}");
        assertThat(bodyViolationsOf("[]")).containsExactly(new Violation("", "must be an object"));
        int most = Change.DATA_MAX_BYTES - "{\"a\":\"\"}".length();
        assertThat(bodyViolationsOf("{ \"a\" : \"" + "x".repeat(most) + "\" }")).isEmpty();
        assertThat(bodyViolationsOf("{\"a\":\"" + "x".repeat(most + 1) + "\"}"))
                .containsExactly(
                        new Violation("", "is 262145 bytes of JSON; at most 262144 are allowed"));
    }

    private static JsonNode parse(String document) {
        return StrictJson.parse(document.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Violation> violationsOf(String document) {
        return violationsOf(document.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Violation> violationsOf(byte[] document) {
        InvalidDocument refused =
                catchThrowableOfType(InvalidDocument.class, () -> StrictJson.parse(document));
        assertThat(refused).isNotNull();
        return refused.violations();
    }

    private static List<String> pointersOf(String document) {
        return violationsOf(document).stream().map(Violation::pointer).toList();
    }

    private static List<Violation> bodyViolationsOf(String document) {
        try {
            StrictJson.parseObject(document.getBytes(StandardCharsets.UTF_8));
            return List.of();
        } catch (InvalidDocument refused) {
            return refused.violations();
        }
    }
}
