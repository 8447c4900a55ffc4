package io.reconverge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class StrictJsonPropertiesTest {

    private static final int SEEDS = 3_000;
    private static final String NOISE = "{}[]\",:\\u0000d8eE+-.10 tfn\u00e9\ud83d\ude00";

    @Test
    void a_tree_survives_being_written_and_read() {
        for (int seed = 0; seed < SEEDS; seed++) {
            JsonNode tree = new RandomJson(seed).value();

            JsonNode read = StrictJson.parse(WireJson.MAPPER.writeValueAsBytes(tree));

            assertThat(read).as("seed %d", seed).isEqualTo(tree);
        }
    }

    @Test
    void what_was_read_is_written_the_same_each_time() {
        for (int seed = 0; seed < SEEDS; seed++) {
            ObjectNode tree = new RandomJson(seed).object();
            byte[] sent = WireJson.MAPPER.writeValueAsBytes(tree);

            String text = StrictJson.parseObject(sent).text();

            assertThat(text)
                    .as("seed %d", seed)
                    .isEqualTo(new String(sent, StandardCharsets.UTF_8));
            assertThat(JsonObject.ofText(text).tree()).as("seed %d", seed).isEqualTo(tree);
        }
    }

    @Test
    void the_size_of_a_tree_is_that_of_its_text() {
        for (int seed = 0; seed < SEEDS; seed++) {
            JsonNode tree = new RandomJson(seed).value();

            assertThat(JsonSize.of(tree))
                    .as("seed %d", seed)
                    .isEqualTo(WireJson.MAPPER.writeValueAsBytes(tree).length);
        }
    }

    @Test
    void a_damaged_document_is_read_as_others_read_it_or_refused_with_pointers() {
        int refusals = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] document = WireJson.MAPPER.writeValueAsBytes(new RandomJson(seed).object());
            for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
                document = damaged(document, random);
            }
            try {
                assertThat(StrictJson.parse(document))
                        .as("seed %d", seed)
                        .isEqualTo(WireJson.MAPPER.readTree(document));
            } catch (InvalidDocument refused) {
                refusals++;
                assertThat(refused.violations()).as("seed %d", seed).isNotEmpty();
                refused.violations().forEach(StrictJsonPropertiesTest::assertSendable);
            }
        }
        assertThat(refusals).isBetween(SEEDS / 2, SEEDS - 100);
    }

    @Test
    void a_damaged_request_is_read_or_refused_with_pointers() {
        byte[] request =
                """
                {"deviceId":"phone-1","changes":[{"changeId":"0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e",
                "type":"note","id":"n-1","op":"put","data":{"title":"Tide \\u00e9"},"baseVersion":12,
                "modifiedAt":1767200000000,"onConflict":"merge"}],"atomic":false,"cursor":null,"limit":500}
                """
                        .getBytes(StandardCharsets.UTF_8);
        int refusals = 0;
        for (int seed = 0; seed < 3 * SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] damaged = damaged(request, random);
            try {
                SyncRequestReader.read(damaged, 0);
            } catch (InvalidDocument refused) {
                refusals++;
                assertThat(refused.violations()).as("seed %d", seed).isNotEmpty();
                refused.violations().forEach(StrictJsonPropertiesTest::assertSendable);
            }
        }
        assertThat(refusals).isBetween(SEEDS, 3 * SEEDS - 100);
    }

    private static byte[] damaged(byte[] document, SplittableRandom random) {
        int at = random.nextInt(document.length + 1);
        int end = Math.min(document.length, at + random.nextInt(4));
        byte[] cut = Arrays.copyOfRange(document, at, end);
        return switch (random.nextInt(5)) {
            case 0 -> spliced(document, at, end, new byte[0]);
            case 1 -> spliced(document, at, at, cut);
            case 2 -> spliced(document, at, end, new byte[] {(byte) random.nextInt(256)});
            case 3 -> Arrays.copyOf(document, Math.max(1, at));
            default -> {
                int noise = random.nextInt(NOISE.length() - 2);
                yield spliced(
                        document,
                        at,
                        at,
                        NOISE.substring(noise, noise + 2).getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    private static byte[] spliced(byte[] document, int from, int to, byte[] instead) {
        byte[] result = Arrays.copyOf(document, document.length - (to - from) + instead.length);
        System.arraycopy(instead, 0, result, from, instead.length);
        System.arraycopy(document, to, result, from + instead.length, document.length - to);
        return result;
    }

    private static void assertSendable(Violation violation) {
        JsonPointer.compile(violation.pointer());
        byte[] sent = WireJson.MAPPER.writeValueAsBytes(violation);
        assertThat(WireJson.MAPPER.readValue(sent, Violation.class)).isEqualTo(violation);
        assertThat(StrictJson.parse(sent).get("message").stringValue())
                .isEqualTo(violation.message());
    }
}
