package io.reconverge.media.upload;

import static java.util.Objects.requireNonNull;

import io.reconverge.media.storage.Bucket;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.service.problem.ProblemException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.pool.Pool;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.pool.PoolBuilder;
import reactor.pool.PooledRef;

/// What of an upload's bytes is durable: its parts in the store, and after the last of them a tail
/// in Postgres. Each method is one statement, and what it changes it changes only for whoever holds
/// the upload, as [Uploads] says.
final class UploadBytes {

    private static final int LONG_BYTES = 256 * 1024;
    private static final int TURNS = 2;
    private static final Duration TURN_PATIENCE = Duration.ofSeconds(15);

    private final Pool<Object> turns =
            PoolBuilder.from(Mono.fromSupplier(Object::new)).sizeBetween(0, TURNS).buildPool();
    private final Postgres postgres;
    private final long leaseMillis;
    private final long lifetimeMillis;

    UploadBytes(Postgres postgres, UploadSettings settings) {
        this.postgres = postgres;
        this.leaseMillis = settings.lease().toMillis();
        this.lifetimeMillis = settings.lifetime().toMillis();
    }

    private static final String TAIL =
            """
            select bytes from upload_tail where space_id = $1 and upload_id = $2 order by position
            """;

    /// What came after the last part. It takes a turn, as [#save] says: after the store's failure,
    /// all uploads are gone on with at once.
    Flux<ByteBuffer> tail(Upload upload) {
        return inTurn(
                        postgres.answer(
                                postgres.sql(TAIL, upload.space(), upload.id())
                                        .map(row ->
                                                requireNonNull(row.get("bytes", ByteBuffer.class)))
                                        .all()
                                        .collectList()))
                .flatMapIterable(Function.identity());
    }

    private static final String PARTS =
            """
            select number, etag from upload_part where space_id = $1 and upload_id = $2 order by number
            """;

    Mono<List<Bucket.Part>> parts(Upload upload) {
        return postgres.answer(
                postgres.sql(PARTS, upload.space(), upload.id())
                        .map(row ->
                                new Bucket.Part(
                                        requireNonNull(row.get("number", Integer.class)),
                                        requireNonNull(row.get("etag", String.class))))
                        .all()
                        .collectList());
    }

    private static final String NUMBER =
            """
            update upload set next_number = next_number + 1,
                              held_until = greatest(held_until, %1$s + $1)
             where space_id = $2 and upload_id = $3 and holder = $4
            returning next_number - 1
            """
                    .formatted(Uploads.NOW);

    /// A number for a part or an object, that nobody else has or will have. Empty when it is no
    /// longer held.
    Mono<Integer> number(Upload upload, UUID holder) {
        return postgres.answer(
                postgres.sql(NUMBER, leaseMillis, upload.space(), upload.id(), holder)
                        .map(row -> requireNonNull(row.get(0, Integer.class)))
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
                    .formatted(Uploads.NOW);

    /// When the store fails, all uploads come here with all that they have. What is long waits its
    /// turn, so that it takes neither all connections nor the memory: a statement has it in hex.
    ///
    /// @return whether it was still held; if not, nothing was saved
    Mono<Boolean> save(Upload upload, UUID holder, Progress progress) {
        Mono<Boolean> saving = Mono.defer(() -> saved(upload, holder, progress));
        return progress.tailSize() <= LONG_BYTES ? saving : inTurn(saving);
    }

    private <T> Mono<T> inTurn(Mono<T> statement) {
        return Mono.usingWhen(
                turns.acquire(TURN_PATIENCE)
                        .onErrorMap(
                                PoolAcquireTimeoutException.class,
                                late ->
                                        ProblemException.unavailable(
                                                "Too much is kept, or gone on with, at once.")),
                turn -> statement,
                PooledRef::release);
    }

    private Mono<Boolean> saved(Upload upload, UUID holder, Progress progress) {
        return postgres.answer(
                postgres.sql(
                                SAVE,
                                progress.received(),
                                progress.digest(),
                                Postgres.nullable(progress.objectKey(), String.class),
                                Postgres.nullable(progress.multipartId(), String.class),
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
                        .map(row -> requireNonNull(row.get(0, Long.class)) == 1)
                        .one());
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
                    .formatted(Uploads.NOW);

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
                postgres.sql(
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
}
