package io.reconverge.media.download;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class DownloadSettingsTest {

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(DownloadSettings.class)
    static class Settings {}

    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @ParameterizedTest
    @CsvSource({"at-once, 0", "at-once, 10001", "standstill, 999ms", "standstill, 121s"})
    void a_setting_out_of_its_bounds_stops_the_start(String name, String value) {
        String full = "reconverge.media.download." + name;
        context.withPropertyValues(full + "=" + value)
                .run(started ->
                        assertThat(started)
                                .getFailure()
                                .rootCause()
                                .hasMessageContaining(full + " must be"));
    }

    @ParameterizedTest
    @CsvSource({"at-once, 1", "at-once, 10000", "standstill, 1s", "standstill, 2m"})
    void a_setting_at_its_bound_is_taken(String name, String value) {
        context.withPropertyValues("reconverge.media.download." + name + "=" + value)
                .run(started -> assertThat(started).hasNotFailed());
    }
}
