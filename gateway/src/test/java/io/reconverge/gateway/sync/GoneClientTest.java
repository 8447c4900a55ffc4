package io.reconverge.gateway.sync;

import static io.reconverge.gateway.TestGateway.eventually;
import static io.reconverge.gateway.TestGateway.someone;

import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.gateway.RawConnection;
import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@OnParts
final class GoneClientTest {

    @Test
    void a_client_that_goes_away_is_not_waited_for_any_more() throws IOException {
        TestGateway gateway = TestGateway.shared();
        gateway.worker().answer(write -> Optional.empty());
        String body =
                """
                {"deviceId": "d", "changes": [
                  {"changeId": "%s", "type": "thing", "id": "a", "op": "delete"}]}
                """
                        .formatted(UUID.randomUUID());
        double others = waiting(gateway);
        try (RawConnection connection = new RawConnection(gateway.port())) {
            connection
                    .head(
                            "POST /v1/spaces/me/sync HTTP/1.1",
                            "Host: gateway",
                            "Authorization: Bearer " + TestGateway.tokens().of(someone()),
                            "Content-Type: application/json",
                            "Prefer: wait=30",
                            "Content-Length: " + body.length())
                    .send(body.getBytes(StandardCharsets.UTF_8));
            eventually(() -> waiting(gateway) == others + 1);
        }
        eventually(() -> waiting(gateway) == others);
    }

    static double waiting(TestGateway gateway) {
        return gateway.bean(MeterRegistry.class).get("reconverge.write.waiting").gauge().value();
    }
}
