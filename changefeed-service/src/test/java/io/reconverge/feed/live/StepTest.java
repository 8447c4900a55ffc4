package io.reconverge.feed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.feed.page.TypeFilter;
import io.reconverge.wire.Cursor;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepTest {

    private static final TypeFilter NOTES = new TypeFilter(Set.of("note"));

    @ParameterizedTest(name = "read to {0} of epoch {1}, comes {2} of type {3}, stands: {4}")
    @CsvSource({
        // the very next
        "10, 7, 11, note, true,  DELIVER",
        "10, 7, 11, task, true,  PASS",
        "10, 7, 11, note, false, PASS",
        "10, 7, 11, task, false, PASS",
        "0,  7, 1,  note, true,  DELIVER",
        // before it
        "10, 7, 10, note, true,  IGNORE",
        "10, 7, 10, task, false, IGNORE",
        "10, 7, 1,  note, true,  IGNORE",
        "1,  7, 1,  note, true,  IGNORE",
        // beyond it
        "10, 7, 12, note, true,  CATCH_UP",
        "10, 7, 12, task, true,  CATCH_UP",
        "10, 7, 12, note, false, CATCH_UP",
        "0,  7, 2,  note, true,  CATCH_UP",
        // the epoch is not known, so no cursor can be told
        "0,  0, 1,  note, true,  CATCH_UP",
        "0,  0, 1,  task, true,  CATCH_UP",
        "0,  0, 1,  note, false, CATCH_UP",
        "0,  0, 9,  note, true,  CATCH_UP",
    })
    void a_record_is_met_as_its_version_says(
            long read, long epoch, long version, String type, boolean stands, Step step) {
        var change = new LiveChange(version, type, "1", stands, false, null, 0);
        assertThat(Step.of(new Cursor(epoch, read), change, NOTES)).isEqualTo(step);
    }

    @ParameterizedTest
    @CsvSource({"note", "task", "photo"})
    void who_names_no_type_wants_all(String type) {
        var change = new LiveChange(1, type, "1", true, false, null, 0);
        assertThat(Step.of(new Cursor(7, 0), change, TypeFilter.ALL)).isEqualTo(Step.DELIVER);
    }
}
