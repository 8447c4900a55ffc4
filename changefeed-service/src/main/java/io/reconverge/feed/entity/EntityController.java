package io.reconverge.feed.entity;

import io.reconverge.feed.http.ResponseWriter;
import io.reconverge.service.access.SpaceAccess;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.EntityRow;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import java.util.UUID;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// One entity as it is now.
@RestController
final class EntityController {

    private final SpaceAccess access;
    private final Postgres postgres;
    private final ResponseWriter writer;

    EntityController(SpaceAccess access, Postgres postgres, ResponseWriter writer) {
        this.access = access;
        this.postgres = postgres;
        this.writer = writer;
    }

    @GetMapping("/v1/spaces/{space}/entities/{type}/{id}")
    Mono<Void> entity(
            Caller caller,
            @PathVariable String space,
            @PathVariable String type,
            @PathVariable String id,
            ServerWebExchange exchange) {
        return access.reader(caller, space)
                .flatMap(admission -> find(admission.space(), EntityPath.of(type, id)))
                .switchIfEmpty(
                        Mono.error(() ->
                                new ProblemException(
                                        ProblemType.NOT_FOUND, "This space has no such entity.")))
                .flatMap(entity -> answer(entity, exchange));
    }

    private static final String BY_NAME =
            """
            select version, type, id, data, created_at, modified_at, updated_by, device_id
              from entity
             where space_id = $1 and type = $2 and id = $3
            """;

    private Mono<Entity> find(UUID space, EntityKey key) {
        return postgres.answer(
                postgres.sql(BY_NAME)
                        .bind(0, space)
                        .bind(1, key.type())
                        .bind(2, key.id())
                        .map(Columns.as(EntityRow::read))
                        .one());
    }

    private Mono<Void> answer(Entity entity, ServerWebExchange exchange) {
        if (entity.deleted()) {
            return Mono.error(
                    new ProblemException(
                            Problem.of(ProblemType.GONE, "The entity was deleted.").with(entity),
                            null));
        }
        var tag = new ETag(Long.toString(entity.version()), false);
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setETag(tag.formattedTag());
        if (isKnown(tag, exchange.getRequest().getHeaders())) {
            response.setStatusCode(HttpStatus.NOT_MODIFIED);
            return response.setComplete();
        }
        return writer.json(exchange, entity);
    }

    /// Whether `If-None-Match` says that the caller has it: RFC 9110, section 13.1.2.
    private static boolean isKnown(ETag tag, HttpHeaders headers) {
        return headers.getOrEmpty(HttpHeaders.IF_NONE_MATCH).stream()
                .flatMap(value -> ETag.parse(value).stream())
                .anyMatch(known -> known.isWildcard() || known.tag().equals(tag.tag()));
    }
}
