package io.reconverge.gateway.protocol.deltalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.wire.Change;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.Op;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StateRequestTest {

    private static List<Change> read(String body) {
        return read(body, StateRequest::dumped);
    }

    private static List<Change> read(String body, Function<StateRequest.State, UUID> changeId) {
        return StateRequest.read(
                        body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), 99, changeId)
                .stream()
                .map(sent -> ((Sent.Writable) sent).change())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'entries': [{'id': 'a'}], 'goals': [{'id': 'b'}]}",
                "{'changes': {'entries': [{'id': 'a'}], 'goals': [{'id': 'b'}]}}",
                "{'entities': {'entries': [{'id': 'a'}], 'goals': [{'id': 'b'}], 'plans': 1}}"
            })
    void entries_and_goals_are_found_wherever_they_are(String body) {
        assertThat(read(body))
                .extracting(change -> change.type() + " " + change.id())
                .containsExactly("deltalog-logbook-entry a", "deltalog-goal b");
    }

    @Test
    void a_state_says_when_it_was_made_and_whether_it_is_gone() {
        List<Change> changes =
                read(
                        """
                        {'entries': [
                          {'id': 'a', 'updatedAt': '1970-01-01T00:00:01Z'},
                          {'id': 'b', 'createdAt': 2000, 'updatedAt': 'noon'},
                          {'id': 'c', 'deletedAt': '1970-01-01T00:00:03.000Z', 'updatedAt': 1},
                          {'id': 'd', 'deletedAt': null},
                          {'id': 'e', 'deletedAt': ''}]}\
                        """);
        assertThat(changes)
                .extracting(Change::modifiedAt)
                .containsExactly(1_000L, 2_000L, 3_000L, 99L, 99L);
        assertThat(changes)
                .extracting(Change::op)
                .containsExactly(Op.PUT, Op.PUT, Op.DELETE, Op.PUT, Op.PUT);
    }

    @Test
    void the_same_edit_has_the_same_id_and_another_has_another() {
        String dated = "{'entries': [{'id': 'a', 'updatedAt': 1, 'notes': 'x'}]}";
        String undated = "{'entries': [{'id': 'a', 'notes': 'x'}]}";
        Function<StateRequest.State, UUID> pushed = state -> StateRequest.pushed("d", state);
        assertThat(read(dated, pushed)).isEqualTo(read(dated, pushed));
        assertThat(read(undated, pushed).getFirst().changeId())
                .isNotEqualTo(read(undated, pushed).getFirst().changeId());
        assertThat(read(dated).getFirst().changeId())
                .isNotEqualTo(read(dated.replace("'x'", "'y'")).getFirst().changeId());
        Function<StateRequest.State, UUID> keyed = state -> StateRequest.keyed("k", state);
        assertThat(read(undated, keyed)).isEqualTo(read(undated, keyed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{'entries': {}}",
                "{'entries': [5]}",
                "{'entries': [{}]}",
                "{'changes': []}",
                "{'goals': [{'id': ''}]}"
            })
    void what_is_no_list_of_states_is_refused(String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(InvalidDocument.class);
    }
}
