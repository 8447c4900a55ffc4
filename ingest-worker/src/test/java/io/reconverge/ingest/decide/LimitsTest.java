package io.reconverge.ingest.decide;

import static io.reconverge.ingest.decide.Sent.delete;
import static io.reconverge.ingest.decide.Sent.patch;
import static io.reconverge.ingest.decide.Sent.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.OnConflict;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is bounded.
class LimitsTest {

    private final Space space = new Space();

    @Test
    void a_patch_may_make_an_entity_of_just_the_greatest_size() {
        space.send("phone", put("n", "{'a':1}").at(100));
        int room = Change.DATA_MAX_BYTES - "{'a':1,'b':''}".length();

        assertThat(told(patch("n", member("b", room + 1)).at(200)))
                .isEqualTo(Told.refused("too-large"));
        assertThat(told(patch("n", member("b", room)).at(200)).status()).isEqualTo("applied");
    }

    @Test
    void a_merge_may_not_make_more_either() {
        space.send("desk", put("n", "{'a':1}").at(100));
        space.send("desk", patch("n", member("b", 1_000)).at(200));

        Sent put = put("n", member("c", Change.DATA_MAX_BYTES - 100)).on(1).at(300);
        assertThat(told(put.under(OnConflict.MERGE))).isEqualTo(Told.refused("too-large"));
    }

    @Test
    void nor_may_a_patch_that_loses_which_the_log_would_keep() {
        space.send("desk", put("n", member("a", Change.DATA_MAX_BYTES - 100)).at(900));

        assertThat(told(patch("n", member("a", 1_000)).at(100)).status()).isEqualTo("superseded");
        space.send("desk", patch("n", "{'b':1}").at(900));
        assertThat(told(patch("n", member("b", 1_000)).at(100)))
                .isEqualTo(Told.refused("too-large"));
    }

    @Test
    void sizes_count_bytes_and_not_characters() {
        space.send("phone", put("n", "{}").at(100));
        String twoBytesEach = "{'a':'" + "é".repeat(Change.DATA_MAX_BYTES / 2) + "'}";

        assertThat(told(patch("n", twoBytesEach).at(200))).isEqualTo(Told.refused("too-large"));
    }

    @Test
    void an_answer_carries_so_many_bytes_of_entities_and_none_that_do_not_fit() {
        int large = ChangeResult.ENTITIES_MAX_BYTES / Change.DATA_MAX_BYTES;
        for (int i = 0; i <= large; i++) {
            space.send("desk", put("n" + i, member("a", Change.DATA_MAX_BYTES - 100)).at(900));
        }
        space.send("desk", put("small", "{}").at(900));
        Sent[] losing =
                Stream.iterate(0, i -> i + 1)
                        .limit(large + 1)
                        .map(i -> put("n" + i, "{}").at(100))
                        .toArray(Sent[]::new);
        losing[0] = losing[0].on(0).under(OnConflict.REJECT);
        losing[1] = patch("n1", "{'a':1,'b':1}").at(100);

        List<ChangeResult> results = space.send("phone", losing);
        ChangeResult last = space.send("phone", delete("n" + large).at(99)).getFirst();

        assertThat(results.subList(0, large))
                .allSatisfy(result -> assertThat(Told.of(result).entity()).isNotNull());
        assertThat(Told.of(results.get(large)))
                .isEqualTo(new Told("superseded", 2L * large + 2, false, null, List.of()));
        assertThat(Told.of(last).entity()).as("another answer").isNotNull();
    }

    @Test
    void what_still_fits_into_an_answer_is_in_it() {
        List<ChangeResult> within =
                new Answer(10)
                        .bounded(
                                List.of(
                                        superseded("{'a':1}"),
                                        superseded("{'b':1}"),
                                        superseded("{}")));

        assertThat(within.stream().map(result -> Told.of(result).entity() == null))
                .containsExactly(false, true, false);
    }

    @Test
    void the_patches_of_a_request_may_go_through_so_many_bytes_of_entities() {
        space.send("desk", put("n", member("a", Change.DATA_MAX_BYTES - 100)).at(100));
        int allowed = Batch.READ_MAX_BYTES / Change.DATA_MAX_BYTES;
        Sent[] changes = new Sent[allowed + 3];
        for (int i = 0; i < allowed + 1; i++) {
            changes[i] = patch("n", "{'i':" + i + "}").at(200 + i);
        }
        changes[allowed + 1] = put("n", "{}").at(10_000);
        changes[allowed + 2] = patch("m", "{'new':1}");

        List<Told> told = space.send("phone", changes).stream().map(Told::of).toList();

        assertThat(told.subList(0, allowed)).allMatch(Told::accepted);
        assertThat(told.get(allowed)).isEqualTo(Told.refused("too-large"));
        assertThat(told.get(allowed + 1).status()).as("a put reads nothing").isEqualTo("applied");
        assertThat(told.get(allowed + 2).status()).as("nor is there any").isEqualTo("applied");
        assertThat(told(patch("m", "{'a':2}")).status()).as("the next").isEqualTo("applied");
    }

    private Told told(Sent change) {
        return Told.of(space.one("phone", change));
    }

    private ChangeResult superseded(String data) {
        space.send("desk", put("n", data).at(900));
        return new ChangeResult.Superseded(Sent.id(data), 1, false, space.note("n"));
    }

    /// An object with one text of that many characters.
    private static String member(String name, int length) {
        return "{'" + name + "':'" + "x".repeat(length) + "'}";
    }
}
