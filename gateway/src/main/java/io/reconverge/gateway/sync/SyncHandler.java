package io.reconverge.gateway.sync;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.feed.FeedClient;
import io.reconverge.gateway.feed.Pulled;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.RequestId;
import io.reconverge.service.write.Forbidden;
import io.reconverge.service.write.Preference;
import io.reconverge.service.write.WriteSettings;
import io.reconverge.service.write.Writes;
import io.reconverge.service.write.Written;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.SyncRequest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Push and pull in one request.
final class SyncHandler implements WebHandler {

    static final String PATTERN = "/v1/spaces/{space}/sync";

    private final Bodies bodies;
    private final PushReader reader;
    private final Writes writes;
    private final FeedClient feed;
    private final WriteSettings settings;
    private final Clock clock;

    SyncHandler(
            Bodies bodies,
            PushReader reader,
            Writes writes,
            FeedClient feed,
            WriteSettings settings,
            Clock clock) {
        this.bodies = bodies;
        this.reader = reader;
        this.writes = writes;
        this.feed = feed;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        requireJson(exchange.getRequest().getHeaders());
        Map<String, String> variables =
                exchange.getRequiredAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        String space = Objects.requireNonNull(variables.get("space"));
        return Caller.of(exchange).flatMap(caller -> sync(caller, space, exchange));
    }

    private static void requireJson(HttpHeaders headers) {
        MediaType type;
        try {
            type = headers.getContentType();
        } catch (InvalidMediaTypeException unreadable) {
            type = null;
        }
        if (!MediaType.APPLICATION_JSON.includes(type)) {
            throw new UnsupportedMediaTypeStatusException(
                    type, List.of(MediaType.APPLICATION_JSON));
        }
    }

    private Mono<Void> sync(Caller caller, String space, ServerWebExchange exchange) {
        UUID spaceId = caller.named(space);
        boolean own = spaceId.equals(caller.own());
        UUID requestId = RequestId.of(exchange);
        Preference preference =
                Preference.of(exchange.getRequest().getHeaders(), settings.patience());
        return bodies.read(
                        exchange,
                        SyncRequest.BODY_MAX_BYTES,
                        body -> reader.read(body, requestId, caller, spaceId))
                .flatMap(push ->
                        push(exchange, spaceId, own, push, preference)
                                .flatMap(pushed -> answer(exchange, spaceId, push, pushed)));
    }

    /// @param version null when nothing was decided
    private record Pushed(List<ChangeResult> results, @Nullable Long version, HttpStatus status) {}

    private Mono<Pushed> push(
            ServerWebExchange exchange, UUID space, boolean own, Push push, Preference preference) {
        if (push.append() == null) {
            Mono<Pushed> nothing = Mono.just(new Pushed(List.of(), null, HttpStatus.OK));
            // who neither writes nor reads is asked by nobody else whether they may
            return push.pull() == null && !own
                    ? feed.space(exchange, space).then(nothing)
                    : nothing;
        }
        List<UUID> changeIds = push.append().changeIds();
        return writes.write(push.append(), preference.patience())
                .map(written -> {
                    preference.tell(exchange.getResponse());
                    return switch (written) {
                        case Written.Decided decided -> {
                            bodies.hold(exchange, decided.bytes());
                            Forbidden.of(decided.results())
                                    .ifPresent(problem -> {
                                        throw new ProblemException(problem, null);
                                    });
                            yield new Pushed(decided.results(), decided.version(), HttpStatus.OK);
                        }
                        case Written.Unreadable unreadable ->
                                throw new ProblemException(unreadable.problem(), null);
                        case Written.Undecided undecided ->
                                new Pushed(pending(changeIds), null, HttpStatus.ACCEPTED);
                    };
                });
    }

    private static List<ChangeResult> pending(List<UUID> changeIds) {
        return changeIds.stream().<ChangeResult>map(ChangeResult.Pending::new).toList();
    }

    private Mono<Void> answer(ServerWebExchange exchange, UUID space, Push push, Pushed pushed) {
        Push.Pull pull = push.pull();
        if (pull == null) {
            return write(
                    exchange,
                    pushed.status(),
                    SyncAnswer.pushed(pushed.results(), pushed.version(), clock.millis()).json());
        }
        return feed.changes(exchange, space, push.deviceId(), pull.from(), pull.limit())
                .flatMap(pulled ->
                        switch (pulled) {
                            case Pulled.Page page ->
                                    write(
                                            exchange,
                                            pushed.status(),
                                            SyncAnswer.pushed(
                                                            pushed.results(), null, clock.millis())
                                                    .jsonBeforePage(),
                                            // without the brace it opens with
                                            DataBufferUtils.skipUntilByteCount(page.body(), 1));
                            case Pulled.Refused refused -> {
                                if (push.append() == null) {
                                    throw new ProblemException(refused.problem(), null);
                                }
                                yield write(
                                        exchange,
                                        pushed.status(),
                                        SyncAnswer.unpulled(
                                                        pushed.results(),
                                                        pull,
                                                        refused.problem(),
                                                        clock.millis())
                                                .json());
                            }
                        });
    }

    private static Mono<Void> write(ServerWebExchange exchange, HttpStatus status, byte[] json) {
        ServerHttpResponse response = begin(exchange, status);
        response.getHeaders().setContentLength(json.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(json)));
    }

    private static Mono<Void> write(
            ServerWebExchange exchange, HttpStatus status, byte[] head, Flux<DataBuffer> rest) {
        ServerHttpResponse response = begin(exchange, status);
        return response.writeWith(
                Flux.concat(Mono.fromSupplier(() -> response.bufferFactory().wrap(head)), rest));
    }

    private static ServerHttpResponse begin(ServerWebExchange exchange, HttpStatus status) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return response;
    }
}
