package io.reconverge.feed.status;

import io.reconverge.feed.http.ResponseWriter;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.wire.SpaceId;
import java.util.List;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The caller's spaces.
@RestController
final class SpacesController {

    private final Postgres postgres;
    private final ResponseWriter writer;

    SpacesController(Postgres postgres, ResponseWriter writer) {
        this.postgres = postgres;
        this.writer = writer;
    }

    /// @param version its head; 0 when it was never written to
    record Space(UUID id, String name, String role, long version) {}

    record Spaces(List<Space> spaces) {}

    @GetMapping("/v1/spaces")
    Mono<Void> spaces(Caller caller, ServerWebExchange exchange) {
        UUID own = caller.space(SpaceId.ME);
        return head(own)
                .map(head -> new Spaces(List.of(new Space(own, SpaceId.ME, "owner", head))))
                .flatMap(spaces -> writer.json(exchange, spaces));
    }

    private static final String HEAD = "select head from space where space_id = $1";

    private Mono<Long> head(UUID space) {
        return postgres.answer(
                postgres.sql(HEAD).bind(0, space).mapValue(Long.class).one().defaultIfEmpty(0L));
    }
}
