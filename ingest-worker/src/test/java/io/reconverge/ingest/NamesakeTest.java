package io.reconverge.ingest;

import static io.reconverge.ingest.WorkerUnderTest.put;
import static io.reconverge.ingest.WorkerUnderTest.request;
import static io.reconverge.ingest.WorkerUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.OnParts;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.test.web.reactive.server.WebTestClient;

/// Two workers that were given the same instance id, which is a mistake in a deployment.
@OnParts
class NamesakeTest {

    private static final String INSTANCE = "--reconverge.ingest.instance-id=namesake";

    @Test
    void the_one_that_the_broker_shuts_out_says_that_it_is_not_alive_and_the_other_works() {
        try (WorkerUnderTest test = WorkerUnderTest.start("namesake", INSTANCE)) {
            WebTestClient first = http(test.port());
            test.ask(request("nora", put("e", null, "{}")));
            assertThat(liveness(first)).isEqualTo(HttpStatus.OK);

            try (var second = test.another(INSTANCE)) {
                until(
                        "the first worker notices",
                        () -> liveness(first) == HttpStatus.SERVICE_UNAVAILABLE);

                assertThat(liveness(http(WorkerUnderTest.port(second)))).isEqualTo(HttpStatus.OK);
                test.ask(request("nora", put("f", null, "{}")));
            }
        }
    }

    private static WebTestClient http(int port) {
        return WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
    }

    private static HttpStatusCode liveness(WebTestClient worker) {
        return worker.get()
                .uri("/actuator/health/liveness")
                .exchange()
                .expectBody()
                .returnResult()
                .getStatus();
    }
}
