package io.reconverge.gateway.protocol.spaces;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.protocol.JsonAnswer;
import io.reconverge.gateway.protocol.spaces.ListReader.News;
import io.reconverge.gateway.protocol.spaces.Lists.Visit;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.request.DeviceId;
import io.reconverge.wire.SyncRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The lists app's requests. Every answer is `{"success": true, …}`.
@RestController
@ConditionalOnBooleanProperty(name = Lists.SWITCH, matchIfMissing = true)
final class ListController {

    private final Bodies bodies;
    private final Lists lists;
    private final ListReader reader;
    private final Devices devices;

    ListController(Bodies bodies, Lists lists, ListReader reader, Devices devices) {
        this.bodies = bodies;
        this.lists = lists;
        this.reader = reader;
        this.devices = devices;
    }

    record Success(boolean success, @Nullable Object data, @Nullable Object user) {

        static ResponseEntity<byte[]> data(Object data) {
            return JsonAnswer.ok(new Success(true, data, null));
        }
    }

    /// @param acknowledged one an edit, in their order
    /// @param hasMore true when there is more to read right now, else left out
    record Synced(
            List<Outcome.Ack> acknowledged,
            List<Outcome.Conflict> conflicts,
            Map<String, ?> serverUpdates,
            String syncTimestamp,
            @Nullable Boolean hasMore) {

        static Synced of(List<Outcome> outcomes, News news) {
            return new Synced(
                    outcomes.stream().map(Outcome::ack).toList(),
                    outcomes.stream().map(Outcome::conflict).filter(Objects::nonNull).toList(),
                    news.updates(),
                    news.syncTimestamp(),
                    news.hasMore());
        }
    }

    @PostMapping("/api/sync")
    Mono<ResponseEntity<byte[]>> sync(Caller caller, ServerWebExchange exchange) {
        return bodies.read(exchange, SyncRequest.BODY_MAX_BYTES, ListRequest::read)
                .flatMap(request -> {
                    Visit visit = new Visit(exchange, caller, request.deviceId());
                    return lists.write(visit, request.edits())
                            .delayUntil(outcomes -> devices.named(visit, request.deviceName()))
                            .flatMap(outcomes ->
                                    reader.since(exchange, request.deviceId(), request.since())
                                            .map(news -> Synced.of(outcomes, news)));
                })
                .map(Success::data);
    }

    /// Everything that lives, for a device that has nothing. Where that is too much for one answer
    /// it has `hasMore`, and the next sync goes on.
    @GetMapping("/api/sync/initial")
    Mono<ResponseEntity<byte[]>> initial(Caller caller, ServerWebExchange exchange) {
        String device = DeviceId.of(exchange.getRequest().getHeaders());
        return reader.everything(exchange, device == null ? "" : device)
                .map(news -> {
                    Map<String, Object> data = new LinkedHashMap<>(news.updates());
                    data.put("syncTimestamp", news.syncTimestamp());
                    if (news.hasMore() != null) {
                        data.put("hasMore", news.hasMore());
                    }
                    return Success.data(data);
                });
    }

    /// @param email null when the token does not say
    /// @param name null when the token does not say
    record User(
            String id,
            @Nullable String email,
            @Nullable String name,
            List<Devices.Device> devices) {}

    @GetMapping("/api/auth/me")
    Mono<ResponseEntity<byte[]>> me(
            Caller caller, @AuthenticationPrincipal Jwt token, ServerWebExchange exchange) {
        return devices.of(exchange, caller)
                .map(known ->
                        new User(
                                caller.subject(),
                                token.getClaimAsString("email"),
                                token.getClaimAsString("name"),
                                known))
                .map(user -> JsonAnswer.ok(new Success(true, null, user)));
    }
}
