package io.reconverge.gateway.limit;

import static io.reconverge.gateway.TestGateway.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.gateway.TestGateway;
import io.reconverge.parts.OnParts;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

/// The gateway lets 5 requests a minute through for an address and 20 for a user.
@OnParts
final class RateLimitTest {

    private final TestGateway gateway = TestGateway.strict();

    @Test
    void a_user_is_told_what_remains_and_refused_when_nothing_does() {
        String user = someone();
        WebTestClient client = gateway.as(user);
        long begun = System.nanoTime();
        int accepted = -1;
        EntityExchangeResult<String> answer;
        do {
            accepted++;
            answer =
                    status(client)
                            .expectHeader()
                            .valueMatches("RateLimit", "\"user\";r=[0-9]+;t=[0-9]+")
                            .expectBody(String.class)
                            .returnResult();
        } while (answer.getStatus().value() == 404);

        long grown = Duration.ofNanos(System.nanoTime() - begun).toSeconds() / 3 + 1;
        assertThat(accepted).isBetween(20, (int) (20 + grown));
        assertThat(answer.getStatus().value()).isEqualTo(429);
        HttpHeaders headers = answer.getResponseHeaders();
        assertThat(headers.getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(headers.getFirst(HttpHeaders.RETRY_AFTER)).matches("[1-3]");
        assertThat(headers.getFirst("RateLimit-Policy")).isEqualTo("\"user\";q=20;w=60");
        assertThat(headers.getFirst("RateLimit")).matches("\"user\";r=0;t=[0-9]+");
        assertThat(answer.getResponseBody()).contains("urn:reconverge:problem:rate-limited");
        status(gateway.as(someone())).expectStatus().isNotFound();
    }

    @Test
    void an_address_without_a_token_is_refused_after_its_quota() {
        WebTestClient client = from("203.0.113.1", gateway.anyone());
        for (int i = 0; i < 5; i++) {
            status(client).expectStatus().isUnauthorized();
        }
        status(client)
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .exists(HttpHeaders.RETRY_AFTER)
                .expectHeader()
                .valueEquals("RateLimit-Policy", "\"address\";q=5;w=60");
        status(from("203.0.113.2", gateway.anyone())).expectStatus().isUnauthorized();
    }

    @Test
    void bad_tokens_count_against_the_address_which_is_then_refused_unseen() {
        WebTestClient bad =
                from("203.0.113.3", gateway.with(TestGateway.tokens().draft("a").expired().sign()));
        for (int i = 0; i < 5; i++) {
            status(bad)
                    .expectStatus()
                    .isUnauthorized()
                    .expectHeader()
                    .valueMatches("RateLimit", "\"address\";r=" + (4 - i) + ";t=[0-9]+");
        }
        status(bad).expectStatus().isEqualTo(429);
        status(from("203.0.113.3", gateway.as(someone()))).expectStatus().isEqualTo(429);
    }

    @Test
    void good_tokens_do_not_count_against_the_address() {
        for (int i = 0; i < 8; i++) {
            status(from("203.0.113.4", gateway.as(someone()))).expectStatus().isNotFound();
        }
        status(from("203.0.113.4", gateway.anyone())).expectStatus().isUnauthorized();
    }

    @Test
    void what_a_client_says_of_its_address_is_not_believed_by_default() {
        TestGateway open = TestGateway.shared();
        status(from("203.0.113.5", open.as(someone())));
        assertThat(open.feed().asked().getLast().headers().contains("X-Forwarded-For")).isFalse();
        assertThat(open.feed().asked().getLast().headers().contains("Forwarded")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0",
        "2001:db8:1:2::9, 2001:db8:1:2:0:0:0:0",
        "::ffff:192.0.2.7, 192.0.2.7",
        "a.proxys.name, a.proxys.name"
    })
    void who_has_a_network_counts_as_one(String address, String key) {
        assertThat(ClientAddress.of(InetSocketAddress.createUnresolved(address, 1))).isEqualTo(key);
    }

    private static WebTestClient from(String address, WebTestClient client) {
        return client.mutate()
                .defaultHeader("X-Forwarded-For", address)
                .defaultHeader("Forwarded", "for=" + address)
                .build();
    }

    private static WebTestClient.ResponseSpec status(WebTestClient client) {
        return client.get().uri("/v1/spaces/me/status").exchange();
    }
}
