package io.reconverge.service.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

final class PreferenceTest {

    private static final Duration USUAL = Duration.ofSeconds(5);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    wait=10                      | 10 | wait=10
                    wait=31                      | 30 | wait=30
                    wait=999999999               | 30 | wait=30
                    WAIT=3                       | 3  | wait=3
                    wait=3; q=1                  | 3  | wait=3
                    return=minimal, wait=2       | 2  | wait=2
                    wait=2, wait=9               | 2  | wait=2
                    wait=0                       | 0  | wait=0
                    respond-async                | 0  | respond-async
                    wait=9, respond-async        | 0  | respond-async
                    """)
    void what_is_understood_is_applied(String header, long seconds, String applied) {
        assertThat(of(header)).isEqualTo(new Preference(Duration.ofSeconds(seconds), applied));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "wait",
                "wait=",
                "wait=-1",
                "wait=x",
                "wait=1.5",
                "wait=9999999999",
                ",,;"
            })
    void what_is_not_understood_is_passed_over(String header) {
        assertThat(of(header)).isEqualTo(new Preference(USUAL, null));
    }

    @Test
    void without_the_header_the_wait_is_the_usual_one() {
        assertThat(Preference.of(new HttpHeaders(), USUAL)).isEqualTo(new Preference(USUAL, null));
    }

    private static Preference of(String header) {
        HttpHeaders headers = new HttpHeaders();
        headers.add("Prefer", header);
        return Preference.of(headers, USUAL);
    }
}
