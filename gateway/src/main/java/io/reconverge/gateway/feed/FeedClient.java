package io.reconverge.gateway.feed;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.DeviceId;
import io.reconverge.service.request.InRequest;
import io.reconverge.service.request.RequestId;
import io.reconverge.wire.Cursor;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.TimedPage;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClient.ResponseSpec;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/// Asks the change feed in the name of the caller, with the caller's token and request id.
public final class FeedClient {

    private static final Logger log = LoggerFactory.getLogger(FeedClient.class);

    private static final String DOWN = "What is new cannot be read at the moment.";
    private static final int PROBLEM_MAX_BYTES = 64 * 1024;
    private static final String ENTITY = "/v1/spaces/{space}/entities/{type}/{id}";

    private final WebClient feed;

    /// @param feed bound to the feed's address, with bounded patience
    FeedClient(WebClient feed) {
        this.feed = feed;
    }

    /// What is new since a cursor.
    public Mono<Pulled> changes(
            ServerWebExchange exchange, UUID space, String deviceId, Cursor cursor, int limit) {
        return ask(
                        exchange,
                        deviceId,
                        "/v1/spaces/{space}/changes?cursor={cursor}&limit={limit}",
                        space,
                        cursor.encode(),
                        limit)
                .toEntityFlux(DataBuffer.class)
                .flatMap(FeedClient::pulled)
                .onErrorResume(failure ->
                        InRequest.get(
                                () -> Mono.just(new Pulled.Refused(down(failure).problem()))));
    }

    /// The row of the log that made a version of an entity; empty when there is none.
    ///
    /// @return fails with a [ProblemException] when the feed refuses or does not answer
    public Mono<LogEntry> logged(
            ServerWebExchange exchange, UUID space, EntityKey key, long version) {
        return get(
                        exchange,
                        null,
                        ENTITY + "/history/{version}",
                        space,
                        key.type(),
                        key.id(),
                        version)
                .mapNotNull(answer -> found(answer, LogEntry.class));
    }

    /// An entity as it stands; empty when there is none, or a tombstone.
    ///
    /// @return fails with a [ProblemException] when the feed refuses or does not answer
    public Mono<Entity> entity(ServerWebExchange exchange, UUID space, EntityKey key) {
        return get(exchange, null, ENTITY, space, key.type(), key.id())
                .mapNotNull(answer -> found(answer, Entity.class));
    }

    /// What changed since a time in some of the caller's spaces.
    ///
    /// @param spaces empty for all
    /// @param types empty for all
    /// @return fails with a [ProblemException] when the feed refuses or does not answer
    public Mono<Paged> since(
            ServerWebExchange exchange,
            String deviceId,
            List<UUID> spaces,
            List<String> types,
            long since,
            int limit) {
        StringBuilder template = new StringBuilder("/v1/changes?since={since}&limit={limit}");
        List<Object> variables = new ArrayList<>(List.of(since, limit));
        spaces.forEach(space -> {
            template.append("&space={space}");
            variables.add(space);
        });
        types.forEach(type -> {
            template.append("&type={type}");
            variables.add(type);
        });
        return get(
                        exchange,
                        deviceId.isEmpty() ? null : deviceId,
                        template.toString(),
                        variables.toArray())
                .map(answer -> new Paged(read(answer, TimedPage.class), length(answer)));
    }

    /// @param bytes that it came in
    public record Paged(TimedPage page, int bytes) {}

    private static int length(ResponseEntity<byte[]> answer) {
        byte[] body = answer.getBody();
        return body == null ? 0 : body.length;
    }

    /// Entities of these names, wherever one of the caller's spaces has them; of at most 500 keys.
    ///
    /// @return fails with a [ProblemException] when the feed refuses or does not answer
    public Mono<List<TimedEntity>> find(ServerWebExchange exchange, List<EntityKey> keys) {
        StringBuilder template = new StringBuilder("/v1/entities");
        List<Object> variables = new ArrayList<>(keys.size());
        for (EntityKey key : keys) {
            template.append(variables.isEmpty() ? "?key={key}" : "&key={key}");
            variables.add(key.type() + "/" + key.id());
        }
        return get(exchange, null, template.toString(), variables.toArray())
                .map(answer -> read(answer, Found.class).entities());
    }

    private record Found(List<TimedEntity> entities) {}

    /// The caller's spaces.
    ///
    /// @return fails with a [ProblemException] when the feed refuses or does not answer
    public Mono<Spaces> spaces(ServerWebExchange exchange) {
        return get(exchange, null, "/v1/spaces").map(answer -> read(answer, Spaces.class));
    }

    /// One of the caller's spaces.
    ///
    /// @return fails with a [ProblemException], `not-a-member` among others
    public Mono<Spaces.Space> space(ServerWebExchange exchange, UUID space) {
        return get(exchange, null, "/v1/spaces/{space}", space)
                .map(answer -> read(answer, Spaces.Space.class));
    }

    /// Who shares a space.
    ///
    /// @return fails with a [ProblemException] when the feed refuses or does not answer
    public Mono<Spaces.Members> members(ServerWebExchange exchange, UUID space) {
        return get(exchange, null, "/v1/spaces/{space}/members", space)
                .map(answer -> read(answer, Spaces.Members.class));
    }

    /// Rows of a space's log after a version.
    ///
    /// @return fails with a [ProblemException] when the feed refuses or does not answer
    public Mono<LogPage> log(
            ServerWebExchange exchange, String deviceId, UUID space, long after, int limit) {
        return get(
                        exchange,
                        deviceId.isEmpty() ? null : deviceId,
                        "/v1/spaces/{space}/log?after={after}&limit={limit}",
                        space,
                        after,
                        limit)
                .map(answer -> read(answer, LogPage.class));
    }

    /// How a space is doing.
    ///
    /// @return fails with a [ProblemException] when the feed refuses or does not answer
    public Mono<SpaceStatus> status(ServerWebExchange exchange, UUID space) {
        return get(exchange, null, "/v1/spaces/{space}/status", space)
                .map(answer -> read(answer, SpaceStatus.class));
    }

    /// A whole answer, whatever its status.
    private Mono<ResponseEntity<byte[]>> get(
            ServerWebExchange exchange,
            @Nullable String deviceId,
            String template,
            Object... variables) {
        return ask(exchange, deviceId, template, variables)
                .toEntity(byte[].class)
                .onErrorResume(failure -> InRequest.error(() -> down(failure)));
    }

    private ResponseSpec ask(
            ServerWebExchange exchange,
            @Nullable String deviceId,
            String template,
            Object... variables) {
        return feed.get()
                .uri(template, variables)
                .accept(MediaType.APPLICATION_JSON, MediaType.APPLICATION_PROBLEM_JSON)
                .headers(headers -> {
                    String token =
                            exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
                    if (token != null) {
                        headers.set(HttpHeaders.AUTHORIZATION, token);
                    }
                    headers.set(RequestId.HEADER, RequestId.of(exchange).toString());
                    if (deviceId != null) {
                        DeviceId.set(headers, deviceId);
                    }
                })
                .retrieve()
                // each status is an answer, to be understood here
                .onStatus(HttpStatusCode::isError, answer -> Mono.empty());
    }

    private static Mono<Pulled> pulled(ResponseEntity<Flux<DataBuffer>> answer) {
        Flux<DataBuffer> body = Objects.requireNonNullElse(answer.getBody(), Flux.empty());
        if (answer.getStatusCode().value() == 200) {
            return Mono.just(new Pulled.Page(body));
        }
        return DataBufferUtils.join(body, PROBLEM_MAX_BYTES)
                .map(FeedClient::take)
                .defaultIfEmpty(new byte[0])
                .map(bytes -> new Pulled.Refused(problem(answer.getStatusCode(), bytes)));
    }

    private static <T> T read(ResponseEntity<byte[]> answer, Class<T> type) {
        byte[] body = Objects.requireNonNullElse(answer.getBody(), new byte[0]);
        if (answer.getStatusCode().value() == 200) {
            return WireJson.MAPPER.readValue(body, type);
        }
        throw new ProblemException(problem(answer.getStatusCode(), body), null);
    }

    private static <T> @Nullable T found(ResponseEntity<byte[]> answer, Class<T> type) {
        byte[] body = Objects.requireNonNullElse(answer.getBody(), new byte[0]);
        return switch (answer.getStatusCode().value()) {
            case 200 -> WireJson.MAPPER.readValue(body, type);
            case 404, 410 -> null;
            default -> throw new ProblemException(problem(answer.getStatusCode(), body), null);
        };
    }

    private static Problem problem(HttpStatusCode status, byte[] body) {
        try {
            Problem problem = WireJson.MAPPER.readValue(body, Problem.class);
            if (problem.status() == status.value()) {
                return problem;
            }
        } catch (JacksonException notAProblem) {
            log.warn("The change feed answered {} without a problem", status);
        }
        return Problem.of(ProblemType.UNAVAILABLE, DOWN);
    }

    private static ProblemException down(Throwable failure) {
        log.warn("The change feed does not answer: {}", failure.toString());
        return ProblemException.unavailable(DOWN);
    }

    private static byte[] take(DataBuffer buffer) {
        try {
            byte[] bytes = new byte[buffer.readableByteCount()];
            buffer.read(bytes);
            return bytes;
        } finally {
            DataBufferUtils.release(buffer);
        }
    }
}
