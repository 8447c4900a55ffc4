package io.reconverge.service.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.Tokens;
import io.reconverge.service.Echo;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

final class PathFirewallTest {

    private static final Tokens tokens = Tokens.start();
    private static final Echo echo = Echo.start(tokens);

    @AfterAll
    static void stop() {
        echo.close();
        tokens.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain", "a/b", "//", "a\nb", "a\r\nb", "😀", "a;b=c", "100%", "%2F", "a\\b",
                "a b+c", "a/../b", "..", "?x=y#z", "\u2028", "\u0001", "a..b", "%2e%2e"
            })
    void any_id_comes_through_a_path_as_it_is(String id) {
        String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        echo.client()
                .get()
                .uri(echo.uri("/v1/things/" + encoded))
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + tokens.of("alice"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%00b", "%FF", "%C3", "%ED%A0%80", "a;b=c"})
    void what_could_name_another_entity_is_refused_with_a_problem(String encoded) {
        echo.client()
                .get()
                .uri(echo.uri("/v1/things/" + encoded))
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + tokens.of("alice"))
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:malformed-request");
    }

    @Test
    void half_a_percent_sign_is_not_sound() {
        assertThat(PathFirewall.isSound("/a%")).isFalse();
        assertThat(PathFirewall.isSound("/a%4")).isFalse();
        assertThat(PathFirewall.isSound("/a%zz")).isFalse();
        assertThat(PathFirewall.isSound("/ä")).isFalse();
    }
}
