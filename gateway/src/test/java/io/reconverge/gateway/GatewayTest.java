package io.reconverge.gateway;

import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reconverge.parts.OnParts;
import io.reconverge.parts.Tokens;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

@OnParts
final class GatewayTest {

    private final TestGateway gateway = TestGateway.shared();

    static Stream<Arguments> badTokens() {
        Tokens.Draft draft = TestGateway.tokens().draft("alice");
        return Stream.of(
                Arguments.of("expired", draft.expired().sign()),
                Arguments.of("not yet valid", draft.notYetValid().sign()),
                Arguments.of("of another issuer", draft.wrongIssuer().sign()),
                Arguments.of("for another audience", draft.wrongAudience().sign()),
                Arguments.of("alg none", draft.unsigned().sign()),
                Arguments.of("signed by another key", draft.signedByAnotherKey().sign()),
                Arguments.of(
                        "the public key as secret", draft.signedWithPublicKeyAsSecret().sign()),
                Arguments.of("no subject", TestGateway.tokens().of("")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void a_bad_token_opens_nothing(String what, String token) {
        WebTestClient client = gateway.with(token);
        for (HttpMethod method : new HttpMethod[] {HttpMethod.POST, HttpMethod.GET}) {
            client.method(method)
                    .uri(method == HttpMethod.GET ? "/v1/spaces" : "/v1/spaces/me/sync")
                    .exchange()
                    .expectStatus()
                    .isUnauthorized()
                    .expectHeader()
                    .valueMatches(HttpHeaders.WWW_AUTHENTICATE, "Bearer.*")
                    .expectHeader()
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        }
        assertThat(gateway.feed().asked()).isEmpty();
    }

    @Test
    void no_token_opens_nothing() {
        gateway.anyone().get().uri("/v1/spaces").exchange().expectStatus().isUnauthorized();
    }

    @Test
    void a_strangers_space_and_no_space_at_all_get_the_same_answer() {
        gateway.feed()
                .answerJson(403, WireJson.MAPPER.writeValueAsString(Caller.notAMember().problem()));
        String strangers = push(SpaceId.personal("bob").toString());
        assertThat(push(UUID.randomUUID().toString())).isEqualTo(strangers);
        assertThat(push("no-id")).isEqualTo(strangers);
        assertThat(strangers).contains("urn:reconverge:problem:not-a-member");
    }

    private String push(String space) {
        return String.valueOf(
                gateway.as(someone())
                        .post()
                        .uri("/v1/spaces/{space}/sync", space)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"deviceId\": \"d\", \"changes\": []}")
                        .exchange()
                        .expectStatus()
                        .isForbidden()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody());
    }

    @Test
    void health_and_metrics_are_on_a_port_of_their_own() {
        gateway.as(someone())
                .post()
                .uri("/v1/spaces/me/sync")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(
                        """
                        {"deviceId": "d", "changes": [
                          {"changeId": "%s", "type": "thing", "id": "secret-id", "op": "put", "data": {}}]}
                        """
                                .formatted(UUID.randomUUID()))
                .exchange()
                .expectStatus()
                .isOk();
        // A request is counted once it has ended, which its client may be told before.
        AtomicReference<String> metrics = new AtomicReference<>("");
        await().untilAsserted(() -> {
            metrics.set(
                    String.valueOf(
                            management("/actuator/prometheus")
                                    .expectStatus()
                                    .isOk()
                                    .expectBody(String.class)
                                    .returnResult()
                                    .getResponseBody()));
            assertThat(metrics.get())
                    .contains(
                            "reconverge_write_appends_seconds_count{",
                            "reconverge_write_waiting",
                            "reconverge_gateway_in_flight_bytes",
                            "reconverge_write_results_total{",
                            "reconverge_gateway_rate_limited_total{",
                            "http_server_requests_seconds_count{");
        });
        assertThat(metrics.get()).doesNotContain("secret-id");
        management("/actuator/health/liveness").expectStatus().isOk();
        management("/actuator/health/readiness")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.components.kafka.status")
                .isEqualTo("UP")
                .jsonPath("$.components.results.status")
                .isEqualTo("UP");
        management("/actuator/env").expectStatus().is4xxClientError();
        management("/v1/spaces").expectStatus().is4xxClientError();
        for (String path : new String[] {"/actuator/prometheus", "/actuator/health"}) {
            gateway.anyone().get().uri(path).exchange().expectStatus().isUnauthorized();
            gateway.as(someone()).get().uri(path).exchange().expectStatus().isNotFound();
        }
    }

    private WebTestClient.ResponseSpec management(String path) {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + gateway.managementPort())
                .responseTimeout(Duration.ofSeconds(20))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(4 * 1024 * 1024))
                .build()
                .get()
                .uri(path)
                .exchange();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reconverge.gateway.in-flight-bytes=1MB",
                "reconverge.gateway.body-timeout=0s",
                "reconverge.write.patience=31s",
                "reconverge.write.waiting-max=0",
                "reconverge.write.results-partition=-1",
                "reconverge.gateway.limit.user-per-minute=0",
                "reconverge.gateway.feed.uri=feed",
                "reconverge.gateway.feed.timeout=1h",
                "reconverge.gateway.media.uri=http://media:8084/v1",
                "reconverge.gateway.media.timeout=0s",
                "reconverge.gateway.cors.allowed-origins=app.example"
            })
    void a_setting_that_is_wrong_stops_the_start_and_is_named(String setting) {
        assertThatThrownBy(() ->
                        GatewayApplication.start(
                                        "--" + setting,
                                        "--server.port=0",
                                        "--management.server.port=0",
                                        "--spring.kafka.bootstrap-servers=127.0.0.1:1",
                                        "--reconverge.identity.issuer=http://127.0.0.1:1")
                                .close())
                .hasStackTraceContaining(setting.substring(0, setting.indexOf('=')));
    }
}
