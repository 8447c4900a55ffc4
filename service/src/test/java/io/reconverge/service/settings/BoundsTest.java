package io.reconverge.service.settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class BoundsTest {

    private final Bounds bounds = new Bounds("reconverge.tide");

    @Test
    void what_lies_within_passes_the_ends_included() {
        assertThatCode(
                        () -> {
                            bounds.within("step", 1, 1, 3);
                            bounds.within("step", 3, 1, 3);
                            bounds.atLeast("size", DataSize.ofBytes(1), DataSize.ofBytes(1));
                        })
                .doesNotThrowAnyException();
    }

    @Test
    void what_lies_outside_is_named_with_its_bounds_as_they_are_written_in_settings() {
        assertThatThrownBy(() -> bounds.within("step", 4, 1, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("reconverge.tide.step must be 1..3, was 4");
        assertThatThrownBy(() ->
                        bounds.within(
                                "wait",
                                Duration.ofSeconds(90),
                                Duration.ZERO,
                                Duration.ofMinutes(1)))
                .hasMessage("reconverge.tide.wait must be 0s..1m, was 1m30s");
        assertThatThrownBy(
                        () -> bounds.atLeast("size", DataSize.ofBytes(1), DataSize.ofKilobytes(1)))
                .hasMessage("reconverge.tide.size must be 1024B or more, was 1B");
    }
}
