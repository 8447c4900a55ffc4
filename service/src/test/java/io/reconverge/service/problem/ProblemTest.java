package io.reconverge.service.problem;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.reconverge.parts.Tokens;
import io.reconverge.service.Echo;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

final class ProblemTest {

    private static final Tokens tokens = Tokens.start();
    private static final Echo echo = Echo.start(tokens);

    @AfterAll
    static void stop() {
        echo.close();
        tokens.close();
    }

    @Test
    void an_unforeseen_failure_is_told_without_its_inside() {
        byte[] body =
                send(HttpMethod.GET, "/v1/broken")
                        .expectStatus()
                        .isEqualTo(500)
                        .expectHeader()
                        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                        .expectHeader()
                        .valueEquals(HttpHeaders.CACHE_CONTROL, "no-store")
                        .expectBody()
                        .jsonPath("$.type")
                        .isEqualTo("urn:reconverge:problem:internal-error")
                        .returnResult()
                        .getResponseBody();
        assertThat(new String(body, StandardCharsets.UTF_8)).doesNotContain("secret");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void what_is_logged_of_a_failure_has_its_requests_id_and_trace(CapturedOutput output) {
        String id =
                send(HttpMethod.GET, "/v1/broken")
                        .expectBody()
                        .returnResult()
                        .getResponseHeaders()
                        .getFirst("X-Request-Id");
        assertThat(output.getOut().lines().filter(line -> line.contains("/v1/broken failed")))
                .singleElement(as(STRING))
                .contains("\"requestId\":\"" + id + "\"")
                .contains("\"traceId\":\"");
    }

    @Test
    void what_is_not_there_is_404() {
        send(HttpMethod.GET, "/v1/nothing")
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:not-found");
    }

    @Test
    void another_method_is_405_and_the_answer_lists_those_there_are() {
        send(HttpMethod.DELETE, "/v1/tagged")
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .valueEquals(HttpHeaders.ALLOW, "GET")
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:reconverge:problem:method-not-allowed");
    }

    @Test
    void every_answer_carries_its_requests_id() {
        send(HttpMethod.GET, "/v1/nothing").expectHeader().exists("X-Request-Id");
        send(HttpMethod.GET, "/v1/tagged").expectHeader().exists("X-Request-Id");
    }

    private static WebTestClient.ResponseSpec send(HttpMethod method, String path) {
        return echo.client()
                .method(method)
                .uri(path)
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + tokens.of("alice"))
                .exchange();
    }
}
