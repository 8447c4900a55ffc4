package io.reconverge.gateway.protocol.deltalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.feed.LogPage;
import io.reconverge.gateway.protocol.deltalog.DeltaAnswer.Delta;
import io.reconverge.gateway.protocol.deltalog.DeltaRequest.Type;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DeltasTest {

    private static final UUID ID = UUID.fromString("7f3d1c52-8c1e-4a6b-9d55-0e2f6a1b3c4d");

    private static LogPage.Row row(
            String type, Op op, Outcome outcome, @Nullable String data, @Nullable String patch) {
        return new LogPage.Row(
                ID, 3, 2, 3, type, "g", op, outcome, object(data), object(patch), "d", 1, 2, 3);
    }

    private static @Nullable JsonObject object(@Nullable String text) {
        return text == null ? null : JsonObject.ofText(text);
    }

    private static Delta goal(
            Op op, Outcome outcome, @Nullable String data, @Nullable String patch) {
        return Deltas.of(row("deltalog-goal", op, outcome, data, patch), Map.of()).orElseThrow();
    }

    @Test
    void a_put_is_the_whole_and_a_delete_nothing() {
        Delta put = goal(Op.PUT, Outcome.APPLIED, "{\"a\": 1}", null);
        assertThat(put.type()).isEqualTo(Type.CREATED);
        assertThat(put.data()).isEqualTo(JsonObject.ofText("{\"a\": 1}"));
        assertThat(put.changeId()).isEqualTo(ID.toString());
        Delta delete = goal(Op.DELETE, Outcome.APPLIED, null, null);
        assertThat(delete.type()).isEqualTo(Type.DELETED);
        assertThat(delete.data()).isNull();
        assertThat(goal(Op.PUT, Outcome.APPLIED, "{}", null).data()).isNull();
    }

    @Test
    void a_patch_is_its_members_as_they_are_after_it() {
        Delta patch =
                goal(
                        Op.PATCH,
                        Outcome.MERGED,
                        "{\"a\": 1, \"b\": {\"x\": 1, \"y\": 2}, \"d\": \"another's\"}",
                        "{\"b\": {\"y\": 2}, \"c\": null, \"d\": \"lost\"}");
        assertThat(patch.type()).isEqualTo(Type.UPDATED);
        assertThat(patch.data())
                .isEqualTo(
                        JsonObject.ofText(
                                "{\"b\": {\"x\": 1, \"y\": 2}, \"c\": null, \"d\": \"another's\"}"));
    }

    @Test
    void what_lost_and_what_is_not_mirubatos_is_not_told() {
        assertThat(
                        Deltas.of(
                                row("deltalog-goal", Op.PUT, Outcome.SUPERSEDED, "{}", null),
                                Map.of()))
                .isEmpty();
        assertThat(Deltas.of(row("note", Op.PUT, Outcome.APPLIED, "{}", null), Map.of())).isEmpty();
    }

    @Test
    void a_name_that_the_request_knows_is_told() {
        assertThat(
                        Deltas.of(
                                        row("deltalog-goal", Op.PUT, Outcome.APPLIED, "{}", null),
                                        Map.of(ID, "change-1"))
                                .orElseThrow()
                                .changeId())
                .isEqualTo("change-1");
    }
}
