package io.reconverge.gateway.protocol;

import static io.reconverge.gateway.TestGateway.someone;

import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

@OnParts
final class ProtocolSwitchTest {

    @Test
    void a_protocol_that_is_switched_off_is_not_there() {
        try (TestGateway gateway =
                TestGateway.start(
                        "--reconverge.gateway.protocols.deltalog=false",
                        "--reconverge.gateway.protocols.spaces=false")) {
            for (String path :
                    new String[] {
                        "/api/sync",
                        "/api/sync/v2",
                        "/api/sync/v2/migrate",
                        "/api/sync/push",
                        "/api/sync/pull"
                    }) {
                gateway.as(someone())
                        .post()
                        .uri(path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{}")
                        .exchange()
                        .expectStatus()
                        .isNotFound();
            }
        }
    }
}
