package io.reconverge.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class SettingsTest {

    @Configuration(proxyBeanMethods = false)
    @ConfigurationPropertiesScan
    static class Settings {}

    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @ParameterizedTest
    @CsvSource({
        "page-size, 1B",
        "page-size, 65MB",
        "answers-size, 7MB",
        "heartbeat, 0s",
        "heartbeat, 6m",
        "slow-reader-timeout, 0s",
        "slow-reader-timeout, 2h",
        "streams, 0",
        "waiting-polls, 0",
        "readers-per-space, 0",
        "buffer-events, 0",
        "buffer-size, 1B",
        "buffers-size, 512KB",
        "database.connections, 0",
        "database.connections, 1001",
        "database.waiting, -1",
        "database.connect-timeout, 0s",
        "database.acquire-timeout, 61s",
        "database.statement-timeout, 6m",
    })
    void a_setting_out_of_its_bounds_stops_the_start(String name, String value) {
        context.withPropertyValues("reconverge.feed." + name + "=" + value)
                .run(started ->
                        assertThat(started)
                                .getFailure()
                                .rootCause()
                                .hasMessageContaining("reconverge.feed." + name + " must be"));
    }

    @ParameterizedTest
    @CsvSource({"page-size, 1KB", "heartbeat, 5m", "database.connections, 1"})
    void a_setting_at_its_bound_is_taken(String name, String value) {
        context.withPropertyValues("reconverge.feed." + name + "=" + value)
                .run(started -> assertThat(started).hasNotFailed());
    }
}
