package io.reconverge.ingest.decide;

import static io.reconverge.ingest.decide.Sent.delete;
import static io.reconverge.ingest.decide.Sent.patch;
import static io.reconverge.ingest.decide.Sent.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.EntityKey;
import io.reconverge.wire.OnConflict;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BaseOfTest {

    @Test
    void a_put_that_may_have_to_merge_wants_its_base() {
        Sent put = put("n", "{}").on(7);

        assertThat(wanted(put.under(OnConflict.MERGE)))
                .containsExactly(new BaseOf(Space.ID, new EntityKey("note", "n"), 7));
        assertThat(wanted(put.typed("list")))
                .containsExactly(new BaseOf(Space.ID, new EntityKey("list", "n"), 7));
    }

    @Test
    void no_other_change_wants_one() {
        assertThat(wanted(put("n", "{}").on(7))).isEmpty();
        assertThat(wanted(put("n", "{}").on(7).typed("list").under(OnConflict.LWW))).isEmpty();
        assertThat(wanted(put("n", "{}").typed("list"))).isEmpty();
        assertThat(wanted(put("n", "{}").on(0).typed("list"))).isEmpty();
        assertThat(wanted(patch("n", "{}").on(7).typed("list"))).isEmpty();
        assertThat(wanted(delete("n").on(7).typed("list"))).isEmpty();
    }

    private static Stream<BaseOf> wanted(Sent change) {
        return BaseOf.wantedBy(change.change(), Space.ID, TypeRules.RULES).stream();
    }
}
