package io.reconverge.service.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.entities.EntitySchemas;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Violation;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EntityRulesTest {

    private static final String NOTE = "logdate-note";

    private final EntityRules rules = new EntityRules(EntitySchemas.load(null, true));

    @Test
    void every_violation_of_every_change_is_told_with_its_place() {
        assertThat(
                        pointers(
                                rules,
                                change(NOTE, Op.PUT, "{\"type\": \"TEXT\", \"content\": \"Tide\"}"),
                                change(NOTE, Op.PUT, "{\"type\": \"SCENT\", \"content\": 1}"),
                                change(NOTE, Op.PATCH, "{\"content\": 2}"),
                                change(NOTE, Op.PUT, "{}"),
                                change("unknown", Op.PUT, "{\"any\": 1}"),
                                change(NOTE, Op.DELETE, null)))
                .containsExactlyInAnyOrder(
                        "/changes/1/data/type",
                        "/changes/1/data/content",
                        "/changes/2/data/content",
                        "/changes/3/data");
    }

    @Test
    void a_patch_is_checked_by_what_it_says_alone() {
        rules.check(NOTE, Op.PATCH, JsonObject.ofText("{\"content\": \"High tide\"}"));
        rules.check(NOTE, Op.PATCH, JsonObject.ofText("{\"type\": null}"));
    }

    @Test
    void a_single_changes_places_begin_at_its_data() {
        assertThatThrownBy(
                        () -> rules.check(NOTE, Op.PUT, JsonObject.ofText("{\"type\": \"SCENT\"}")))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        stop ->
                                assertThat(stop.problem().errors())
                                        .extracting(Violation::pointer)
                                        .containsExactly("/type"));
    }

    @Test
    void types_without_a_schema_can_be_refused() {
        EntityRules strict = new EntityRules(EntitySchemas.load(null, false));
        assertThat(
                        pointers(
                                strict,
                                change("unknown", Op.PUT, "{}"),
                                change("unknown", Op.DELETE, null)))
                .containsExactly("/changes/0/type", "/changes/1/type");
    }

    @Test
    void an_answer_lists_only_so_many() {
        Change bad = change(NOTE, Op.PUT, "{\"type\": 1, \"content\": 1}");
        assertThat(pointers(rules, Collections.nCopies(5_000, bad).toArray(Change[]::new)))
                .hasSize(EntityRules.VIOLATIONS_MAX);
    }

    private static List<String> pointers(EntityRules rules, Change... changes) {
        try {
            rules.check(List.of(changes));
            return List.of();
        } catch (ProblemException stop) {
            assertThat(stop.problem().type()).isEqualTo(ProblemType.INVALID_ENTITY.urn());
            return stop.problem().errors().stream().map(Violation::pointer).toList();
        }
    }

    private static Change change(String type, Op op, @Nullable String data) {
        return new Change(
                UUID.randomUUID(),
                type,
                "a",
                op,
                data == null ? null : JsonObject.ofText(data),
                null,
                0,
                null);
    }
}
