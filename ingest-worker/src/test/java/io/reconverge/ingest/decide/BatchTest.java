package io.reconverge.ingest.decide;

import static io.reconverge.ingest.decide.Sent.delete;
import static io.reconverge.ingest.decide.Sent.json;
import static io.reconverge.ingest.decide.Sent.patch;
import static io.reconverge.ingest.decide.Sent.put;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.SyncRequest;
import io.reconverge.wire.WriteRecord;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What one transaction writes.
class BatchTest {

    private static final SpaceEntity NOTE = new SpaceEntity(Space.ID, new EntityKey("note", "n"));

    private final Tables tables = new Tables();

    @Test
    void an_entity_that_changed_often_is_written_once_as_it_stands_in_the_end() {
        Batch batch = batch();
        decide(batch, put("n", "{'a':1}").at(100), patch("n", "{'b':1}").at(200));
        decide(batch, put("n", "{}").at(50));

        Written written = batch.written();
        assertThat(written.log()).hasSize(3);
        assertThat(written.entities()).hasSize(1);
        Standing standing = written.entities().getFirst().standing();
        assertThat(standing.entity().data()).isEqualTo(json("{'a':1,'b':1}"));
        assertThat(standing.entity().version()).isEqualTo(2);
        assertThat(standing.logVersion()).isEqualTo(3);
        assertThat(written.heads()).containsExactly(batch.head(Space.ID));
    }

    @Test
    void a_batch_that_changes_nothing_writes_nothing_but_its_refusals() {
        tables.write(decided(put("n", "{}").named("known")).written());
        Batch batch = batch(put("n", "{}").named("known"), put("n", "{}"));

        decide(batch, put("n", "{}").named("known"));
        Sent ahead = put("n", "{}").on(7).named("ahead");
        ChangeResult refused = decide(batch, ahead).getFirst();

        assertThat(batch.written())
                .isEqualTo(
                        new Written(
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(
                                        new Refusal(
                                                Space.ID, Sent.id("ahead"), refused, Space.NOW))));
    }

    @Test
    void of_a_change_refused_more_than_once_the_last_refusal_is_kept() {
        Batch batch = batch();
        Sent change = put("n", "{'a':1}").named("again").under(OnConflict.REJECT);
        decide(batch, change.on(9));
        decide(batch, put("n", "{}"));
        ChangeResult last = decide(batch, change.on(0)).getFirst();

        assertThat(batch.written().refusals().stream().map(Refusal::result)).containsExactly(last);
    }

    @Test
    void a_refusal_is_forgotten_once_the_change_is_accepted() {
        Batch batch = batch();
        Sent change = put("n", "{}").named("again");
        decide(batch, change.on(9));
        decide(batch, change.on(0));
        decide(batch, patch("n", "{}").named("again"));

        assertThat(batch.written().refusals()).isEmpty();
        assertThat(batch.written().log()).hasSize(1);
    }

    @Test
    void a_base_may_be_a_version_that_this_batch_made() {
        Batch batch = batch();
        decide(batch, put("n", "{'a':1,'b':1}").at(100), put("n", "{'a':2,'b':1}").at(200));
        decide(batch, put("n", "{'a':3,'b':1}").at(300));

        ChangeResult result =
                decide(batch, put("n", "{'a':2,'b':9}").on(2).at(50).under(OnConflict.MERGE))
                        .getFirst();

        assertThat(Told.of(result).conflictFields()).isEmpty();
        assertThat(standing(batch)).isEqualTo(json("{'a':3,'b':9}"));
    }

    @Test
    void a_base_may_be_what_was_loaded_though_the_batch_has_passed_it() {
        tables.write(decided(put("n", "{'a':1,'b':1}").at(100)).written());
        Batch batch = batch(put("n", "{}").on(1).under(OnConflict.MERGE));
        decide(batch, put("n", "{'a':3,'b':1}").at(300));

        decide(batch, put("n", "{'a':1,'b':9}").on(1).at(50).under(OnConflict.MERGE));

        assertThat(standing(batch)).isEqualTo(json("{'a':3,'b':9}"));
    }

    @Test
    void a_put_never_parses_what_stands_unless_it_merges() {
        Entity unreadable =
                new Entity(
                        "note",
                        "n",
                        1,
                        JsonObject.ofText("no JSON at all"),
                        false,
                        1,
                        100,
                        Space.OWNER,
                        null);
        Loaded loaded =
                new Loaded(
                        Map.of(Space.ID, new Head(Space.ID, 7, 1, 1, 0)),
                        Map.of(),
                        Map.of(NOTE, Standing.ofRow(unreadable, null, 1)),
                        Map.of());
        Batch batch = new Batch(loaded, TypeRules.RULES, Space.NOW);

        List<ChangeResult> results =
                decide(
                        batch,
                        put("n", "{'older':1}").at(50),
                        delete("n").at(50),
                        put("n", "{'covering':1}").on(1).at(50),
                        put("n", "{'newer':1}").at(200));

        assertThat(results)
                .hasExactlyElementsOfTypes(
                        ChangeResult.Superseded.class,
                        ChangeResult.Superseded.class,
                        ChangeResult.Applied.class,
                        ChangeResult.Applied.class);
    }

    @Test
    void five_thousand_merges_of_one_entity_are_one_batch() {
        tables.write(decided(put("n", "{}").at(1)).written());
        Sent[] changes =
                IntStream.range(0, SyncRequest.CHANGES_MAX)
                        .mapToObj(i -> put("n", "{'m" + i % 50 + "':" + i + "}").at(2 + i))
                        .map(put -> put.on(1).under(OnConflict.MERGE))
                        .toArray(Sent[]::new);
        Batch batch = batch(changes);

        List<ChangeResult> results = decide(batch, changes);

        assertThat(results).allMatch(result -> Told.of(result).accepted());
        assertThat(batch.head(Space.ID).version()).isEqualTo(SyncRequest.CHANGES_MAX + 1L);
        assertThat(batch.written().entities()).hasSize(1);
        JsonObject data = standing(batch);
        assertThat(data.tree().size()).isEqualTo(50);
        assertThat(data.tree().get("m49").intValue()).isEqualTo(SyncRequest.CHANGES_MAX - 1);
    }

    @Test
    void spaces_of_one_batch_do_not_see_each_other() {
        Loaded loaded =
                new Loaded(
                        Map.of(
                                Space.ID,
                                Head.unwritten(Space.ID, 1),
                                SpaceId.personal("bob"),
                                Head.unwritten(SpaceId.personal("bob"), 2)),
                        Map.of(),
                        Map.of(),
                        Map.of());
        Batch batch = new Batch(loaded, TypeRules.RULES, Space.NOW);
        Sent change = put("n", "{}").on(0).under(OnConflict.REJECT);
        WriteRecord bobs =
                new WriteRecord(
                        Space.ID,
                        SpaceId.personal("bob"),
                        "bob",
                        "",
                        false,
                        0,
                        List.of(change.change()));

        decide(batch, change);
        batch.decide(bobs, new Source(2, 0));

        assertThat(batch.written().heads())
                .containsExactly(
                        new Head(Space.ID, 1, 1, Space.NOW, 0),
                        new Head(SpaceId.personal("bob"), 2, 1, Space.NOW, 0));
    }

    @Test
    void a_space_whose_head_was_not_loaded_is_the_worker_s_mistake() {
        Loaded nothing = new Loaded(Map.of(), Map.of(), Map.of(), Map.of());
        Batch batch = new Batch(nothing, TypeRules.RULES, Space.NOW);

        assertThatThrownBy(() -> decide(batch, put("n", "{}")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Space.ID.toString());
    }

    private Batch batch(Sent... changes) {
        List<WriteRecord> writes = List.of(Space.write("phone", false, changes));
        return new Batch(tables.load(writes, TypeRules.RULES), TypeRules.RULES, Space.NOW);
    }

    private Batch decided(Sent... changes) {
        Batch batch = batch(changes);
        decide(batch, changes);
        return batch;
    }

    private static List<ChangeResult> decide(Batch batch, Sent... changes) {
        return batch.decide(Space.write("phone", false, changes), new Source(1, 0));
    }

    private static JsonObject standing(Batch batch) {
        Entity entity = batch.written().entities().getFirst().standing().entity();
        return requireNonNull(entity.data());
    }
}
