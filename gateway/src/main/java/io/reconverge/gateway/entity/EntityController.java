package io.reconverge.gateway.entity;

import io.reconverge.gateway.body.Bodies;
import io.reconverge.gateway.feed.FeedClient;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.write.EntityRules;
import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.StrictJson;
import java.time.Clock;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// One entity's address, for whoever writes it. Readers are passed on to the change feed.
@RestController
final class EntityController {

    static final String ENTITY = "/v1/spaces/{space}/entities/{type}/{id}";
    static final String MERGE_PATCH = "application/merge-patch+json";

    private final Bodies bodies;
    private final EntityRules rules;
    private final EntityWriter writer;
    private final FeedClient feed;
    private final Clock clock;

    EntityController(
            Bodies bodies, EntityRules rules, EntityWriter writer, FeedClient feed, Clock clock) {
        this.bodies = bodies;
        this.rules = rules;
        this.writer = writer;
        this.feed = feed;
        this.clock = clock;
    }

    @PutMapping(path = ENTITY, consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<byte[]>> put(
            Caller caller,
            @PathVariable String space,
            @PathVariable String type,
            @PathVariable String id,
            ServerWebExchange exchange) {
        return writeBody(target(exchange, caller, space, type, id), Op.PUT);
    }

    @PatchMapping(path = ENTITY, consumes = MERGE_PATCH)
    Mono<ResponseEntity<byte[]>> patch(
            Caller caller,
            @PathVariable String space,
            @PathVariable String type,
            @PathVariable String id,
            ServerWebExchange exchange) {
        return writeBody(target(exchange, caller, space, type, id), Op.PATCH);
    }

    @DeleteMapping(ENTITY)
    Mono<ResponseEntity<byte[]>> delete(
            Caller caller,
            @PathVariable String space,
            @PathVariable String type,
            @PathVariable String id,
            ServerWebExchange exchange) {
        return writer.write(target(exchange, caller, space, type, id), Op.DELETE, null);
    }

    /// Writes what a version of the entity was as a new change; where that version was a delete,
    /// the entity is deleted.
    @PostMapping(path = ENTITY + "/restore", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<byte[]>> restore(
            Caller caller,
            @PathVariable String space,
            @PathVariable String type,
            @PathVariable String id,
            ServerWebExchange exchange) {
        Target target = target(exchange, caller, space, type, id);
        return bodies.read(exchange, RestoreRequest.BODY_MAX_BYTES, RestoreRequest::read)
                .flatMap(request ->
                        feed.logged(exchange, target.space(), target.key(), request.version()))
                .switchIfEmpty(
                        Mono.error(() ->
                                new ProblemException(
                                        ProblemType.NOT_FOUND, "The entity has no such version.")))
                .flatMap(entry -> {
                    JsonObject data = entry.data();
                    Op op = data == null ? Op.DELETE : Op.PUT;
                    rules.check(type, op, data);
                    return writer.write(target, op, data);
                });
    }

    private Mono<ResponseEntity<byte[]>> writeBody(Target target, Op op) {
        return bodies.read(
                        target.exchange(),
                        Change.DATA_MAX_BYTES,
                        body -> {
                            JsonObject data = StrictJson.parseObject(body);
                            rules.check(target.key().type(), op, data);
                            return data;
                        })
                .flatMap(data -> writer.write(target, op, data));
    }

    private Target target(
            ServerWebExchange exchange, Caller caller, String space, String type, String id) {
        return Target.of(exchange, caller, space, type, id, clock.millis());
    }
}
