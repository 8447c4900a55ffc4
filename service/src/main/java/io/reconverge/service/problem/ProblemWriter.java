package io.reconverge.service.problem;

import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.WireJson;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/// Writes a problem as the response.
public final class ProblemWriter {

    /// When to come back if nothing better is known.
    static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final List<ProblemDialect> dialects;

    ProblemWriter(List<ProblemDialect> dialects) {
        this.dialects = List.copyOf(dialects);
    }

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
        byte[] body = WireJson.MAPPER.writeValueAsBytes(document(exchange, problem));
        headers.setContentLength(body.length);
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(buffer));
    }

    private Object document(ServerWebExchange exchange, Problem problem) {
        Map<String, Object> more = new LinkedHashMap<>();
        dialects.forEach(dialect -> more.putAll(dialect.members(exchange, problem)));
        if (more.isEmpty()) {
            return problem;
        }
        ObjectNode document = WireJson.MAPPER.valueToTree(problem);
        more.forEach((name, value) -> {
            if (!document.has(name)) {
                document.set(name, WireJson.MAPPER.valueToTree(value));
            }
        });
        return document;
    }

    static void retryAfter(HttpHeaders headers, Duration wait) {
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds())));
    }
}
