package io.reconverge.media.upload;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Readable;
import io.reconverge.media.storage.Bucket;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.WireJson;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.r2dbc.core.Parameter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.pool.Pool;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.pool.PoolBuilder;
import reactor.pool.PooledRef;

/// The tables of uploads. Each method is one statement, and so one transaction.
///
/// Who writes to an upload holds it: under an id of its own, and until a time that it puts off as
/// long as it hears of its sender. After that time another may take the upload over, and then
/// nothing that the first one still does has an effect: each statement asks for its id. Times of
/// holding are by Postgres's clock, so that no other needs to be right.
final class Uploads {

    private static final String NOW = "floor(extract(epoch from clock_timestamp()) * 1000)::bigint";

    private static final int LONG_BYTES = 256 * 1024;
    private static final int TURNS = 2;
    private static final Duration TURN_PATIENCE = Duration.ofSeconds(15);

    private final Pool<Object> turns =
            PoolBuilder.from(Mono.fromSupplier(Object::new)).sizeBetween(0, TURNS).buildPool();
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
                        bind(
                                CREATE,
                                upload.space(),
                                upload.reserved(),
                                maybe(quota, Long.class),
                                upload.id(),
                                upload.resumable(),
                                description.changeId(),
                                description.mediaId(),
                                upload.actor(),
                                description.deviceId(),
                                maybe(description.modifiedAt(), Long.class),
                                maybe(description.fileName(), String.class),
                                description.contentType(),
                                maybe(attachedTo == null ? null : attachedTo.type(), String.class),
                                maybe(attachedTo == null ? null : attachedTo.id(), String.class),
                                maybe(upload.metadata(), String.class),
                                maybe(description.promised(), String.class),
                                maybe(upload.length(), Long.class),
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
        return postgres.answer(bind(FIND, space, id, actor).map(Columns.as(Uploads::upload)).one());
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
                bind(HOLD, holder, leaseMillis, space, id, actor)
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
                bind(HOLD_UNFINISHED, holder, time.toMillis())
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
        return changed(bind(PUT_OFF, time.toMillis(), upload.space(), upload.id())).then();
    }

    private static final String TAIL =
            """
            select bytes from upload_tail where space_id = $1 and upload_id = $2 order by position
            """;

    /// What came after the last part.
    Flux<ByteBuffer> tail(Upload upload) {
        return postgres.answer(
                        bind(TAIL, upload.space(), upload.id())
                                .map(row -> present(row, "bytes", ByteBuffer.class))
                                .all()
                                .collectList())
                .flatMapIterable(Function.identity());
    }

    private static final String PARTS =
            """
            select number, etag from upload_part where space_id = $1 and upload_id = $2 order by number
            """;

    Mono<List<Bucket.Part>> parts(Upload upload) {
        return postgres.answer(
                bind(PARTS, upload.space(), upload.id())
                        .map(row ->
                                new Bucket.Part(
                                        present(row, "number", Integer.class),
                                        present(row, "etag", String.class)))
                        .all()
                        .collectList());
    }

    private static final String RENEW =
            """
            update upload set held_until = greatest(held_until, %1$s + $1)
             where space_id = $2 and upload_id = $3 and holder = $4
            """
                    .formatted(NOW);

    /// @return whether it is still held
    Mono<Boolean> renew(Upload upload, UUID holder) {
        return changed(bind(RENEW, leaseMillis, upload.space(), upload.id(), holder))
                .map(rows -> rows == 1);
    }

    private static final String NUMBER =
            """
            update upload set next_number = next_number + 1,
                              held_until = greatest(held_until, %1$s + $1)
             where space_id = $2 and upload_id = $3 and holder = $4
            returning next_number - 1
            """
                    .formatted(NOW);

    /// A number for a part or an object, that nobody else has or will have. Empty when it is no
    /// longer held.
    Mono<Integer> number(Upload upload, UUID holder) {
        return postgres.answer(
                bind(NUMBER, leaseMillis, upload.space(), upload.id(), holder)
                        .map(row -> present(row, 0, Integer.class))
                        .one());
    }

    /// What one request has made durable.
    ///
    /// @param received bytes, from the upload's first
    /// @param digest of these
    /// @param multipartId null while there is none
    /// @param parts that were added to it
    /// @param tail what came after the last of them, and is to be kept here
    /// @param tailPosition of its first byte
    record Progress(
            long received,
            byte[] digest,
            @Nullable String objectKey,
            @Nullable String multipartId,
            List<Bucket.Part> parts,
            List<ByteBuffer> tail,
            long tailPosition,
            boolean release) {

        private byte[] tailBytes() {
            ByteBuffer joined = ByteBuffer.allocate(tailSize());
            tail.forEach(some -> joined.put(some.duplicate()));
            return joined.array();
        }

        private int tailSize() {
            return tail.stream().mapToInt(ByteBuffer::remaining).sum();
        }
    }

    private static final String SAVE =
            """
            with held as (
                update upload
                   set received = $1, digest = $2, object_key = $3, multipart_id = $4,
                       expires_at = %1$s + $5,
                       holder = case when $6 then null else holder end,
                       held_until = case when $6 then 0 else greatest(held_until, %1$s + $7) end
                 where space_id = $8 and upload_id = $9 and holder = $10
                returning space_id, upload_id
            ), added as (
                insert into upload_part (space_id, upload_id, number, etag)
                select space_id, upload_id, number, etag
                  from held, unnest($11::int[], $12::text[]) as part (number, etag)
            ), taken as (
                delete from upload_tail tail using held
                 where tail.space_id = held.space_id and tail.upload_id = held.upload_id
                   and cardinality($11::int[]) > 0
            ), kept as (
                insert into upload_tail (space_id, upload_id, position, bytes)
                select space_id, upload_id, $13, $14 from held where length($14) > 0
            )
            select count(*) from held
            """
                    .formatted(NOW);

    /// When the store fails, all uploads come here with all that they have. What is long waits its
    /// turn, so that it takes neither all connections nor the memory: a statement has it in hex.
    ///
    /// @return whether it was still held; if not, nothing was saved
    Mono<Boolean> save(Upload upload, UUID holder, Progress progress) {
        Mono<Boolean> saving = Mono.defer(() -> saved(upload, holder, progress));
        return progress.tailSize() <= LONG_BYTES
                ? saving
                : Mono.usingWhen(
                        turns.acquire(TURN_PATIENCE)
                                .onErrorMap(
                                        PoolAcquireTimeoutException.class,
                                        late ->
                                                ProblemException.unavailable(
                                                        "Too much is to be kept at once.")),
                        turn -> saving,
                        PooledRef::release);
    }

    private Mono<Boolean> saved(Upload upload, UUID holder, Progress progress) {
        return postgres.answer(
                bind(
                                SAVE,
                                progress.received(),
                                progress.digest(),
                                maybe(progress.objectKey(), String.class),
                                maybe(progress.multipartId(), String.class),
                                lifetimeMillis,
                                progress.release(),
                                leaseMillis,
                                upload.space(),
                                upload.id(),
                                holder,
                                progress.parts().stream()
                                        .map(Bucket.Part::number)
                                        .toArray(Integer[]::new),
                                progress.parts().stream()
                                        .map(Bucket.Part::etag)
                                        .toArray(String[]::new),
                                progress.tailPosition(),
                                progress.tailBytes())
                        .map(row -> present(row, 0, Long.class) == 1)
                        .one());
    }

    private static final String RELEASE =
            """
            update upload set holder = null, held_until = 0
             where space_id = $1 and upload_id = $2 and holder = $3
            """;

    Mono<Void> release(Upload upload, UUID holder) {
        return changed(bind(RELEASE, upload.space(), upload.id(), holder)).then();
    }

    /// A blob's row is locked here and by the sweep before it deletes one, so one of the two is
    /// first: either the sweep sees the upload that refers to the blob, or the blob is made anew.
    ///
    /// Where the same bytes are in the space already, or numbers were given to parts or objects
    /// that came to nothing, something may be left in the folder: it becomes garbage.
    private static final String SEAL =
            """
            with sealed as (
                update upload
                   set sha256 = $1, received = $2, object_key = $3, reserved = 0,
                       modified_at = coalesce(modified_at, %1$s), expires_at = %1$s + $4,
                       held_until = greatest(held_until, %1$s + $5)
                 where space_id = $6 and upload_id = $7 and holder = $8 and sha256 is null
                returning *
            ), stored as (
                insert into blob (space_id, sha256, size, object_key, stored_at, look_at)
                select space_id, $1, $2, $3, %1$s, %1$s from sealed
                on conflict (space_id, sha256) do update
                   set unreferenced_since = null, look_at = excluded.look_at
                returning space_id, size, object_key
            ), room as (
                update media_usage usage
                   set reserved = usage.reserved - $9,
                       stored = usage.stored
                                + case when stored.object_key = $3 then stored.size else 0 end
                  from stored
                 where usage.space_id = stored.space_id
            ), litter as (
                insert into garbage (space_id, upload_id, since)
                select sealed.space_id, sealed.upload_id, %1$s
                  from stored, sealed
                 where stored.object_key <> $3 or sealed.next_number - 1 > $10
                on conflict (space_id, upload_id) do update
                   set since = greatest(garbage.since + 1, excluded.since)
            ), parts as (
                delete from upload_part part using sealed
                 where part.space_id = sealed.space_id and part.upload_id = sealed.upload_id
            ), tail as (
                delete from upload_tail tail using sealed
                 where tail.space_id = sealed.space_id and tail.upload_id = sealed.upload_id
            )
            select * from sealed
            """
                    .formatted(NOW);

    /// All the bytes of an upload, in the store.
    ///
    /// @param objectKey where they are
    /// @param numbers that they were given there
    /// @param reserved bytes that were set aside for them
    record Whole(String sha256, String objectKey, long size, int numbers, long reserved) {}

    /// Makes a blob of its bytes, and of it what the service alone is to finish.
    ///
    /// @return the upload as it is then; empty when it was no longer held
    Mono<Upload> seal(Upload upload, UUID holder, Whole whole, Duration patience) {
        return postgres.answer(
                bind(
                                SEAL,
                                whole.sha256(),
                                whole.size(),
                                whole.objectKey(),
                                lifetimeMillis,
                                patience.toMillis() + leaseMillis,
                                upload.space(),
                                upload.id(),
                                holder,
                                whole.reserved(),
                                whole.numbers())
                        .map(Columns.as(Uploads::upload))
                        .one());
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
        return changed(bind(RESERVE, bytes, upload.space(), maybe(quota, Long.class), upload.id()))
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
                                bind(
                                        DECIDED,
                                        WireJson.MAPPER
                                                .writerFor(ChangeResult.class)
                                                .writeValueAsString(outcome),
                                        upload.space(),
                                        upload.id()))
                        : changed(bind(FORGET, upload.space(), upload.id())))
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
                bind(END, space, id, actor).map(row -> present(row, 0, Long.class) == 1).one());
    }

    private GenericExecuteSpec bind(String statement, Object... values) {
        GenericExecuteSpec spec = postgres.sql(statement);
        for (int i = 0; i < values.length; i++) {
            spec = spec.bind(i, values[i]);
        }
        return spec;
    }

    private static Parameter maybe(@Nullable Object value, Class<?> type) {
        return Parameter.fromOrEmpty(value, type);
    }

    private Mono<Long> changed(GenericExecuteSpec statement) {
        return postgres.answer(statement.fetch().rowsUpdated());
    }

    private static <T> T present(Readable row, String column, Class<T> type) {
        return requireNonNull(row.get(column, type), column);
    }

    private static <T> T present(Readable row, int column, Class<T> type) {
        return requireNonNull(row.get(column, type));
    }

    private static Upload upload(Columns row) {
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
