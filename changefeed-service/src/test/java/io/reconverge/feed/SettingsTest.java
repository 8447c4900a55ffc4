package io.reconverge.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.service.postgres.DatabaseSettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class SettingsTest {

    @Configuration(proxyBeanMethods = false)
    @ConfigurationPropertiesScan
    @EnableConfigurationProperties(DatabaseSettings.class)
    static class Settings {}

    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @ParameterizedTest
    @CsvSource({
        "reconverge.feed.page-size, 1B",
        "reconverge.feed.page-size, 65MB",
        "reconverge.feed.answers-size, 7MB",
        "reconverge.feed.heartbeat, 0s",
        "reconverge.feed.heartbeat, 6m",
        "reconverge.feed.slow-reader-timeout, 0s",
        "reconverge.feed.slow-reader-timeout, 2h",
        "reconverge.feed.streams, 0",
        "reconverge.feed.waiting-polls, 0",
        "reconverge.feed.readers-per-space, 0",
        "reconverge.feed.buffer-events, 0",
        "reconverge.feed.buffer-size, 1B",
        "reconverge.feed.buffers-size, 512KB",
        "reconverge.database.connections, 0",
        "reconverge.database.connections, 1001",
        "reconverge.database.waiting, -1",
        "reconverge.database.connect-timeout, 0s",
        "reconverge.database.acquire-timeout, 61s",
        "reconverge.database.statement-timeout, 6m",
    })
    void a_setting_out_of_its_bounds_stops_the_start(String name, String value) {
        context.withPropertyValues(name + "=" + value)
                .run(started ->
                        assertThat(started)
                                .getFailure()
                                .rootCause()
                                .hasMessageContaining(name + " must be"));
    }

    @ParameterizedTest
    @CsvSource({
        "reconverge.feed.page-size, 1KB",
        "reconverge.feed.heartbeat, 5m",
        "reconverge.database.connections, 1"
    })
    void a_setting_at_its_bound_is_taken(String name, String value) {
        context.withPropertyValues(name + "=" + value)
                .run(started -> assertThat(started).hasNotFailed());
    }
}
