package io.reconverge.media.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SweepSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "grace, 999ms",
        "grace, 3651d",
        "recheck, 0s",
        "recheck, 366d",
        "every, 999ms",
        "every, 25h",
        "step, 0",
        "step, 10001",
        "orphans-after, 59m",
        "orphans-after, 3651d",
        "patrol-every, 59s",
        "patrol-every, 366d",
    })
    void what_is_out_of_bounds_stops_the_start(String name, String value) {
        assertThatThrownBy(() -> bound(Map.of("reconverge.media.sweep." + name, value)))
                .rootCause()
                .hasMessageContaining("reconverge.media.sweep." + name + " must be ");
    }

    @ParameterizedTest
    @CsvSource({"PT1S, PT1H", "PT87600H, PT87600H"})
    void what_is_not_set_has_its_default(Duration grace, Duration orphansAfter) {
        SweepSettings settings =
                bound(
                        Map.of(
                                "reconverge.media.sweep.grace", grace.toString(),
                                "reconverge.media.sweep.orphans-after", orphansAfter.toString()));

        assertThat(settings)
                .isEqualTo(
                        new SweepSettings(
                                grace,
                                Duration.ofDays(1),
                                Duration.ofSeconds(30),
                                100,
                                orphansAfter,
                                Duration.ofDays(1)));
    }

    private static SweepSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("reconverge.media.sweep", SweepSettings.class);
    }
}
