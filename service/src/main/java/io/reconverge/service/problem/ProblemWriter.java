package io.reconverge.service.problem;

import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.time.Duration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Writes a problem as the response.
public final class ProblemWriter {

    /// When to come back if nothing better is known.
    static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /// Does nothing to a response that has already begun: it is cut off instead.
    public Mono<Void> write(ServerWebExchange exchange, Problem problem) {
        ServerHttpResponse response = exchange.getResponse();
        if (!response.setStatusCode(HttpStatusCode.valueOf(problem.status()))) {
            return Mono.error(new ProblemException(problem, null));
        }
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        headers.setCacheControl("no-store");
        if (problem.status() == ProblemType.UNAVAILABLE.status()
                && !headers.containsHeader(HttpHeaders.RETRY_AFTER)) {
            retryAfter(headers, RETRY_AFTER);
        }
        byte[] body = WireJson.MAPPER.writeValueAsBytes(problem);
        headers.setContentLength(body.length);
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(buffer));
    }

    static void retryAfter(HttpHeaders headers, Duration wait) {
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds())));
    }
}
