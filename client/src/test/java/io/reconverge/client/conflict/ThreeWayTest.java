package io.reconverge.client.conflict;

import static io.reconverge.client.RandomData.json;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.RandomData;
import io.reconverge.ingest.decide.BaseOf;
import io.reconverge.ingest.decide.Batch;
import io.reconverge.ingest.decide.Head;
import io.reconverge.ingest.decide.Loaded;
import io.reconverge.ingest.decide.Rules;
import io.reconverge.ingest.decide.Source;
import io.reconverge.ingest.decide.SpaceEntity;
import io.reconverge.ingest.decide.Stamp;
import io.reconverge.ingest.decide.Stamps;
import io.reconverge.ingest.decide.Standing;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.SameJson;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WriteRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ThreeWayTest {

    @Test
    void each_side_keeps_what_it_alone_changed() {
        ThreeWay both =
                ThreeWay.of(
                        json("{'a':1,'b':1,'c':1,'d':1}"),
                        json("{'a':2,'b':1,'c':3}"),
                        json("{'a':1,'b':2,'c':4,'d':1.0,'e':5}"));

        assertThat(both.contested()).containsExactly("c");
        assertThat(both.preferringLocal()).isEqualTo(json("{'a':2,'b':2,'c':3,'e':5}"));
        assertThat(both.preferringRemote()).isEqualTo(json("{'a':2,'b':2,'c':4,'e':5}"));
    }

    @Test
    void what_both_changed_to_the_same_is_not_contested() {
        ThreeWay both = ThreeWay.of(json("{'a':1}"), json("{'a':2}"), json("{'a':2.0}"));

        assertThat(both.contested()).isEmpty();
    }

    @Test
    void of_nothing_both_sides_added_what_they_have() {
        ThreeWay both = ThreeWay.of(null, json("{'a':1,'b':1}"), json("{'a':2}"));

        assertThat(both.contested()).containsExactly("a");
        assertThat(both.preferringLocal()).isEqualTo(json("{'a':1,'b':1}"));
    }

    /// The server's decision, with the local write newer than all that stands, or older.
    @Test
    void it_is_what_the_server_makes_of_a_put_under_merge() {
        Random random = new Random(3);
        Set<String> statuses = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            JsonObject base = RandomData.put(random);
            JsonObject local = random.nextInt(8) == 0 ? base : RandomData.put(random);
            JsonObject remote = random.nextInt(8) == 0 ? base : RandomData.put(random);
            boolean newer = random.nextBoolean();
            ThreeWay both = ThreeWay.of(base, local, remote);

            ChangeResult result = server(base, local, remote, newer ? 300 : 100);

            statuses.add(result.getClass().getSimpleName());
            switch (result) {
                case ChangeResult.Merged merged -> {
                    assertThat(merged.conflictFields()).isEqualTo(List.copyOf(both.contested()));
                    JsonObject made = newer ? both.preferringLocal() : both.preferringRemote();
                    assertThat(requireNonNull(merged.entity()).data())
                            .matches(data -> SameJson.same(data, made), made.text());
                }
                case ChangeResult.Superseded _ -> {
                    assertThat(newer).isFalse();
                    assertThat(both.preferringRemote()).isEqualTo(remote);
                    assertThat(both.local()).isEmpty();
                }
                case ChangeResult other -> throw new AssertionError(other);
            }
        }
        assertThat(statuses).containsExactlyInAnyOrder("Merged", "Superseded");
    }

    private static ChangeResult server(
            JsonObject base, JsonObject local, JsonObject remote, long modifiedAt) {
        UUID space = SpaceId.personal("alice");
        EntityKey key = new EntityKey("note", "1");
        SpaceEntity entity = new SpaceEntity(space, key);
        Entity standing = new Entity("note", "1", 2, remote, false, 1, 200, "alice", "other");
        Loaded loaded =
                new Loaded(
                        Map.of(space, new Head(space, 1, 2, 2, 0)),
                        Map.of(),
                        Map.of(
                                entity,
                                new Standing(standing, Stamps.of(new Stamp(2, 200, "other")), 2)),
                        Map.of(new BaseOf(space, key, 1), base));
        Change change =
                new Change(
                        new UUID(0, 1),
                        "note",
                        "1",
                        Op.PUT,
                        local,
                        1L,
                        modifiedAt,
                        OnConflict.MERGE);
        WriteRecord write =
                new WriteRecord(
                        new UUID(0, 2), space, "alice", "device", false, 1, List.of(change));
        return new Batch(loaded, NO_RULES, 10_000).decide(write, new Source(1, 0)).getFirst();
    }

    private static final Rules NO_RULES =
            new Rules() {
                @Override
                public OnConflict onConflict(String type) {
                    return OnConflict.LWW;
                }

                @Override
                public List<Violation> check(String type, JsonObject data) {
                    return List.of();
                }
            };
}
