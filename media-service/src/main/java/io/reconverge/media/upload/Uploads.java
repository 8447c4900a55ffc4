package io.reconverge.media.upload;

import static java.util.Objects.requireNonNull;

import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.WireJson;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

/// The tables of uploads. Each method is one statement, and so one transaction.
///
/// Who writes to an upload holds it: under an id of its own, and until a time that it puts off as
/// long as it hears of its sender. After that time another may take the upload over, and then
/// nothing that the first one still does has an effect: each statement asks for its id. Times of
/// holding are by Postgres's clock, so that no other needs to be right.
final class Uploads {

    /// Epoch milliseconds by Postgres's clock.
    static final String NOW = "floor(extract(epoch from clock_timestamp()) * 1000)::bigint";

    private final Postgres postgres;
    private final long leaseMillis;
    private final long lifetimeMillis;
    private final @Nullable Long quota;

    Uploads(Postgres postgres, UploadSettings settings) {
        this.postgres = postgres;
        this.leaseMillis = settings.lease().toMillis();
        this.lifetimeMillis = settings.lifetime().toMillis();
        this.quota = settings.quota() == null ? null : settings.quota().toBytes();
    }

    private static final String CREATE =
            """
            with room as (
                insert into media_usage as usage (space_id, reserved) values ($1, $2)
                on conflict (space_id) do update set reserved = usage.reserved + excluded.reserved
                  where $3::bigint is null or usage.stored + usage.reserved + excluded.reserved <= $3
                returning space_id
            )
            insert into upload (space_id, upload_id, resumable, change_id, media_id, actor, device_id,
                                modified_at, file_name, content_type, attached_type, attached_id,
                                metadata, promised, length, reserved, holder, held_until, created_at,
                                expires_at)
            select space_id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $2,
                   $18, %1$s + $19, %1$s, %1$s + $20
              from room
            """
                    .formatted(NOW);

    /// Sets its bytes aside, and holds it.
    ///
    /// @return whether the space has room for it
    Mono<Boolean> create(Upload upload, UUID holder) {
        if (quota != null && upload.reserved() > quota) {
            return Mono.just(false);
        }
        Description description = upload.description();
        EntityKey attachedTo = description.attachedTo();
        return changed(
                        postgres.sql(
                                CREATE,
                                upload.space(),
                                upload.reserved(),
                                Postgres.nullable(quota, Long.class),
                                upload.id(),
                                upload.resumable(),
                                description.changeId(),
                                description.mediaId(),
                                upload.actor(),
                                description.deviceId(),
                                Postgres.nullable(description.modifiedAt(), Long.class),
                                Postgres.nullable(description.fileName(), String.class),
                                description.contentType(),
                                Postgres.nullable(
                                        attachedTo == null ? null : attachedTo.type(),
                                        String.class),
                                Postgres.nullable(
                                        attachedTo == null ? null : attachedTo.id(), String.class),
                                Postgres.nullable(upload.metadata(), String.class),
                                Postgres.nullable(description.promised(), String.class),
                                Postgres.nullable(upload.length(), Long.class),
                                holder,
                                leaseMillis,
                                lifetimeMillis))
                .map(rows -> rows == 1);
    }

    private static final String FIND =
            """
            select * from upload where space_id = $1 and upload_id = $2 and actor = $3
            """;

    /// Empty when this user has no such upload.
    Mono<Upload> find(UUID space, UUID id, String actor) {
        return postgres.answer(
                postgres.sql(FIND, space, id, actor).map(Columns.as(Uploads::upload)).one());
    }

    private static final String HOLD =
            """
            update upload set holder = $1, held_until = %1$s + $2
             where space_id = $3 and upload_id = $4 and actor = $5
               and (held_until <= %1$s or holder is null) and decided_at is null
               and (expires_at > %1$s or sha256 is not null or received = length)
            returning *
            """
                    .formatted(NOW);

    /// Takes an upload that nobody holds, and of which something is still to be done. Empty when
    /// there is none: [#find] tells why.
    Mono<Upload> hold(UUID space, UUID id, String actor, UUID holder) {
        return postgres.answer(
                postgres.sql(HOLD, holder, leaseMillis, space, id, actor)
                        .map(Columns.as(Uploads::upload))
                        .one());
    }

    private static final String HOLD_UNFINISHED =
            """
            update upload set holder = $1, held_until = %1$s + $2
             where (space_id, upload_id) in (
                   select space_id, upload_id from upload
                    where decided_at is null and (sha256 is not null or received = length)
                      and held_until <= %1$s
                    order by held_until limit 1 for update skip locked)
            returning *
            """
                    .formatted(NOW);

    /// Takes one whose bytes are all there, and that nobody finishes.
    Mono<Upload> holdUnfinished(UUID holder, Duration time) {
        return postgres.answer(
                postgres.sql(HOLD_UNFINISHED, holder, time.toMillis())
                        .map(Columns.as(Uploads::upload))
                        .one());
    }

    private static final String PUT_OFF =
            """
            update upload set held_until = %1$s + $1
             where space_id = $2 and upload_id = $3 and holder is null and decided_at is null
            """
                    .formatted(NOW);

    /// Keeps an upload that nobody holds from [#holdUnfinished] for a time; its sender may take it.
    Mono<Void> putOff(Upload upload, Duration time) {
        return changed(postgres.sql(PUT_OFF, time.toMillis(), upload.space(), upload.id())).then();
    }

    private static final String RENEW =
            """
            update upload set held_until = greatest(held_until, %1$s + $1)
             where space_id = $2 and upload_id = $3 and holder = $4
            """
                    .formatted(NOW);

    /// @return whether it is still held
    Mono<Boolean> renew(Upload upload, UUID holder) {
        return changed(postgres.sql(RENEW, leaseMillis, upload.space(), upload.id(), holder))
                .map(rows -> rows == 1);
    }

    private static final String RELEASE =
            """
            update upload set holder = null, held_until = 0
             where space_id = $1 and upload_id = $2 and holder = $3
            """;

    Mono<Void> release(Upload upload, UUID holder) {
        return changed(postgres.sql(RELEASE, upload.space(), upload.id(), holder)).then();
    }

    private static final String RESERVE =
            """
            with room as (
                update media_usage set reserved = reserved + $1
                 where space_id = $2
                   and ($3::bigint is null or stored + reserved + $1 <= $3)
                returning space_id
            )
            update upload set reserved = reserved + $1 from room
             where upload.space_id = room.space_id and upload_id = $4
            """;

    /// Sets aside the bytes of an upload whose length is known only now.
    ///
    /// @return whether the space has room for them
    Mono<Boolean> reserve(Upload upload, long bytes) {
        return changed(
                        postgres.sql(
                                RESERVE,
                                bytes,
                                upload.space(),
                                Postgres.nullable(quota, Long.class),
                                upload.id()))
                .map(rows -> rows == 1);
    }

    private static final String DECIDED =
            """
            update upload set decided_at = %1$s, outcome = $1::json, holder = null, held_until = 0
             where space_id = $2 and upload_id = $3
            """
                    .formatted(NOW);

    private static final String FORGET =
            """
            delete from upload where space_id = $1 and upload_id = $2
            """;

    /// Notes what became of its entity; of one that cannot be asked for again, nothing is kept.
    Mono<Void> decided(Upload upload, ChangeResult outcome) {
        return (upload.resumable()
                        ? changed(
                                postgres.sql(
                                        DECIDED,
                                        WireJson.MAPPER
                                                .writerFor(ChangeResult.class)
                                                .writeValueAsString(outcome),
                                        upload.space(),
                                        upload.id()))
                        : changed(postgres.sql(FORGET, upload.space(), upload.id())))
                .then();
    }

    private static final String END =
            """
            with ended as (
                delete from upload
                 where space_id = $1 and upload_id = $2 and actor = $3
                   and (sha256 is null or decided_at is not null)
                returning space_id, upload_id, reserved
            ), room as (
                update media_usage usage set reserved = usage.reserved - ended.reserved
                  from ended where usage.space_id = ended.space_id
            ), litter as (
                insert into garbage (space_id, upload_id, since)
                select space_id, upload_id, %1$s from ended
                on conflict (space_id, upload_id) do update
                   set since = greatest(garbage.since + 1, excluded.since)
            ), parts as (
                delete from upload_part part using ended
                 where part.space_id = ended.space_id and part.upload_id = ended.upload_id
            ), tail as (
                delete from upload_tail tail using ended
                 where tail.space_id = ended.space_id and tail.upload_id = ended.upload_id
            )
            select count(*) from ended
            """
                    .formatted(NOW);

    /// Ends an upload, with all that was received of it; its writer, if it has one, finds it gone.
    /// A blob that was made of it stays.
    ///
    /// @return whether it was ended: not while its bytes are whole and its entity is undecided
    Mono<Boolean> end(UUID space, UUID id, String actor) {
        return postgres.answer(
                postgres.sql(END, space, id, actor)
                        .map(row -> requireNonNull(row.get(0, Long.class)) == 1)
                        .one());
    }

    private Mono<Long> changed(GenericExecuteSpec statement) {
        return postgres.answer(statement.fetch().rowsUpdated());
    }

    static Upload upload(Columns row) {
        String attachedType = row.textOrNull("attached_type");
        String attachedId = row.textOrNull("attached_id");
        ByteBuffer digest = row.row().get("digest", ByteBuffer.class);
        return new Upload(
                row.uuid("space_id"),
                row.uuid("upload_id"),
                row.flag("resumable"),
                row.text("actor"),
                new Description(
                        row.uuid("change_id"),
                        row.text("media_id"),
                        row.text("device_id"),
                        row.numberOrNull("modified_at"),
                        row.textOrNull("file_name"),
                        row.text("content_type"),
                        attachedType == null || attachedId == null
                                ? null
                                : new EntityKey(attachedType, attachedId),
                        row.textOrNull("promised")),
                row.textOrNull("metadata"),
                row.numberOrNull("length"),
                row.number("reserved"),
                row.number("received"),
                digest == null ? null : bytes(digest),
                row.textOrNull("object_key"),
                row.textOrNull("multipart_id"),
                row.textOrNull("sha256"),
                row.textOrNull("outcome"),
                row.number("expires_at"));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
