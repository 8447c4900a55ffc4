package io.reconverge.gateway.protocol.keyflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.Change;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.SameJson;
import io.reconverge.wire.WireJson;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class VerdictTest {

    private static final Entity STANDING = standing("{'wpm':80,'lastModified':1000}", "other");

    private static ObjectNode json(String text) {
        return WireJson.MAPPER.readValue(text.replace('\'', '"'), ObjectNode.class);
    }

    private static Entity standing(@Nullable String data, String device) {
        return new Entity(
                Keyflow.SESSION,
                "s",
                7,
                data == null ? null : JsonObject.of(json(data)),
                data == null,
                1,
                1000,
                "ann",
                device);
    }

    private static Incoming sent(String data, Rule rule, @Nullable Long seen) {
        ObjectNode fields = json(data);
        return new Incoming(
                "s",
                false,
                fields,
                fields.get("lastModified").longValue(),
                rule,
                seen,
                false,
                false);
    }

    private static Verdict verdict(@Nullable Entity standing, Incoming sent) {
        return Verdict.of(standing, sent, "mine");
    }

    @Test
    void a_new_session_is_put_where_nothing_must_be() {
        Verdict verdict = verdict(null, sent("{'wpm':1,'lastModified':5}", Rule.NEWEST, null));
        Change put = verdict.changes().getFirst();
        assertThat(put.baseVersion()).isZero();
        assertThat(put.onConflict()).isEqualTo(OnConflict.REJECT);
        assertThat(verdict.conflict()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "2000, NEWEST, 1, 90, true",
        "500,  NEWEST, 1, 80, true",
        "1000, NEWEST, 1, 80, false",
        "500,  LOCAL,  1, 90, true",
        "500,  REMOTE, 1, 80, true",
        "2000, REMOTE, 2, 80, true",
        "2000, FIELDS, 1, 90, true",
        "500,  FIELDS, 1, 80, true"
    })
    void other_content_is_resolved_by_its_rule(
            long lastModified, Rule rule, int changes, int wpm, boolean conflict) {
        Verdict verdict =
                verdict(
                        STANDING,
                        sent("{'wpm':90,'lastModified':%d}".formatted(lastModified), rule, null));
        assertThat(verdict.changes()).hasSize(changes);
        assertThat(Objects.requireNonNull(verdict.after()).get("wpm").intValue()).isEqualTo(wpm);
        assertThat(verdict.conflict() != null).isEqualTo(conflict);
        // what was sent is written whatever becomes of it
        assertThat(verdict.changes())
                .anySatisfy(change ->
                        assertThat(
                                        Objects.requireNonNull(change.data())
                                                .tree()
                                                .get("wpm")
                                                .intValue())
                                .isEqualTo(90));
    }

    @Test
    void what_loses_is_written_as_of_before_what_stands_whatever_clocks_say() {
        Entity ahead = standing("{'wpm':80,'lastModified':9000}", "other");
        Verdict verdict = verdict(ahead, sent("{'wpm':90,'lastModified':8000}", Rule.NEWEST, null));
        assertThat(verdict.loses()).isTrue();
        assertThat(verdict.changes().getFirst().modifiedAt()).isEqualTo(999);
    }

    @Test
    void the_same_again_is_not_written_and_a_later_time_alone_is_no_conflict() {
        assertThat(
                        verdict(
                                        STANDING,
                                        sent("{'lastModified':1000,'wpm':80.0}", Rule.NEWEST, null))
                                .changes())
                .isEmpty();
        assertThat(
                        verdict(STANDING, sent("{'wpm':80,'lastModified':500}", Rule.NEWEST, null))
                                .changes())
                .isEmpty();
        Verdict touched =
                verdict(STANDING, sent("{'wpm':80,'lastModified':1500}", Rule.NEWEST, null));
        assertThat(touched.changes()).hasSize(1);
        assertThat(touched.conflict()).isNull();
    }

    @Test
    void who_wrote_or_saw_what_stands_has_no_conflict_with_it() {
        Entity own = standing("{'wpm':80,'lastModified':1000}", "mine");
        Incoming later = sent("{'wpm':90,'lastModified':2000}", Rule.NEWEST, null);
        assertThat(verdict(own, later).conflict()).isNull();
        assertThat(verdict(STANDING, later.afterOwn()).conflict()).isNull();
        Verdict slowClock =
                verdict(STANDING, sent("{'wpm':90,'lastModified':900}", Rule.NEWEST, 1000L));
        assertThat(slowClock.conflict()).isNull();
        assertThat(slowClock.loses()).isFalse();
    }

    @Test
    void a_tombstone_gives_way_to_a_later_edit_alone() {
        Entity tombstone = standing(null, "other");
        Verdict later =
                verdict(tombstone, sent("{'wpm':90,'lastModified':1001}", Rule.NEWEST, null));
        assertThat(later.changes().getFirst().baseVersion()).isEqualTo(7);
        Verdict older =
                verdict(tombstone, sent("{'wpm':90,'lastModified':1000}", Rule.NEWEST, null));
        assertThat(older.loses()).isTrue();
        assertThat(Objects.requireNonNull(older.conflict()).get("remote").isNull()).isTrue();
    }

    @Test
    void a_deletion_of_what_was_edited_later_is_a_conflict() {
        Incoming deletion =
                new Incoming(
                        "s",
                        true,
                        json("{'lastModified':500}"),
                        500,
                        Rule.NEWEST,
                        null,
                        false,
                        false);
        Verdict lost = verdict(STANDING, deletion);
        assertThat(lost.conflict()).isNotNull();
        assertThat(lost.changes().getFirst().op()).isEqualTo(Op.DELETE);
        assertThat(lost.loses()).isTrue();
        assertThat(verdict(null, deletion).changes()).isEmpty();
    }

    @Test
    void the_same_session_on_what_stands_always_has_the_same_change_ids() {
        Incoming sent = sent("{'wpm':90,'lastModified':2000}", Rule.REMOTE, null);
        assertThat(verdict(STANDING, sent)).isEqualTo(verdict(STANDING, sent));
        assertThat(verdict(STANDING, sent).changes())
                .doesNotContainAnyElementsOf(Verdict.of(STANDING, sent, "another").changes());
    }

    @Test
    void each_field_goes_to_its_later_time_and_keeps_it() {
        ObjectNode local = json("{'a':1,'b':1,'bModified':50,'c':1,'lastModified':100}");
        ObjectNode remote = json("{'a':2,'b':2,'bModified':60,'c':1,'d':2,'lastModified':90}");
        assertThat(Merge.differences(local, remote))
                .containsExactly("a", "b", "bModified", "lastModified", "d");
        ObjectNode merged = json("{'a':1,'b':2,'bModified':60,'c':1,'lastModified':100}");
        assertThat(SameJson.same(Merge.byFields(local, remote), merged)).isTrue();
    }
}
