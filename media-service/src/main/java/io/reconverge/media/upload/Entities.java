package io.reconverge.media.upload;

import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.EntityRow;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.wire.Entity;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The entities of media, as the feed has them.
@Component
final class Entities {

    private final Postgres postgres;

    Entities(Postgres postgres) {
        this.postgres = postgres;
    }

    private static final String BY_ID =
            """
            select version, type, id, data, created_at, modified_at, updated_by, device_id
              from entity
             where space_id = $1 and type = 'media' and id = $2
            """;

    Mono<Entity> find(UUID space, String id) {
        return postgres.answer(
                postgres.sql(BY_ID)
                        .bind(0, space)
                        .bind(1, id)
                        .map(Columns.as(EntityRow::read))
                        .one());
    }
}
