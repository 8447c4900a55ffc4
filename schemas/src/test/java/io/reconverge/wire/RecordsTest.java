package io.reconverge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {

    private static final int SEEDS = 500;
    private static final UUID ID = new UUID(1, 2);

    @Test
    void every_record_survives_being_written_and_read() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RandomJson json = new RandomJson(seed);
            JsonObject data = JsonObject.of(json.object());
            String text = json.text();
            String id =
                    "i"
                            + text.codePoints()
                                    .limit(200)
                                    .collect(
                                            StringBuilder::new,
                                            StringBuilder::appendCodePoint,
                                            StringBuilder::append);
            Entity entity = entity(random, id, random.nextBoolean() ? data : null);
            Problem problem =
                    Problem.of(
                            any(random, ProblemType.values()),
                            text,
                            List.of(new Violation("/a~1b/0", text)));

            assertSurvives(entity, Entity.class);
            assertSurvives(problem, Problem.class);
            assertSurvives(problem.with(entity), Problem.class);
            assertSurvives(Problem.of(ProblemType.GONE, text), Problem.class);
            assertSurvives(write(random, id, data), WriteRecord.class);
            for (ChangeResult result : results(entity, problem)) {
                assertSurvives(result, ChangeResult.class);
            }
            assertSurvives(
                    new ResultRecord(ID, ID, random.nextLong(), results(entity, problem), null),
                    ResultRecord.class);
            assertSurvives(new ResultRecord(ID, ID, 0, List.of(), problem), ResultRecord.class);
            assertSurvives(event(random, id, data), ChangeEvent.class);
        }
    }

    @Test
    void each_kind_of_result_says_its_status() {
        Entity entity = entity(new SplittableRandom(0), "i", JsonObject.ofText("{}"));

        assertThat(
                        results(entity, Problem.of(ProblemType.UNPROCESSABLE, "d")).stream()
                                .map(result ->
                                        WireJson.MAPPER
                                                .valueToTree(result)
                                                .get("status")
                                                .stringValue()))
                .containsExactly(
                        "applied",
                        "merged",
                        "merged",
                        "superseded",
                        "conflict",
                        "rejected",
                        "pending",
                        "unknown");
    }

    @Test
    void an_object_given_as_text_goes_out_byte_for_byte() {
        for (String filler : List.of("x", "é", "\u20ac", "😀")) {
            for (int length = 7_990; length < 8_010; length++) {
                String text = " { \"b\" : 1.0e0, \"a\":\"" + filler.repeat(length) + "\\u0041\" }";
                Entity entity = entity(new SplittableRandom(0), "i", JsonObject.ofText(text));

                byte[] written = WireJson.MAPPER.writeValueAsBytes(entity);

                assertThat(new String(written, StandardCharsets.UTF_8))
                        .contains("\"data\":" + text + ",");
            }
        }
    }

    @Test
    void a_member_of_a_later_version_is_passed_over() {
        Violation read =
                WireJson.MAPPER.readValue(
                        "{\"pointer\":\"/a\",\"message\":\"m\",\"since\":\"v1.1\"}",
                        Violation.class);

        assertThat(read).isEqualTo(new Violation("/a", "m"));
    }

    @Test
    void a_cursor_survives_being_encoded_and_decoded() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < SEEDS; i++) {
            Cursor cursor =
                    new Cursor(
                            random.nextLong(),
                            random.nextLong(Long.MAX_VALUE) >> random.nextInt(63));

            assertThat(Cursor.decode(cursor.encode())).contains(cursor);
        }
        assertThat(Cursor.decode(Cursor.START.encode())).contains(Cursor.START);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "AQ", "garbage", "812", " ", "😀", "\u0000", "AQ==", "../../etc"})
    void garbage_is_no_cursor(String text) {
        assertThat(Cursor.decode(text)).isEmpty();
    }

    @Test
    void a_cursor_with_any_character_changed_is_another_or_none() {
        String text = new Cursor(-5, 812).encode();
        for (int at = 0; at < text.length(); at++) {
            for (char c : "Aa9-_+/=\n ".toCharArray()) {
                String changed = text.substring(0, at) + c + text.substring(at + 1);
                Cursor.decode(changed)
                        .ifPresent(cursor -> assertThat(cursor.encode()).isEqualTo(changed));
            }
            assertThat(Cursor.decode(text.substring(0, at))).isEmpty();
        }
        assertThat(Cursor.decode(text + "A")).isEmpty();
        assertThat(Cursor.decode(text + "=")).isEmpty();
        assertThat(Cursor.decode("A".repeat(4_000_000))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ProblemType.class)
    void a_problem_type_is_told_as_a_urn_and_a_sentence(ProblemType type) {
        assertThat(type.urn()).matches("urn:reconverge:problem:[a-z]+(-[a-z]+)*");
        assertThat(type.title()).endsWith(".").hasSizeLessThan(120);
        assertThat(type.status()).isBetween(400, 599);
    }

    private static Entity entity(SplittableRandom random, String id, @Nullable JsonObject data) {
        return new Entity(
                "note",
                id,
                random.nextLong(),
                data,
                data == null,
                random.nextLong(),
                random.nextLong(),
                "alice",
                random.nextBoolean() ? "phone-1" : null);
    }

    private static WriteRecord write(SplittableRandom random, String id, JsonObject data) {
        List<Change> changes =
                Stream.of(Op.values())
                        .map(op ->
                                new Change(
                                        new UUID(random.nextLong(), random.nextLong()),
                                        "note",
                                        id,
                                        op,
                                        op == Op.DELETE ? null : data,
                                        random.nextBoolean() ? random.nextLong(1L << 53) : null,
                                        random.nextLong(1L << 53),
                                        random.nextBoolean()
                                                ? any(random, OnConflict.values())
                                                : null))
                        .toList();
        return new WriteRecord(ID, ID, "alice", "", random.nextBoolean(), 5, changes);
    }

    private static List<ChangeResult> results(Entity entity, Problem problem) {
        return List.of(
                new ChangeResult.Applied(ID, 13, false, true),
                new ChangeResult.Merged(ID, 14, true, entity, List.of("a", "b/c")),
                new ChangeResult.Merged(ID, 14, true, null, List.of()),
                new ChangeResult.Superseded(ID, 15, false, entity),
                new ChangeResult.Conflict(ID, entity, List.of("title")),
                new ChangeResult.Rejected(ID, problem),
                new ChangeResult.Pending(ID),
                new ChangeResult.Unknown(ID));
    }

    private static ChangeEvent event(SplittableRandom random, String id, JsonObject data) {
        return new ChangeEvent(
                ID,
                random.nextLong(),
                3,
                random.nextLong(),
                "note",
                id,
                any(random, Op.values()),
                any(random, Outcome.values()),
                random.nextBoolean() ? data : null,
                random.nextBoolean() ? data : null,
                "alice",
                random.nextBoolean() ? "phone-1" : null,
                random.nextLong(),
                random.nextLong(),
                random.nextLong());
    }

    private static <T> T any(SplittableRandom random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static <T> void assertSurvives(T written, Class<T> type) {
        byte[] bytes = WireJson.MAPPER.writerFor(type).writeValueAsBytes(written);

        T read = WireJson.MAPPER.readValue(bytes, type);

        assertThat(read).isEqualTo(written);
        assertThat(WireJson.MAPPER.writerFor(type).writeValueAsBytes(read)).isEqualTo(bytes);
        StrictJson.parse(bytes);
    }
}
