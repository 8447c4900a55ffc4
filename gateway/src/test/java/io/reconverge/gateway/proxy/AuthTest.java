package io.reconverge.gateway.proxy;

import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.gateway.TestService;
import io.reconverge.parts.OnParts;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

@OnParts
final class AuthTest {

    private static final String LOGIN = "/api/auth/login";

    @Test
    void who_has_no_token_yet_is_passed_on_to_the_issuer() {
        try (TestService issuer = TestService.start();
                TestGateway gateway =
                        TestGateway.start("--reconverge.gateway.auth.uri=" + issuer.uri())) {
            issuer.answerJson(201, "{\"success\": true}");
            gateway.anyone()
                    .post()
                    .uri("/api/auth/register")
                    .header("X-Client-Address", "1.2.3.4")
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue("{}")
                    .exchange()
                    .expectStatus()
                    .isCreated()
                    .expectBody()
                    .jsonPath("$.success")
                    .isEqualTo(true);
            TestService.Asked asked = issuer.asked().getFirst();
            assertThat(asked.uri()).isEqualTo("/api/auth/register");
            assertThat(asked.headers().getAll("X-Client-Address")).containsExactly("127.0.0.1");

            gateway.anyone().get().uri(LOGIN).exchange().expectStatus().isNotFound();
            gateway.anyone().get().uri("/api/auth/me").exchange().expectStatus().isUnauthorized();

            issuer.close();
            gateway.anyone()
                    .post()
                    .uri(LOGIN)
                    .bodyValue("{}")
                    .exchange()
                    .expectStatus()
                    .isEqualTo(503)
                    .expectBody()
                    .jsonPath("$.success")
                    .isEqualTo(false)
                    .jsonPath("$.message")
                    .isNotEmpty();
        }
    }

    @Test
    void without_an_issuer_to_pass_on_to_there_is_nothing() {
        TestGateway gateway = TestGateway.shared();
        gateway.anyone().post().uri(LOGIN).bodyValue("{}").exchange().expectStatus().isNotFound();
        gateway.as(someone())
                .post()
                .uri(LOGIN)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isNotFound();
    }
}
