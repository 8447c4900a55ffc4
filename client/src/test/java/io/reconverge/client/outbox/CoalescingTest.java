package io.reconverge.client.outbox;

import static io.reconverge.client.RandomData.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.RandomData;
import io.reconverge.client.SpecTables;
import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.MergePatch;
import io.reconverge.wire.Op;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class CoalescingTest {

    @Test
    void one_edit_does_what_both_did() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            JsonObject under = random.nextInt(5) == 0 ? null : RandomData.put(random);
            Edit first = edit(random);
            Edit second = edit(random);
            Edit third = edit(random);

            Edit both = Coalescing.combine(under, first, second);
            Edit all = Coalescing.combine(under, both, third);

            assertThat(both.applyTo(under))
                    .as("%s then %s on %s", first, second, under)
                    .isEqualTo(second.applyTo(first.applyTo(under)));
            assertThat(all.applyTo(under))
                    .isEqualTo(third.applyTo(second.applyTo(first.applyTo(under))));
        }
    }

    @Test
    void patches_that_replace_nothing_they_then_go_into_compose_for_any_entity() {
        Random random = new Random(2);
        int checked = 0;
        for (int i = 0; i < 100_000; i++) {
            ObjectNode first = RandomData.patch(random).tree();
            ObjectNode second = RandomData.patch(random).tree();
            if (goesIntoWhatWasReplaced(first, second)) {
                continue;
            }
            ObjectNode composed = Coalescing.compose(null, first, second);
            ObjectNode any = RandomData.put(random).tree();
            assertThat(MergePatch.apply(any, composed))
                    .isEqualTo(MergePatch.apply(MergePatch.apply(any, first), second));
            checked++;
        }
        assertThat(checked).isGreaterThan(50_000);
    }

    private static boolean goesIntoWhatWasReplaced(ObjectNode first, ObjectNode second) {
        return second.properties().stream()
                .anyMatch(member ->
                        member.getValue() instanceof ObjectNode inner
                                && first.has(member.getKey())
                                && !(first.get(member.getKey()) instanceof ObjectNode before
                                        && !goesIntoWhatWasReplaced(before, inner)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':1}       | {'b':2}             | {'a':1,'b':2}",
                "{'a':1}       | {'a':null}          | {'a':null}",
                "{'a':null}    | {'a':1}             | {'a':1}",
                "{'a':{'x':1}} | {'a':{'y':2}}       | {'a':{'x':1,'y':2}}",
                "{'a':null}    | {'a':{'y':2}}       | {'a':{'u':null,'y':2}}",
                "{'a':7}       | {'a':{'u':{'z':1}}} | {'a':{'u':{'w':null,'z':1}}}"
            })
    void patches_compose_as_the_rfc_says(String first, String second, String both) {
        JsonObject under = json("{'a':{'u':{'w':1}},'q':0}");

        assertThat(Coalescing.combine(under, Edit.patch(json(first)), Edit.patch(json(second))))
                .isEqualTo(Edit.patch(json(both)));
    }

    @Test
    void a_patch_that_would_grow_too_large_becomes_a_put() {
        ObjectNode members = WireJson.MAPPER.createObjectNode();
        for (int i = 0; i < 20_000; i++) {
            members.put("a-long-name-for-a-member-" + i, 0);
        }
        ObjectNode under = WireJson.MAPPER.createObjectNode();
        under.set("a", members);

        Edit both =
                Coalescing.combine(
                        JsonObject.of(under),
                        Edit.patch(json("{'a':null}")),
                        Edit.patch(json("{'a':{'b':1}}")));

        assertThat(both).isEqualTo(Edit.put(json("{'a':{'b':1}}")));
        assertThat(under.toString().getBytes(StandardCharsets.UTF_8))
                .hasSizeGreaterThan(Change.DATA_MAX_BYTES);
    }

    @TestFactory
    Stream<DynamicTest> every_cell_of_the_table_is_so() {
        JsonObject under = json("{'a':0,'z':0}");
        return SpecTables.beginning("entry", "put", "patch", "delete").rows().entrySet().stream()
                .flatMap(row ->
                        row.getValue().entrySet().stream()
                                .map(cell ->
                                        DynamicTest.dynamicTest(
                                                row.getKey() + " then " + cell.getKey(),
                                                () ->
                                                        assertThat(
                                                                        Coalescing.combine(
                                                                                under,
                                                                                sample(
                                                                                        row
                                                                                                .getKey(),
                                                                                        "{'a':1}"),
                                                                                sample(
                                                                                        cell
                                                                                                .getKey(),
                                                                                        "{'b':2}")))
                                                                .isEqualTo(
                                                                        meant(cell.getValue())))));
    }

    private static Edit meant(String cell) {
        return switch (cell) {
            case "put of the new data" -> Edit.put(json("{'b':2}"));
            case "put of the data, patched" -> Edit.put(json("{'a':1,'b':2}"));
            case "patch, composed" -> Edit.patch(json("{'a':1,'b':2}"));
            case "put of the patch applied to nothing" -> Edit.put(json("{'b':2}"));
            case "delete" -> Edit.delete();
            default -> throw new AssertionError(cell);
        };
    }

    private static Edit sample(String op, String data) {
        return new Edit(
                Op.valueOf(op.toUpperCase(Locale.ROOT)), op.equals("delete") ? null : json(data));
    }

    static Edit edit(Random random) {
        return switch (random.nextInt(5)) {
            case 0, 1 -> Edit.put(RandomData.put(random));
            case 2, 3 -> Edit.patch(RandomData.patch(random));
            default -> Edit.delete();
        };
    }
}
