package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @Test
    void nothing_need_be_set() {
        Settings settings = Settings.from(Map.of());
        assertThat(settings.data())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".reconverge"));
        assertThat(settings.ports()).containsOnly(Map.entry(Listener.GATEWAY, 8080));
        assertThat(settings.address()).isEqualTo("127.0.0.1");
        assertThat(settings.tokenLifetime()).isEqualTo(Duration.ofHours(12));
    }

    @Test
    void each_variable_counts() {
        Settings settings =
                Settings.from(
                        Map.of(
                                "RECONVERGE_DATA", "/somewhere/./else",
                                "RECONVERGE_PORT", "9090",
                                "RECONVERGE_BROKER_PORT", "9092",
                                "RECONVERGE_STORE_PORT", "9000",
                                "RECONVERGE_MEDIA_PORT", "8084",
                                "RECONVERGE_ADDRESS", "0.0.0.0",
                                "RECONVERGE_TOKEN_LIFETIME", "30m"));
        assertThat(settings.data()).isEqualTo(Path.of("/somewhere/else"));
        assertThat(settings.ports())
                .containsOnly(
                        Map.entry(Listener.GATEWAY, 9090),
                        Map.entry(Listener.BROKER, 9092),
                        Map.entry(Listener.STORE, 9000),
                        Map.entry(Listener.MEDIA, 8084));
        assertThat(settings.address()).isEqualTo("0.0.0.0");
        assertThat(settings.tokenLifetime()).isEqualTo(Duration.ofMinutes(30));
    }

    @ParameterizedTest
    @CsvSource({
        "RECONVERGE_PORT, 0, 'RECONVERGE_PORT must be a port from 1 to 65535, was 0.'",
        "RECONVERGE_FEED_PORT, http, 'RECONVERGE_FEED_PORT must be a port from 1 to 65535, was http.'",
        "RECONVERGE_BROKER_PORT, 8080, 'Two of the RECONVERGE_…PORT variables name the same port: {GATEWAY=8080, BROKER=8080}.'",
        "RECONVERGE_TOKEN_LIFETIME, soon, 'RECONVERGE_TOKEN_LIFETIME must be a time such as 30m or 12h, was soon.'",
        "RECONVERGE_TOKEN_LIFETIME, 31d, 'RECONVERGE_TOKEN_LIFETIME must be between 10s and 30d, was PT744H.'"
    })
    void a_value_that_cannot_be_is_named(String variable, String value, String sentence) {
        assertThatThrownBy(() -> Settings.from(Map.of(variable, value)))
                .isInstanceOf(CannotStart.class)
                .hasMessage(sentence);
    }
}
