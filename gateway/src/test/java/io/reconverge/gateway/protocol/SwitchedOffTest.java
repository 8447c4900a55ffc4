package io.reconverge.gateway.protocol;

import static io.reconverge.gateway.TestGateway.someone;

import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
final class SwitchedOffTest {

    @Test
    void a_protocol_that_is_switched_off_has_no_paths() {
        try (TestGateway gateway =
                TestGateway.start(
                        "--reconverge.gateway.protocols.logdate=false",
                        "--reconverge.gateway.protocols.keyflow=false")) {
            WebTestClient client = gateway.as(someone());
            for (String path :
                    new String[] {
                        "/api/v1/sync/content/changes",
                        "/api/v1/sync/media/m-1",
                        "/api/v1/sync/status",
                        "/api/sync/changes",
                        "/api/sync/settings"
                    }) {
                client.get()
                        .uri(path)
                        .exchange()
                        .expectStatus()
                        .isNotFound()
                        .expectBody()
                        .jsonPath("$.code")
                        .doesNotExist()
                        .jsonPath("$.error")
                        .doesNotExist();
            }
        }
    }
}
