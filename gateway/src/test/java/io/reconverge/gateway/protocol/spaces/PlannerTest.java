package io.reconverge.gateway.protocol.spaces;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.reconverge.gateway.feed.Spaces;
import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Role;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class PlannerTest {

    private static final UUID OWN = SpaceId.personal("ann");
    private static final UUID SHARED = new UUID(1, 2);
    private static final UUID MALLORYS = new UUID(6, 6);
    private static final UUID FOUNDED = SpaceId.shared("ann", Preference.founding("s"));
    private static final Spaces SPACES =
            new Spaces(
                    List.of(
                            space(OWN, Role.OWNER),
                            space(SHARED, Role.OWNER),
                            space(MALLORYS, Role.OWNER),
                            space(FOUNDED, Role.OWNER)));

    private static Spaces.Space space(UUID id, Role role) {
        return new Spaces.Space(id, null, role.text(), 1, 1);
    }

    private static List<Edit> edits(String changes) {
        String body = "{'deviceId': 'd', 'changes': [" + changes + "]}";
        return ListRequest.read(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)).edits();
    }

    private static List<Step> plan(List<TimedEntity> found, String changes) {
        List<Edit> edits = edits(changes);
        Preference preference = new Preference("ann", SPACES, edits, found);
        return new Planner(
                        "ann",
                        "d",
                        99,
                        new Standing(found, preference),
                        Map.of(SHARED, Role.OWNER.text(), MALLORYS, Role.VIEWER.text()))
                .plan(edits);
    }

    private static Step.Write write(List<TimedEntity> found, String change) {
        return (Step.Write) plan(found, change).getFirst();
    }

    private static TimedEntity entity(
            UUID space, Kind kind, String id, long version, @Nullable String data) {
        return new TimedEntity(
                space,
                kind.type(),
                id,
                version,
                data == null ? null : JsonObject.ofText(data.replace('\'', '"')),
                data == null,
                1,
                1,
                version,
                "ann",
                "d");
    }

    private static ObjectNode data(Step.Write step) {
        return requireNonNull(step.change().data()).tree();
    }

    @Test
    void a_space_is_founded_with_those_who_work_on_it() {
        Step.Write step =
                write(
                        List.of(),
                        """
                        {'localId': 's', 'entityType': 'space', 'operation': 'create', 'timestamp': 5,
                         'data': {'name': 'Home', 'collaborators': [
                           {'userId': 'bob', 'role': 'editor'}, {'email': 'c@d', 'role': 'owner'},
                           {'userId': 'ann', 'role': 'viewer'}]}}\
                        """);
        Step.Sharing sharing = requireNonNull(step.sharing());
        assertThat(step.space()).isEqualTo(SpaceId.shared("ann", requireNonNull(sharing.founds())));
        assertThat(step.serverId()).isEqualTo(step.space().toString());
        assertThat(sharing.members()).isEqualTo(Map.of("bob", Role.EDITOR, "ann", Role.VIEWER));
        Change change = step.change();
        assertThat(change.baseVersion()).isZero();
        assertThat(change.modifiedAt()).isEqualTo(5);
        assertThat(data(step).get("userId").stringValue()).isEqualTo("ann");
    }

    @Test
    void members_follow_the_list_but_for_its_author_and_its_founder() {
        assertThat(
                        Collaborators.changes(
                                Map.of("bob", Role.OWNER, "ann", Role.VIEWER),
                                Map.of(
                                        "ann",
                                        Role.OWNER,
                                        "bob",
                                        Role.EDITOR,
                                        "eve",
                                        Role.VIEWER,
                                        "fay",
                                        Role.OWNER),
                                Set.of("ann", "fay"),
                                OWN))
                .extracting(Step.Membership::userId, Step.Membership::role)
                .containsExactly(tuple("bob", Role.OWNER), tuple("eve", null));
    }

    @Test
    void only_an_owner_says_who_shares_a_space() {
        String list = "{'name': 'Home', 'collaborators': [{'userId': 'ann', 'role': '%s'}]}";
        TimedEntity theirs = entity(MALLORYS, Kind.SPACE, "s", 1, list.formatted("viewer"));
        TimedEntity anns = entity(SHARED, Kind.SPACE, "s", 1, list.formatted("viewer"));
        String update =
                "{'localId': 's', 'entityType': 'space', 'operation': 'update', 'data': "
                        + list
                        + "}";
        assertThat(plan(List.of(theirs), update.formatted("owner")).getFirst())
                .isInstanceOf(Step.Refused.class);
        assertThat(write(List.of(theirs), update.formatted("viewer")).sharing()).isNull();
        assertThat(requireNonNull(write(List.of(anns), update.formatted("owner")).sharing()))
                .isEqualTo(new Step.Sharing(null, Map.of("ann", Role.OWNER)));
        String rename =
                "{'localId': 's', 'entityType': 'space', 'operation': 'update',"
                        + " 'data': {'name': 'House'}}";
        assertThat(write(List.of(anns), rename).sharing()).isNull();
    }

    @Test
    void an_edit_finds_what_the_request_makes() {
        List<Step> steps =
                plan(
                        List.of(),
                        """
                        {'localId': 'i', 'entityType': 'item', 'operation': 'create',
                         'data': {'title': 'x', 'categoryLocalId': 'c'}},
                        {'localId': 'i', 'entityType': 'item', 'operation': 'update',
                         'data': {'isCompleted': true}},
                        {'localId': 'c', 'entityType': 'category', 'operation': 'create',
                         'data': {'name': 'y', 'spaceLocalId': 's'}},
                        {'localId': 's', 'entityType': 'space', 'operation': 'create',
                         'data': {'name': 'z'}}\
                        """);
        UUID space = ((Step.Write) steps.get(3)).space();
        assertThat(steps)
                .allSatisfy(step -> assertThat(((Step.Write) step).space()).isEqualTo(space));
        Step.Write item = (Step.Write) steps.getFirst();
        assertThat(data(item).get("categoryId").stringValue())
                .isEqualTo(((Step.Write) steps.get(2)).serverId());
        assertThat(data((Step.Write) steps.get(1)).get("completedBy"))
                .isEqualTo(WireJson.MAPPER.readTree("{\"userId\": \"ann\", \"deviceId\": \"d\"}"));
    }

    @Test
    void what_is_of_no_space_is_in_ones_own() {
        Step.Write step =
                write(
                        List.of(),
                        """
                        {'localId': 'i', 'entityType': 'item', 'operation': 'create',
                         'data': {'title': 'x', 'serverId': 'chosen', 'completedBy': {}}}\
                        """);
        assertThat(step.space()).isEqualTo(OWN);
        assertThat(data(step).get("serverId").stringValue()).isEqualTo(step.serverId());
        assertThat(data(step).has("completedBy")).isFalse();
        assertThat(UUID.fromString(step.serverId()).version()).isEqualTo(8);
    }

    @Test
    void what_moves_is_written_whole_before_it_is_removed() {
        TimedEntity item = entity(OWN, Kind.ITEM, "i", 4, "{'title': 'x', 'serverId': 'first'}");
        TimedEntity space = entity(SHARED, Kind.SPACE, "s", 1, "{'name': 'Home'}");
        Step.Write step =
                write(
                        List.of(item, space),
                        """
                        {'localId': 'i', 'entityType': 'item', 'operation': 'update', 'timestamp': 7,
                         'data': {'spaceLocalId': 's'}}\
                        """);
        assertThat(step.space()).isEqualTo(SHARED);
        assertThat(step.serverId()).isEqualTo("first");
        assertThat(step.change().op()).isEqualTo(Op.PUT);
        assertThat(data(step).get("title").stringValue()).isEqualTo("x");
        Step.Removal removal = step.removals().getFirst();
        assertThat(removal.space()).isEqualTo(OWN);
        assertThat(removal.change().op()).isEqualTo(Op.DELETE);
    }

    @Test
    void the_same_edit_has_the_same_id_and_one_without_a_time_a_new_one() {
        TimedEntity item = entity(OWN, Kind.ITEM, "i", 4, "{'title': 'x'}");
        String dated =
                """
                {'localId': 'i', 'entityType': 'item', 'operation': 'update', 'timestamp': 7,
                 'data': {'title': 'y'}}\
                """;
        String undated = dated.replace("'timestamp': 7,", "");
        assertThat(write(List.of(item), dated)).isEqualTo(write(List.of(item), dated));
        assertThat(write(List.of(item), undated).change().changeId())
                .isNotEqualTo(write(List.of(item), undated).change().changeId());
        assertThat(write(List.of(item), undated).change().modifiedAt()).isEqualTo(99);
    }

    @Test
    void of_several_by_one_name_the_living_one_counts() {
        TimedEntity gone = entity(OWN, Kind.ITEM, "i", 9, null);
        TimedEntity lives = entity(SHARED, Kind.ITEM, "i", 4, "{'title': 'x'}");
        String delete = "{'localId': 'i', 'entityType': 'item', 'operation': 'delete'}";
        assertThat(write(List.of(gone, lives), delete).space()).isEqualTo(SHARED);
        assertThat(write(List.of(lives, gone), delete).space()).isEqualTo(SHARED);
        assertThat(plan(List.of(gone), delete).getFirst()).isInstanceOf(Step.Idle.class);
        assertThat(plan(List.of(), delete).getFirst()).isInstanceOf(Step.Idle.class);
    }

    @Test
    void what_others_name_the_same_does_not_take_ones_edits() {
        String update =
                """
                {'localId': '%s', 'entityType': '%s', 'operation': 'update', 'timestamp': 7,
                 'data': {%s}}\
                """;
        TimedEntity space = entity(FOUNDED, Kind.SPACE, "s", 1, "{'name': 'Home'}");
        TimedEntity mallorysSpace = entity(MALLORYS, Kind.SPACE, "s", 99, "{'name': 'Mine'}");
        String rename = update.formatted("s", "space", "'name': 'x'");
        assertThat(write(List.of(space, mallorysSpace), rename).space()).isEqualTo(FOUNDED);

        TimedEntity mallorys =
                entity(MALLORYS, Kind.ITEM, "i", 99, "{'title': 'y', 'serverId': 'theirs'}");
        String retitle = update.formatted("i", "item", "'title': 'x'");
        for (TimedEntity anns :
                List.of(
                        entity(OWN, Kind.ITEM, "i", 1, "{'title': 'x'}"),
                        entity(FOUNDED, Kind.ITEM, "i", 1, "{'title': 'x', 'spaceLocalId': 's'}"),
                        entity(SHARED, Kind.ITEM, "i", 1, "{'title': 'x'}"))) {
            assertThat(write(List.of(anns, mallorys), retitle).space()).isEqualTo(anns.space());
            assertThat(write(List.of(mallorys, anns), retitle).space()).isEqualTo(anns.space());
        }
        TimedEntity shared = entity(SHARED, Kind.ITEM, "i", 1, "{'title': 'x'}");
        String named = update.formatted("i", "item", "'title': 'x', 'serverId': 'theirs'");
        assertThat(write(List.of(shared, mallorys), named).space()).isEqualTo(MALLORYS);
    }

    @Test
    void a_move_that_broke_off_is_ended_and_takes_nothing_of_others() {
        String data = "{'title': 'x', 'serverId': 'first'}";
        TimedEntity here = entity(OWN, Kind.ITEM, "i", 5, data);
        TimedEntity there = entity(SHARED, Kind.ITEM, "i", 4, data);
        TimedEntity others = entity(MALLORYS, Kind.ITEM, "i", 6, "{'title': 'y'}");
        String home =
                """
                {'localId': 'i', 'entityType': 'item', 'operation': 'update', 'timestamp': 7,
                 'data': {'spaceLocalId': null}}\
                """;
        Step.Write again = write(List.of(here, there, others), home);
        assertThat(again.space()).isEqualTo(OWN);
        assertThat(again.removals())
                .extracting(Step.Removal::space, Step.Removal::counts)
                .containsExactly(tuple(SHARED, false));
        Step.Write first = write(List.of(there, others), home);
        assertThat(first.removals())
                .extracting(Step.Removal::space, Step.Removal::counts)
                .containsExactly(tuple(SHARED, true));
        assertThat(first.removals().getFirst().change().changeId())
                .isEqualTo(again.removals().getFirst().change().changeId());
        String delete = "{'localId': 'i', 'entityType': 'item', 'operation': 'delete'}";
        assertThat(write(List.of(here, there, others), delete).removals())
                .extracting(Step.Removal::space)
                .containsExactly(SHARED);
        assertThat(plan(List.of(others), home).getFirst()).isInstanceOf(Step.Refused.class);
    }
}
