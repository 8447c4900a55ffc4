package io.reconverge.gateway.share;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.feed.Spaces;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.write.ChangeHeaders;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Members;
import io.reconverge.wire.Role;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.Violations;
import io.reconverge.wire.WireJson;
import java.net.URI;
import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// What changes which spaces there are, and who shares them.
@RestController
final class SpacesController {

    private static final int BODY_MAX_BYTES = 4 * 1024;
    private static final int NAME_MAX = 200;

    private final Bodies bodies;
    private final SpaceWriter writer;
    private final Farewell farewell;
    private final Clock clock;

    SpacesController(Bodies bodies, SpaceWriter writer, Farewell farewell, Clock clock) {
        this.bodies = bodies;
        this.writer = writer;
        this.farewell = farewell;
        this.clock = clock;
    }

    @PostMapping(path = "/v1/spaces", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<byte[]>> make(Caller caller, ServerWebExchange exchange) {
        ChangeHeaders headers = headers(exchange);
        return bodies.read(exchange, BODY_MAX_BYTES, body -> new NewSpace(name(body)))
                .flatMap(asked ->
                        writer.make(
                                        exchange,
                                        caller,
                                        headers,
                                        asked.name() == null
                                                ? null
                                                : SpaceWriter.named(asked.name()))
                                .map(made ->
                                        ResponseEntity.created(
                                                        URI.create("/v1/spaces/" + made.space()))
                                                .contentType(MediaType.APPLICATION_JSON)
                                                .body(
                                                        json(
                                                                new Spaces.Space(
                                                                        made.space(),
                                                                        asked.name(),
                                                                        Role.OWNER.text(),
                                                                        made.version(),
                                                                        1)))));
    }

    private record NewSpace(@Nullable String name) {}

    private static @Nullable String name(byte[] body) {
        Violations violations = new Violations();
        Members members = Members.ofDocument(body, violations);
        members.allowOnly(Set.of("name"));
        String name = members.optional("name") == null ? null : members.text("name", NAME_MAX);
        violations.throwIfAny();
        return name;
    }

    @DeleteMapping("/v1/spaces/{space}")
    Mono<ResponseEntity<Void>> erase(
            Caller caller, @PathVariable String space, ServerWebExchange exchange) {
        UUID id = caller.named(space);
        ChangeHeaders headers = headers(exchange);
        return (id.equals(caller.own())
                        ? farewell.of(exchange, caller, headers)
                        : writer.erase(exchange, caller, id, headers))
                .thenReturn(ResponseEntity.noContent().build());
    }

    @PutMapping(
            path = "/v1/spaces/{space}/members/{userId}",
            consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<byte[]>> member(
            Caller caller,
            @PathVariable String space,
            @PathVariable String userId,
            ServerWebExchange exchange) {
        UUID id = shared(caller, space);
        String member = member(caller, userId);
        ChangeHeaders headers = headers(exchange);
        return bodies.read(exchange, BODY_MAX_BYTES, SpacesController::role)
                .flatMap(role ->
                        writer.put(caller, id, member, role, headers)
                                .map(applied -> answer(member, role, applied)));
    }

    private static ResponseEntity<byte[]> answer(
            String member, Role role, ChangeResult.Applied applied) {
        return ResponseEntity.status(applied.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .contentType(MediaType.APPLICATION_JSON)
                .body(json(new Spaces.Member(member, role.text(), applied.version())));
    }

    @DeleteMapping("/v1/spaces/{space}/members/{userId}")
    Mono<ResponseEntity<Void>> remove(
            Caller caller,
            @PathVariable String space,
            @PathVariable String userId,
            ServerWebExchange exchange) {
        return writer.remove(
                        exchange,
                        caller,
                        shared(caller, space),
                        member(caller, userId),
                        headers(exchange))
                .thenReturn(ResponseEntity.noContent().build());
    }

    private static Role role(byte[] body) {
        Violations violations = new Violations();
        Members members = Members.ofDocument(body, violations);
        members.allowOnly(Set.of("role"));
        Role role = members.choice("role", members.required("role"), Role.values());
        violations.throwIfAny();
        if (role == null) {
            violations.add("/role", "must be owner, editor or viewer");
            throw violations.toException();
        }
        return role;
    }

    private static UUID shared(Caller caller, String space) {
        UUID id = caller.named(space);
        if (id.equals(caller.own())) {
            throw malformed("Your own space is not shared: make one that is.");
        }
        return id;
    }

    /// Oneself goes by `me` too.
    private static String member(Caller caller, String userId) {
        if (userId.equals(SpaceId.ME)) {
            return caller.subject();
        }
        try {
            return new EntityKey(Sharing.MEMBER, userId).id();
        } catch (IllegalArgumentException notAnId) {
            throw malformed("In the path, " + notAnId.getMessage() + ".");
        }
    }

    private ChangeHeaders headers(ServerWebExchange exchange) {
        return ChangeHeaders.of(exchange.getRequest().getHeaders(), clock.millis());
    }

    private static byte[] json(Object value) {
        return WireJson.MAPPER.writeValueAsBytes(value);
    }
}
