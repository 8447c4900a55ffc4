package io.reconverge.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.reconverge.service.problem.ProblemException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// Failures that only a machine at its limits has.
class ToServiceFilterTest {

    private final ToServiceFilter filter =
            new ToServiceFilter(URI.create("http://127.0.0.1:1"), "Come back later.");

    @Test
    void with_no_more_files_to_be_opened_the_client_is_told_to_come_back() {
        var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/v1/spaces"));

        StepVerifier.create(
                        filter.filter(
                                exchange,
                                _ -> Mono.error(new ChannelException("Too many open files"))))
                .verifyErrorSatisfies(failure ->
                        assertThat(((ProblemException) failure).problem().status()).isEqualTo(503));
    }
}
