package io.reconverge.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComplaintTest {
    @Test
    void it_is_the_first_line_that_tells_of_an_error() {
        assertThat(
                        Complaint.in(
                                List.of(
                                        "npm warn deprecated something",
                                        "npm error code 1",
                                        "npm error gyp failed")))
                .isEqualTo("npm error code 1");
        assertThat(
                        Complaint.in(
                                List.of(
                                        "    throw new Error('none for ' + platform)",
                                        "Error: No native build was found for linux",
                                        "    at load (/node-gyp-build.js:60:9)",
                                        "Node.js v22.0.0")))
                .isEqualTo("Error: No native build was found for linux");
    }

    @Test
    void without_an_error_it_is_the_last_line() {
        assertThat(Complaint.in(List.of("started, 0 errors", "killed", ""))).isEqualTo("killed");
        assertThat(Complaint.in(List.of(""))).isEqualTo("it said nothing");
    }
}
