package io.reconverge.ingest.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.wire.Entity;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class StampsTest {

    private static final ObjectNode EMPTY = WireJson.MAPPER.createObjectNode();

    @Test
    void text_is_compact_and_reads_back_the_same() {
        Stamps stamps =
                new Stamps(new Stamp(1, 100, ""), Map.of("a \"b\"", new Stamp(2, 200, "phone")));

        assertThat(stamps.text())
                .isEqualTo(
                        "{\"whole\":[1,100,\"\"],\"fields\":{\"a \\\"b\\\"\":[2,200,\"phone\"]}}");
        assertThat(Stamps.parse(stamps.text())).isEqualTo(stamps);
    }

    @Test
    void an_entity_that_changed_as_a_whole_has_nothing_in_its_column() {
        Entity named = entity(3, 300, "phone");
        Entity nameless = new Entity("note", "n", 3, null, true, 1, 300, "alice", null);

        assertThat(Stamps.of(new Stamp(3, 300, "phone")).column(named)).isNull();
        assertThat(Stamps.of(new Stamp(3, 300, "")).column(nameless)).isNull();
        assertThat(Stamps.ofColumn(null, named)).isEqualTo(Stamps.of(new Stamp(3, 300, "phone")));
        assertThat(Stamps.ofColumn(null, nameless)).isEqualTo(Stamps.of(new Stamp(3, 300, "")));
    }

    @Test
    void every_other_entity_has_its_stamps_in_its_column() {
        Entity entity = entity(3, 300, "phone");
        List<Stamps> others =
                List.of(
                        Stamps.of(new Stamp(2, 300, "phone")),
                        Stamps.of(new Stamp(3, 301, "phone")),
                        Stamps.of(new Stamp(3, 300, "desk")),
                        new Stamps(
                                new Stamp(3, 300, "phone"),
                                Map.of("a", new Stamp(3, 300, "phone"))));
        for (Stamps stamps : others) {
            assertThat(Stamps.ofColumn(stamps.column(entity), entity)).isEqualTo(stamps);
            assertThat(stamps.column(entity)).isNotNull();
        }
    }

    @Test
    void the_newest_is_found_among_members_too() {
        Stamps stamps =
                new Stamps(
                        new Stamp(9, 100, "z"),
                        Map.of("a", new Stamp(2, 300, "b"), "b", new Stamp(3, 300, "a")));

        assertThat(stamps.newest()).isEqualTo(new Stamp(2, 300, "b"));
        assertThat(stamps.field("a")).isEqualTo(new Stamp(2, 300, "b"));
        assertThat(stamps.field("c")).isEqualTo(new Stamp(9, 100, "z"));
    }

    @Test
    void of_removed_members_the_latest_are_remembered() {
        Stamps stamps = Stamps.of(new Stamp(1, 100, "phone"));
        for (int i = 0; i < Stamps.REMOVED_MAX + 10; i++) {
            stamps = stamps.with(new Stamp(2 + i, 200, "phone"), List.of("m" + i), EMPTY);
        }

        assertThat(stamps.fields()).hasSize(Stamps.REMOVED_MAX);
        assertThat(stamps.field("m9")).isEqualTo(stamps.whole());
        assertThat(stamps.field("m10").version()).isEqualTo(12);
    }

    @Test
    void members_that_are_there_are_remembered_beside_the_removed_ones() {
        ObjectNode after = WireJson.MAPPER.createObjectNode().put("here", 1);
        List<String> members =
                IntStream.range(0, Stamps.REMOVED_MAX + 10).mapToObj(i -> "m" + i).toList();

        Stamps stamps =
                Stamps.of(new Stamp(1, 100, ""))
                        .with(new Stamp(2, 200, ""), List.of("here"), after)
                        .with(new Stamp(3, 300, ""), members, after);

        assertThat(stamps.fields()).hasSize(Stamps.REMOVED_MAX + 1).containsKey("here");
    }

    @Test
    void a_removed_member_with_an_endless_name_is_not_remembered() {
        String longest = "n".repeat(Stamps.REMOVED_NAME_MAX);
        Stamps stamps =
                Stamps.of(new Stamp(1, 100, ""))
                        .with(new Stamp(2, 200, ""), List.of(longest, longest + "n"), EMPTY);

        assertThat(stamps.fields().keySet()).containsExactly(longest);
    }

    @Test
    void an_entity_with_very_many_stamps_counts_as_changed_as_a_whole() {
        ObjectNode after = WireJson.MAPPER.createObjectNode();
        IntStream.rangeClosed(0, Stamps.FIELDS_MAX).forEach(i -> after.put("m" + i, i));
        List<String> names = List.copyOf(after.propertyNames());
        Stamps full =
                Stamps.of(new Stamp(1, 100, "phone"))
                        .with(new Stamp(2, 500, "desk"), names.subList(1, names.size()), after);
        assertThat(full.fields()).hasSize(Stamps.FIELDS_MAX);

        Stamps stamps = full.with(new Stamp(3, 300, "phone"), names.subList(0, 1), after);

        assertThat(stamps).isEqualTo(Stamps.of(new Stamp(3, 500, "desk")));
    }

    private static Entity entity(long version, long modifiedAt, String deviceId) {
        return new Entity("note", "n", version, null, true, 1, modifiedAt, "alice", deviceId);
    }
}
