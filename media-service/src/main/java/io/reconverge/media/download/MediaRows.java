package io.reconverge.media.download;

import io.reconverge.media.upload.Description;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.wire.Entity;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ETag;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Media as the tables have them.
@Component
final class MediaRows {

    private final Postgres postgres;

    MediaRows(Postgres postgres) {
        this.postgres = postgres;
    }

    /// The size and the digest are the blob's: what the entity says of them anyone may have
    /// written. No more is read of its words than could be used.
    private static final String BY_ID =
            """
            select entity.version, entity.id, entity.data is null as deleted,
                   left(entity.data ->> 'contentType', 1000) as content_type,
                   left(entity.data ->> 'fileName', 1000) as file_name,
                   entity.created_at, entity.modified_at, entity.updated_by, entity.device_id,
                   blob.sha256, blob.size, blob.object_key
              from entity
              left join blob on blob.space_id = entity.space_id
                            and blob.sha256 = entity.data ->> 'sha256'
             where entity.space_id = $1 and entity.type = $2 and entity.id = $3
            """;

    /// Empty when the space has no such entity.
    Mono<Found> find(UUID space, String mediaId) {
        return postgres.answer(
                postgres.sql(BY_ID)
                        .bind(0, space)
                        .bind(1, Description.TYPE)
                        .bind(2, mediaId)
                        .map(Columns.as(MediaRows::found))
                        .one());
    }

    private static Found found(Columns row) {
        if (row.flag("deleted")) {
            return new Found.Deleted(tombstone(row));
        }
        @Nullable String sha256 = row.textOrNull("sha256");
        return sha256 == null
                ? new Found.WithoutBytes()
                : new Found.Stored(
                        row.text("object_key"),
                        row.number("size"),
                        new ETag(sha256, false),
                        Presentation.of(
                                row.textOrNull("content_type"), row.textOrNull("file_name")));
    }

    private static Entity tombstone(Columns row) {
        return new Entity(
                Description.TYPE,
                row.text("id"),
                row.number("version"),
                null,
                true,
                row.number("created_at"),
                row.number("modified_at"),
                row.text("updated_by"),
                row.textOrNull("device_id"));
    }
}
